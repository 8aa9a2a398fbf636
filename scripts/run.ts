/** The common course of an experiment's task: inputs checked, model loaded, folder opened, scores computed, manifest written. */

import type { Clip } from "../lib/clip/clip.ts";
import type { TowerShape } from "../lib/clip/tower.ts";
import { towerNotLoaded } from "../lib/errors.ts";
import {
  type Embeddings,
  embedImages,
  embedSentences,
  type Progress,
} from "../lib/experiments/embed.ts";
import {
  evaluatePairs,
  type EvaluateRow,
  summarize,
  type SummaryRow,
} from "../lib/experiments/evaluate.ts";
import {
  countSentencePairs,
  type PreparedPairs,
  preparePairs,
} from "../lib/experiments/prepare.ts";
import type { Table } from "../lib/data/table.ts";
import type { Json, Manifest, ModelSizes } from "../lib/report/manifest.ts";
import { scoresChart } from "../lib/report/charts/scores.ts";
import { drawFigures } from "../lib/report/figures.ts";
import type { Pictures } from "../lib/report/pictures.ts";
import { RunFolder, type RunIdentity } from "../lib/report/run_folder.ts";
import { sourcesOf } from "../lib/report/sources.ts";
import { Stopwatch } from "../lib/report/stopwatch.ts";
import { writeReport } from "../lib/report/write_report.ts";
import { type Progress as Bar, startProgress } from "../lib/report/terminal.ts";
import { RUNTIME_VERSION } from "../lib/onnx/session.ts";
import { VERSION } from "../lib/version.ts";
import {
  DATA_FLAGS,
  loadModel,
  MODEL_FLAGS,
  modelName,
  readRows,
  type RowInputs,
} from "./inputs.ts";
import {
  type FlagName,
  type FlagValues,
  numberFlag,
  picturesFlags,
  type TaskHelp,
  textFlag,
} from "./flags.ts";

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

/** The files of {@linkcode scoreRows}. */
export const SCORE_FILES = ["evaluate.csv", "summary.csv", "scores.vl.json", "scores.svg"] as const;

/** The files of {@linkcode finishRun}. */
export const CLOSING_FILES = ["summary.txt", "report.html"] as const;

/** Flags that change no file but pictures. */
const WITHOUT_EFFECT: readonly string[] = [
  "out",
  "overwrite",
  "quiet",
  "format",
  "venue",
  "threads",
];

/** An experiment under way. */
export interface Run {
  readonly task: string;
  readonly clip: Clip;
  readonly rows: RowInputs;
  readonly prepared: PreparedPairs;
  readonly folder: RunFolder;
  readonly identity: RunIdentity;
  readonly pictures: Pictures;
  readonly seed: number;
  readonly quiet: boolean;
  readonly stopwatch: Stopwatch;
}

/** A progress bar for an experiment to report to. */
export interface ReportingBar extends Disposable {
  readonly report: Progress;
}

/** A run's scores. */
export interface Scores {
  readonly evaluate: Table<EvaluateRow>;
  readonly summary: Table<SummaryRow>;
  readonly images: Embeddings;
  readonly sentences: Embeddings;
}

/**
 * Checks and loads everything that a run needs.
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
  const rows = await readRows(values, { imagesAre });
  const towers = rows.readPairImage === undefined ? ["text"] as const : ["text", "image"] as const;
  const clip = await stopwatch.measure("load", () => loadModel(values, towers));
  const prepared = preparePairs(clip.text, rows.pairs, { protocol: rows.protocol });
  const folder = await RunFolder.create(textFlag(values, "out") ?? `results/${help.name}`);
  const options = Object.entries(values).filter(([name]) => !WITHOUT_EFFECT.includes(name));
  const identity: RunIdentity = {
    command: help.name,
    options: Object.fromEntries(options) as Record<string, Json>,
    versions: { kit: VERSION, deno: Deno.version.deno, onnxruntime: RUNTIME_VERSION },
    sources: await stopwatch.measure(
      "checksums",
      () => sourcesOf(clip, { data: rows.dataPath, images: rows.imagePaths }),
    ),
  };
  const finished = await folder.holdsFinished(identity, {
    files: writtenFiles(help, { ...pictures, formats: [] }),
    overwrite: values.overwrite === true,
  });
  const quiet = values.quiet === true;
  if (finished) {
    await clip.release();
    const drawn = await drawFigures(folder.path, pictures);
    if (!quiet) console.log(finishedAlready(folder.path, drawn));
    return undefined;
  }
  const task = help.name;
  return { task, clip, rows, prepared, folder, identity, pictures, seed, quiet, stopwatch };
}

/**
 * The files that a task writes under the chosen picture formats.
 *
 * @param help The task, whose pictures stand in its list as SVG.
 * @param pictures The pictures' formats.
 */
export function writtenFiles(help: TaskHelp, { formats }: Pictures): string[] {
  return (help.writes ?? []).flatMap((name) =>
    name.endsWith(".svg") ? formats.map((format) => name.replace(/svg$/, format)) : [name]
  );
}

/** What a task says that finds its run finished. */
export function finishedAlready(folder: string, drawn: readonly string[]): string {
  const pictures = drawn.length === 0 ? "" : `; drawn again: ${drawn.join(", ")}`;
  return `This run is finished already: ${folder} (--overwrite repeats it)${pictures}`;
}

/**
 * Scores all rows and writes evaluate.csv, summary.csv and their chart.
 *
 * @param run The run.
 */
export async function scoreRows(run: Run): Promise<Scores> {
  const { clip, rows: { pairs, readPairImage: read }, folder, stopwatch, quiet } = run;
  if (read === undefined) throw towerNotLoaded("image");
  const images = await stopwatch.measure("images", async () => {
    using bar = progressBar("images", { quiet });
    return await embedImages(clip.image, pairs, { read, progress: bar.report });
  });
  await folder.writeManifest(manifestOf(run, false)); // all inputs are known to be good
  const { evaluate, sentences } = await stopwatch.measure("evaluate", async () => {
    const sentences = await embedSentences(clip.text, pairs);
    return { sentences, evaluate: evaluatePairs(clip.text, pairs, { sentences, images }) };
  });
  const summary = summarize(pairs, evaluate.rows, { seed: run.seed });
  await folder.writeTable(evaluate);
  await folder.writeTable(summary);
  const chart = scoresChart(evaluate.rows, { sources: run.identity.sources });
  await stopwatch.measure("charts", () => folder.writeChart("scores", chart, run.pictures));
  return { evaluate, summary, images, sentences };
}

/**
 * A progress bar that learns its total at the first report.
 *
 * @param label What is being done.
 * @param options Whether to draw nothing.
 */
export function progressBar(label: string, { quiet }: { readonly quiet: boolean }): ReportingBar {
  let bar: Bar | undefined;
  let before = 0;
  return {
    report: (done, total) => {
      bar ??= startProgress(label, { total, quiet });
      bar.advance(done - before);
      before = done;
    },
    [Symbol.dispose]: () => bar?.end(),
  };
}

/**
 * Writes the summary, the report and the manifest of a finished run, frees the model and prints the summary.
 *
 * @param run The run.
 * @param findings What was found, each part ending in a line break.
 */
export async function finishRun(run: Run, findings: readonly string[]): Promise<void> {
  const { folder, rows: { imagePaths }, stopwatch } = run;
  const summary = [heading(run), ...findings].join("\n");
  await folder.writeSummary(summary);
  await folder.writeManifest(manifestOf(run, false)); // the report reads it
  await stopwatch.measure("report", () =>
    writeReport(folder.path, {
      ...(imagePaths && { images: (name) => Deno.readFile(imagePaths.get(name)!) }),
    }));
  await folder.writeManifest(manifestOf(run, true));
  await run.clip.release();
  if (!run.quiet) console.log(summary);
}

/** A heading for the summary: what ran on what. */
function heading({ task, clip, rows: { data, pairs, protocol }, prepared }: Run): string {
  const { layers, heads, width } = clip.config.text;
  const dropped = data.dropped.length === 0
    ? ""
    : ` (${data.dropped.length} dropped by the protocol or the annotators)`;
  const sentencePairs = countSentencePairs(pairs);
  const shared = prepared.distinct.length === sentencePairs
    ? ""
    : ` (${prepared.distinct.length} whichever sentence is true)`;
  return [
    `negscope ${task}: ${
      modelName(clip)
    }, text tower of ${layers} blocks x ${heads} heads, width ${width}`,
    `${pairs.length} of ${data.rows} rows${dropped}, ${protocol} protocol; ${sentencePairs} distinct sentence pairs${shared}`,
    "",
  ].join("\n");
}

function manifestOf(run: Run, finished: boolean): Manifest {
  const { clip, identity, rows: { data, pairs }, folder, seed, stopwatch } = run;
  const reasons = Map.groupBy(data.dropped, ({ reason }) => reason);
  const unused = data.pairs.length - pairs.length;
  const dropped = [...reasons].map(([reason, { length }]) => ({ reason, n: length }));
  return {
    ...identity,
    model: { text: sizesOf(clip.config.text), image: sizesOf(clip.config.vision) },
    seed,
    rows: {
      read: data.rows,
      kept: pairs.length,
      dropped: unused === 0
        ? dropped
        : [...dropped, { reason: "left out by --limit or --shard", n: unused }],
    },
    files: folder.files,
    finished,
    start: stopwatch.start,
    seconds: stopwatch.seconds,
  };
}

function sizesOf({ layers, heads, width, projection }: TowerShape): ModelSizes {
  return { layers, heads, width, projection };
}
