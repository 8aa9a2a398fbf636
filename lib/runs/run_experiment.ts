/** The life of a run: folder opened or gone on with, rows scored and measured, files written. */

import type { AnyExperiment, MeasuredRow } from "../experiments/experiment.ts";
import { printOptions } from "../experiments/options.ts";
import { RUNTIME_VERSION } from "../onnx/runtime/session.ts";
import type { TowerShape } from "../engine/tower.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { Checksums } from "../subject/checksums.ts";
import type { Progress } from "../subject/embed.ts";
import { printChoice, type StudyInputs } from "../subject/inputs.ts";
import type { KeptRows } from "../subject/kept_rows.ts";
import type { Subject } from "../subject/subject.ts";
import { VERSION } from "../version.ts";
import { finishedAlready } from "./finished.ts";
import type { RunIdentity } from "./identity_difference.ts";
import type { Journal } from "./journal.ts";
import type { Manifest, ModelSizes } from "./manifest.ts";
import { fileNames, outcomeFiles } from "./outcome.ts";
import { RunFolder } from "./run_folder.ts";
import { Stopwatch } from "./stopwatch.ts";
import {
  manifestOf,
  NOT_USED,
  type RunOutput,
  SHARD_ROWS,
  writeRun,
  type WrittenRun,
} from "./write_run.ts";

/** A progress bar for a run to report to. */
export interface ReportingBar extends Disposable {
  /** Called with how much is done. */
  readonly report: Progress;
}

/** Where a run writes, and whom it tells what. */
export interface RunSettings {
  /** The folder. */
  readonly out: string;
  /** Whether to start anew whatever stands there. @default {false} */
  readonly overwrite?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
  /** Decides the draws of intervals and permutations. */
  readonly seed: number;
  /** Called with what a person should know. @default {nothing is said} */
  readonly say?: (line: string) => void;
  /** Makes a bar for a phase. @default {none} */
  readonly bar?: (label: string) => ReportingBar;
  /** What counts the time. @default {a new one} */
  readonly stopwatch?: Stopwatch;
}

/** What a run works on. */
export interface RunSource {
  /** The files, checked. */
  readonly inputs: StudyInputs;
  /** Their checksums. */
  readonly checksums: Checksums;
  /** Loads the model. */
  readonly load: () => Promise<Subject>;
  /** Whether the model is the run's own, to be freed as soon as it is no longer needed. */
  readonly owned: boolean;
}

/** A finished run. */
export interface FinishedRun extends WrittenRun {
  /** All that was measured. */
  readonly rows: readonly MeasuredRow<unknown>[];
  /** The names of the files. */
  readonly files: readonly string[];
}

/**
 * Runs an experiment into a folder, or goes on with the run that is unfinished there.
 *
 * @param experiment The experiment.
 * @param options The values of its options.
 * @param source What it works on.
 * @param settings Where it writes.
 * @returns The run, or undefined if this very run is finished in the folder.
 * @throws {NegscopeError} If the folder holds another run or cannot be written to, the model cannot be loaded or lacks a hook point, or
 * a row cannot be used.
 */
export async function runExperiment(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  source: RunSource,
  settings: RunSettings,
): Promise<FinishedRun | undefined> {
  const { inputs, checksums: { sources } } = source;
  const { out, overwrite = false, pictures, seed, say = () => {} } = settings;
  const stopwatch = settings.stopwatch ?? new Stopwatch();
  const identity: RunIdentity = {
    command: experiment.name,
    options: {
      ...printChoice(inputs.choice),
      seed: `${seed}`,
      ...printOptions(experiment.options, options),
    },
    versions: versionsNow(),
    sources,
  };
  const scored = inputs.images !== undefined;
  const files = [
    ...fileNames(outcomeFiles(experiment, { scored }), pictures.formats),
    ...(inputs.choice.shard === undefined ? [] : [SHARD_ROWS]),
  ];
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await RunFolder.open(out, identity, { files, overwrite }));
  if (folder === undefined) {
    say(await finishedAlready(out, pictures));
    return undefined;
  }
  const begin = once(() => folder.begin(manifestOf(output, files, false), { overwrite }));
  const resume = !overwrite && await folder.holdsUnfinished();
  const journal = opened.use(await folder.openJournal({ resume, begin }));
  const subject = await stopwatch.measure("load", source.load);
  if (source.owned) opened.use(subject);
  const { config } = subject;
  const output: RunOutput = {
    ...{ experiment, options, folder, identity, pictures, seed, stopwatch },
    model: {
      name: inputs.modelName,
      text: sizesOf(config.text),
      image: sizesOf(config.vision),
    },
    rows: rowCounts(inputs),
    readImage: subject.readImage,
  };
  const run: RunUnderWay = { subject, journal, begin, stopwatch, settings, owned: source.owned };
  const { rows, engines } = await measureRows(experiment, options, run);
  const finished = await writeRun({ ...output, engines }, rows);
  return { ...finished, rows, files: folder.files };
}

/** Releases of the kit, of Deno and of ONNX Runtime. */
export function versionsNow(): RunIdentity["versions"] {
  return { kit: VERSION, deno: Deno.version.deno, onnxruntime: RUNTIME_VERSION };
}

interface RunUnderWay {
  readonly subject: Subject;
  readonly journal: Journal;
  readonly begin: () => Promise<void>;
  readonly stopwatch: Stopwatch;
  readonly settings: RunSettings;
  readonly owned: boolean;
}

/** Checks what can be checked beforehand, scores the rows, and measures them. */
async function measureRows(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  run: RunUnderWay,
) {
  const { subject, begin, stopwatch, settings, owned } = run;
  experiment.check?.(options, subject.config.text);
  if (experiment.runs !== "none") {
    const { tower } = experiment.runs === "text" ? subject.text : await subject.image();
    await tower.prepare(experiment.hooks?.(options, tower.shape.layers));
  }
  if (subject.hasImages) {
    const kept = keptRows(run, "images");
    using bar = settings.bar?.("images");
    const { say } = settings;
    const report = { kept, progress: bar?.report, say };
    await stopwatch.measure("images", () => subject.embedImages(report));
    await stopwatch.measure("evaluate", () => subject.score({ say }));
    if (owned && experiment.runs !== "image") await subject.releaseImage(); // for what runs next
  }
  const rows: readonly Pick<MeasuredRow<unknown>, "pair" | "scores">[] = subject.hasImages
    ? (await subject.score()).rows.map(({ pair, scores }) => ({ pair, scores }))
    : subject.pairs.map((pair) => ({ pair }));
  await begin();
  await stopwatch.measure("load", () => experiment.prepare?.(subject, options));
  const values = await stopwatch.measure(experiment.name, async () => {
    const kept = keptRows(run, experiment.name);
    using bar = settings.bar?.(experiment.name);
    return await experiment.measure(subject, options, {
      kept,
      progress: bar?.report ?? (() => {}),
    });
  });
  return {
    rows: rows.map((row, i): MeasuredRow<unknown> => ({ ...row, measured: values[i] })),
    engines: countEngines(await experiment.engines?.(subject, options)),
  };
}

/** The finished rows of a phase; says how many there are. */
function keptRows({ journal, settings }: RunUnderWay, phase: string): KeptRows {
  const kept = journal.phase(phase);
  const unit = phase === "images" ? "images" : "rows";
  if (kept.size > 0) settings.say?.(`${phase}: goes on after ${kept.size} finished ${unit}`);
  return kept;
}

/** How many rows each engine has, in the order of the names. */
function countEngines(
  engines: readonly (string | undefined)[] | undefined,
): Readonly<Record<string, number>> | undefined {
  if (engines === undefined) return undefined;
  const used = engines.filter((engine) => engine !== undefined).toSorted();
  const counts = Map.groupBy(used, (engine) => engine);
  return Object.fromEntries([...counts].map(([engine, { length }]) => [engine, length]));
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => done ??= work();
}

function rowCounts({ data, pairs }: StudyInputs): Manifest["rows"] {
  const reasons = Map.groupBy(data.dropped, ({ reason }) => reason);
  const dropped = [...reasons].map(([reason, { length }]) => ({ reason, n: length }));
  const unused = data.pairs.length - pairs.length;
  return {
    read: data.rows,
    kept: pairs.length,
    dropped: unused === 0 ? dropped : [...dropped, { reason: NOT_USED, n: unused }],
  };
}

function sizesOf({ layers, heads, width, projection }: TowerShape): ModelSizes {
  return { layers, heads, width, projection };
}
