/** The common course of an experiment's task: inputs checked, folder opened, model loaded, scores computed. */

import type { Clip } from "../lib/model/clip.ts";
import type { TowerShape } from "../lib/engine/tower.ts";
import type { KeptRows } from "../lib/subject/kept_rows.ts";
import { towerNotLoaded } from "../lib/errors.ts";
import {
  type Embeddings,
  embedImages,
  embedSentences,
  type Progress,
} from "../lib/subject/embed.ts";
import { evaluatePairs } from "../lib/subject/score_rows.ts";
import { type PreparedPairs, preparePairs } from "../lib/subject/prepare.ts";
import type { Journal } from "../lib/runs/journal.ts";
import type { Json, Manifest, ModelSizes } from "../lib/runs/manifest.ts";
import { RunFolder, type RunIdentity } from "../lib/runs/run_folder.ts";
import { Stopwatch } from "../lib/runs/stopwatch.ts";
import { type Progress as Bar, startProgress } from "../lib/show/progress.ts";
import { RUNTIME_VERSION } from "../lib/onnx/runtime/session.ts";
import { VERSION } from "../lib/version.ts";
import {
  checksums,
  DATA_FLAGS,
  loadModel,
  MODEL_FLAGS,
  modelName,
  readRows,
  type RowInputs,
  threadsOf,
} from "./inputs.ts";
import { numberFlag, picturesFlags, textFlag } from "./flag_values.ts";
import type { FlagName, FlagValues, TaskHelp } from "./flags.ts";
import { SCORE_FILES, type ScoredRow, writeScores } from "./outputs.ts";
import {
  finishedAlready,
  manifestOf,
  NOT_USED,
  type RunOutput,
  SHARD_ROWS,
  writtenFiles,
} from "./run_output.ts";

/** The flags of every experiment. */
export const RUN_FLAGS = [
  ...MODEL_FLAGS,
  ...DATA_FLAGS,
  "seed",
  "out",
  "overwrite",
  "format",
  "venue",
  "quiet",
] as const satisfies FlagName[];

/** Flags that change no file but pictures. */
const WITHOUT_EFFECT: readonly string[] = [
  "out",
  "overwrite",
  "quiet",
  "format",
  "venue",
  "threads",
];

/** An experiment under way; disposing of it frees the model and lets others into the folder. */
export interface Run extends RunOutput, AsyncDisposable {
  readonly clip: Clip;
  readonly inputs: RowInputs;
  readonly prepared: PreparedPairs;
  readonly journal: Journal;
  /** Marks the folder as that of this run, once all inputs are known to be good. */
  readonly begin: () => Promise<void>;
}

/** A progress bar for an experiment to report to. */
export interface ReportingBar extends Disposable {
  readonly report: Progress;
}

/** A run's scores. */
export interface Scores {
  readonly rows: readonly ScoredRow[];
  readonly images: Embeddings;
  readonly sentences: Embeddings;
  readonly findings: readonly string[];
}

/**
 * Checks and loads everything that a run needs; says so where the run is finished already, before the model is loaded.
 *
 * @param help The task; the files that it writes are taken from here.
 * @param values The flags' values.
 * @param options Whether the task needs images or uses them where they are given. @default {"needed"}
 * @returns The run, or undefined if it is finished already.
 */
export async function startRun(
  help: TaskHelp,
  values: FlagValues,
  { imagesAre = "needed" }: { readonly imagesAre?: "needed" | "used" } = {},
): Promise<Run | undefined> {
  const stopwatch = new Stopwatch();
  const seed = numberFlag(values, "seed", { min: 0, max: 2 ** 32 - 1 })!;
  const pictures = picturesFlags(values);
  const quiet = values.quiet === true;
  const overwrite = values.overwrite === true;
  threadsOf(values); // what is wrong with a flag comes before the files
  const inputs = await readRows(values, { imagesAre });
  const { imagePaths } = inputs;
  const towers = imagePaths === undefined ? ["text"] as const : ["text", "image"] as const;
  const sources = await stopwatch.measure("checksums", () => checksums(values, towers, inputs))
    .catch(async (error: unknown) => {
      await (await loadModel(values, towers)).release(); // says best what is wrong with a model
      throw error;
    });
  const options = Object.entries(values).filter(([name]) => !WITHOUT_EFFECT.includes(name));
  const identity: RunIdentity = {
    command: help.name,
    options: Object.fromEntries(options) as Record<string, Json>,
    versions: { kit: VERSION, deno: Deno.version.deno, onnxruntime: RUNTIME_VERSION },
    sources,
  };
  const scores = imagesAre === "used" && imagePaths !== undefined ? SCORE_FILES : [];
  const files = [
    ...writtenFiles({ writes: [...scores, ...help.writes ?? []] }, pictures),
    ...(values.shard === undefined ? [] : [SHARD_ROWS]),
  ];
  const path = textFlag(values, "out") ?? `results/${help.name}`;
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await RunFolder.open(path, identity, { files, overwrite }));
  if (folder === undefined) {
    const said = await finishedAlready(path, pictures);
    if (!quiet) console.log(said);
    return undefined;
  }
  let begun = false;
  const begin = async () => {
    if (begun) return;
    begun = true;
    await folder.begin(manifestOf(output, files, false), { overwrite });
  };
  const resume = !overwrite && await folder.holdsUnfinished();
  const journal = opened.use(await folder.openJournal({ resume, begin }));
  const clip = opened.use(await stopwatch.measure("load", () => loadModel(values, towers)));
  const prepared = preparePairs(clip.text, inputs.pairs, { protocol: inputs.protocol });
  const output: RunOutput = {
    ...{ folder, identity, pictures, seed, quiet, stopwatch },
    model: {
      name: modelName(clip.folder),
      text: sizesOf(clip.config.text),
      image: sizesOf(clip.config.vision),
    },
    rows: rowCounts(inputs),
    readImage: imagePaths && ((name) => Deno.readFile(imagePaths.get(name)!)),
  };
  const parts = opened.move();
  const dispose = () => parts.disposeAsync();
  return { ...output, clip, inputs, prepared, journal, begin, [Symbol.asyncDispose]: dispose };
}

/**
 * Scores all rows and writes evaluate.csv, summary.csv and their chart.
 *
 * @param run The run.
 */
export async function scoreRows(run: Run): Promise<Scores> {
  const { clip, inputs: { pairs, readPairImage: read }, stopwatch } = run;
  if (read === undefined) throw towerNotLoaded("image");
  const images = await stopwatch.measure("images", async () => {
    const kept = keptRows(run, "images", { unit: "image", total: countImages(run) });
    using bar = progressBar("images", run);
    return await embedImages(clip.image, pairs, { read, kept, progress: bar.report });
  });
  await run.begin();
  const { evaluate, sentences } = await stopwatch.measure("evaluate", async () => {
    const sentences = await embedSentences(clip.text, pairs);
    return { sentences, evaluate: evaluatePairs(clip.text, pairs, { sentences, images }) };
  });
  const rows = pairs.map((pair, row) => ({ pair, scores: evaluate.rows[row]! }));
  return { rows, images, sentences, findings: await writeScores(run, rows) };
}

/** The number of distinct images. */
export function countImages({ inputs: { pairs } }: Run): number {
  return new Set(pairs.map(({ image }) => image)).size;
}

/**
 * The rows of a phase that are finished, and where new ones are kept; says where the run goes on.
 *
 * @param run The run.
 * @param phase The phase's name.
 * @param options What its rows are, and how many there are.
 */
export function keptRows(
  { journal, quiet }: Run,
  phase: string,
  { unit = "row", total }: { readonly unit?: string; readonly total: number },
): KeptRows {
  const kept = journal.phase(phase);
  if (kept.size > 0 && !quiet) {
    console.log(`${phase}: goes on from ${unit} ${kept.size} of ${total}`);
  }
  return kept;
}

/**
 * A progress bar that learns its total at the first report, and from then on how long the rest takes: what is kept of an earlier run
 * took no time.
 *
 * @param label What is being done.
 * @param options Whether to draw nothing.
 */
export function progressBar(label: string, { quiet }: { readonly quiet: boolean }): ReportingBar {
  let bar: Bar | undefined;
  let before = 0;
  return {
    report: (now, total) => {
      bar ??= startProgress(label, { total, quiet, done: before = now });
      bar.advance(now - before);
      before = now;
    },
    [Symbol.dispose]: () => bar?.end(),
  };
}

function rowCounts({ data, pairs }: RowInputs): Manifest["rows"] {
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
