/** Writes what a run found into its folder: tables, charts, summary, report and manifest. */

import type { ChartSpec } from "../charts/spec.ts";
import type { Content } from "../disk/write_whole.ts";
import { checkTexName, type Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { type Figure, figureOf, readBeginning, type ReportTable } from "../report/table.ts";
import { type ReportOptions, writeReport } from "../report/page.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import { type AnyTable, numberColumns } from "../tables/table.ts";
import type { RunFolder } from "./run_folder.ts";
import type { RunIdentity } from "./identity.ts";
import type {
  AnyExperiment,
  ChosenExperiment,
  MeasuredRow,
} from "../study/experiment/experiment.ts";
import {
  type Outcome,
  type OutcomeContext,
  type OutcomeFiles,
  outcomeOf,
} from "../study/experiment/outcome.ts";
import { idsText, type RowWarning, warningText } from "../data/bad_rows.ts";
import { type Negation, NEGATIONS, type Pair } from "../data/pairs.ts";
import type { DroppedRows } from "../data/read.ts";
import { visibleText } from "../errors.ts";
import { GLOSSARY } from "../study/glossary.ts";
import { sentencePairsText } from "../study/rows/prepare.ts";
import { glossaryText, methodBlock, summaryParts, wordsUsed, wrapText } from "../tables/words.ts";
import { findingText, joinedFinding } from "../study/experiment/finding.ts";
import { type ClusterBy, clusterBy, clusterOf, clustersText } from "../study/clusters.ts";
import { takenText } from "../study/study_text.ts";
import { flagName, SEED } from "../study/choice/study_options.ts";
import { printOptions, standardOptions } from "../options/values.ts";
import { jsonText } from "../reading/json.ts";
import { examplesOf } from "../report/examples.ts";
import { shardLines } from "./merge_runs.ts";

/** What a manifest records of a run beside its files. */
export interface RecordedRun
  extends Pick<Manifest, "model" | "seed" | "rows" | "warnings" | "shards"> {
  readonly identity: RunIdentity;
  /** How many rows each engine measured, for an experiment with a choice of engines. */
  readonly engines?: Manifest["engines"] | undefined;
  readonly embeddings?: Manifest["embeddings"] | undefined;
  readonly stopwatch: Stopwatch;
}

/** The manifest of an unfinished run with these files. */
export function manifestOf(
  { identity, model, seed, rows, warnings = [], engines, embeddings, shards, stopwatch }:
    RecordedRun,
  files: readonly string[],
): Manifest {
  const { start, seconds } = stopwatch;
  return {
    ...identity,
    ...(model && { model }),
    seed,
    rows,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(engines === undefined ? {} : { engines }),
    ...(embeddings === undefined ? {} : { embeddings }),
    files,
    ...(shards === undefined ? {} : { shards }),
    finished: false,
    start,
    seconds,
  };
}

/** What a folder holds at the end of its run, in the order of writing. */
export interface RunResults {
  readonly tables: readonly AnyTable[];
  /** Other files by name. @default {none} */
  readonly files?: Iterable<readonly [name: string, content: Content]>;
  /** Charts by the names of their files. @default {none} */
  readonly charts?: Iterable<readonly [name: string, spec: ChartSpec]>;
  /** The summary, and what other commands read, by the names of their files. */
  readonly texts: Iterable<readonly [name: string, text: Content]>;
  /** Makes the report of the tables and charts. @default {that of an experiment, with its rows} */
  readonly page?: (
    tables: readonly ReportTable[],
    figures: readonly Figure[],
  ) => string | Promise<string>;
  /** What the report of an experiment shows beside its files. @default {nothing} */
  readonly beside?: Pick<ReportOptions, "images" | "masks" | "examples">;
}

/** How results are written. */
export interface ResultsWriting {
  /** The manifest of the unfinished run with these files. */
  readonly manifest: (files: readonly string[]) => Manifest;
  readonly pictures: Pictures;
  /** Measures how long charts and report take. @default {nothing does} */
  readonly stopwatch?: Stopwatch;
}

/** Writes what a run found into its folder, whose run has begun, and finishes it. */
export async function writeResults(
  folder: RunFolder,
  results: RunResults,
  { manifest, pictures, stopwatch = new Stopwatch() }: ResultsWriting,
): Promise<void> {
  const { tables, files = [], texts } = results;
  const charts = [...results.charts ?? []];
  for (const table of tables) await folder.writeTable(table);
  for (const [name, content] of files) await folder.writeFile(name, content);
  const writeCharts = async () => {
    for (const [name, spec] of charts) await folder.writeChart(name, spec, pictures);
  };
  if (charts.length > 0) await stopwatch.measure("charts", writeCharts);
  for (const [name, text] of texts) await folder.writeFile(name, text);
  await folder.writeManifest(manifest(folder.files)); // the report reads it
  await stopwatch.measure("report", () => writePage(folder, { ...results, charts }));
  await folder.finish(manifest(folder.files));
}

async function writePage(
  folder: RunFolder,
  { tables, charts = [], page, beside }: RunResults,
): Promise<void> {
  const { path, onScreen } = folder;
  if (page === undefined) {
    const write = (text: string) => folder.writeReport(text);
    await writeReport(path, { ...beside, drawn: onScreen, written: tables, write });
    return;
  }
  const shown: ReportTable[] = [];
  for (const table of tables) {
    const read = await readBeginning(path, table.name);
    shown.push({ ...read, numbers: numberColumns(table), about: table.schema?.about });
  }
  const figures: Figure[] = [];
  for (const [name, spec] of charts) figures.push(await figureOf(name, spec, onScreen.get(name)));
  await folder.writeReport(await page(shown, figures));
}

const REPORT = "report.html";
export const SUMMARY = "summary.txt";

const CLOSING_FILES = [SUMMARY, REPORT] as const;

/** The file that a shard leaves for merging: everything that was measured, one line for each row of the data. */
export const SHARD_ROWS = "rows.jsonl";

/** The names of an experiment's files in the order of a folder's list. */
export function fileNames(
  { tables, charts, files = [] }: OutcomeFiles,
  endings: readonly string[],
): string[] {
  if (endings.includes("tex")) charts.forEach(checkTexName); // before a run, not at its end
  return [
    ...tables.map((name) => `${name}.csv`),
    ...files.map((name) => `${name}.json`),
    ...charts.flatMap((name) => ["vl.json", ...endings].map((ending) => `${name}.${ending}`)),
    ...CLOSING_FILES,
  ];
}

export function filesText(out: string, files: readonly string[]): string {
  const others = files.filter((file) => file !== REPORT);
  return `Report: ${out}/${REPORT}\nFiles in ${out}: ${others.join(", ")}`;
}

/** The names of all files of a run except its manifest, in the order of a folder's list. */
export function runFiles(
  files: OutcomeFiles,
  { endings, sharded, rowsOnly = false }: {
    readonly endings: readonly string[];
    readonly sharded: boolean;
    readonly rowsOnly?: boolean | undefined;
  },
): string[] {
  if (sharded && rowsOnly) return [SHARD_ROWS];
  const names = fileNames(files, endings);
  return sharded ? [...names, SHARD_ROWS] : names;
}

export function rowLines({ read, dropped }: Manifest["rows"], pairs: readonly Pair[]): string[] {
  if (dropped.length === 0) return [];
  const count = (side: Negation) => pairs.filter(({ negation }) => negation === side).length;
  const sides = NEGATIONS.map((side) => `${count(side)} ${side}-negated`).join(", ");
  const parts = [
    ...dropped.map((rows) => [rows.n, partText(rows)] as const),
    [pairs.length, `used: ${sides}`] as const,
  ];
  const width = Math.max(...parts.map(([n]) => `${n}`.length)) + 2;
  return [`${read} rows read:`, ...parts.map(([n, what]) => `${`${n}`.padStart(width)} ${what}`)];
}

function partText({ reason, ids, skipped }: DroppedRows): string {
  if (ids === undefined) return reason; // left out by --limit or --shard
  return skipped ? `skipped: ${reason} (${idsText(ids)})` : `dropped: ${reason}`;
}

function summaryText(
  run: RunOutput,
  pairs: readonly Pair[],
  { findings, words }: Pick<Outcome, "findings" | "words">,
): string {
  const found = [
    `${heading(run, pairs)}\n`,
    findingText(joinedFinding(findings)),
    methodBlock(methodLines(run, pairs)),
  ].filter((part) => part !== "").join("\n");
  const { score } = run.model;
  const glossary = score === undefined
    ? GLOSSARY
    : GLOSSARY.map((each) =>
      each.word === "S"
        ? { ...each, means: `${score}, of the embeddings of sentence and image` }
        : each
    );
  const used = wordsUsed(found, [...glossary, ...words]);
  return visibleText(`${found}\n${glossaryText(used)}`);
}

/**
 * The findings in the summary of a run: its sentences, tables and notes.
 *
 * @param scores The findings of the same rows' scores, which are then left out too. @default {they stay}
 */
export function findingsIn(summary: string, scores = ""): string {
  const { sentences, tables } = summaryParts(summary);
  const found = [sentences, tables].filter((part) => part !== "").join("\n\n");
  return scores.split("\n\n").reduce(withoutLines, found).replaceAll(/\n{3,}/g, "\n\n").trim();
}

function withoutLines(text: string, lines: string): string {
  return lines === "" ? text : `\n${text}\n`.replace(`\n${lines}\n`, () => "\n").slice(1, -1);
}

/** What ran, on how many rows. */
function heading({ identity, model, rows }: RunOutput, pairs: readonly Pair[]): string {
  const used = `${pairs.length} of ${rows.read} rows, ${identity.options["protocol"]} protocol`;
  return wrapText(`negscope ${identity.command}: ${model.name}, ${used}`);
}

function methodLines(run: RunOutput, pairs: readonly Pair[]): string[] {
  const { identity, model, rows: counts, warnings } = run;
  const { layers, heads, width } = model.text;
  const taken = takenText(model.taken ?? []);
  const isTextOnly = pairs.every(({ image }) => image === "");
  const lines = [
    `Sizes: text tower of ${layers} blocks x ${heads} heads, width ${width}`,
    taken && wrapText(taken),
    model.score && wrapText(`S = ${model.score}`),
    sentencePairsText(pairs),
    isTextOnly ? "Sentences without images: the negated one counts as the foil" : undefined,
    ...rowLines(counts, pairs), // with ids and reasons, which are searched for: lines stay whole
    ...warnings.map(warningText),
    clusterLine(pairs, clusterBy(identity.options["cluster"])),
    optionsLine(run),
    measuredLine(run, pairs.length),
  ];
  return lines.filter((line) => line !== undefined);
}

/** Which rows are not independent, and how many groups of them there are. */
function clusterLine(pairs: readonly Pair[], by: ClusterBy | undefined): string {
  const clusters = new Set(pairs.map((pair) => clusterOf(pair, by))).size;
  return `Intervals and tests keep the rows of each of ${clusters} ${clustersText(by)} together`;
}

/** The options of the experiment that are not the standard ones, and a seed of one's own, as flags. */
function optionsLine({ chosen: { experiment, options }, seed }: RunOutput): string | undefined {
  const standard = printOptions(experiment.options, standardOptions(experiment.options));
  const given = Object.entries(printOptions(experiment.options, options))
    .filter(([name, text]) => text !== standard[name]);
  if (seed !== SEED.standard) given.push(["seed", `${seed}`]);
  if (given.length === 0) return undefined;
  const flags = given.map(([name, text]) => {
    const brief = experiment.options[name]?.brief?.(options[name]) ?? text;
    return text === "true" ? `--${flagName(name)}` : `--${flagName(name)} ${brief}`;
  });
  return wrapText(`Options: ${flags.join(" ")}`);
}

function measuredLine(
  { engines = {}, chosen: { options } }: RunOutput,
  rows: number,
): string | undefined {
  const measured = Object.entries(engines);
  if (measured.length === 0) return undefined;
  const left = rows - measured.reduce((sum, [, n]) => sum + n, 0);
  const parts = measured.map(([engine, n]) => `${n} by ${engine}`);
  if (left > 0) {
    const why = "segments" in options ? " (outside --segments)" : "";
    parts.push(`${left} not measured${why}`);
  }
  return wrapText(`Rows measured: ${parts.join(", ")}`);
}

/** A run to write: a task's, a study's, or one merged from shards. */
export interface RunOutput extends RecordedRun {
  readonly chosen: ChosenExperiment;
  readonly folder: RunFolder;
  readonly pictures: Pictures;
  readonly model: NonNullable<Manifest["model"]>;
  /** The rows that may not be what they say. */
  readonly warnings: readonly RowWarning[];
  readonly readImage?: ((name: string) => Promise<Uint8Array>) | undefined;
}

/** A run whose files are written. */
export interface WrittenRun {
  /** Its tables, charts and findings. */
  readonly outcome: Outcome;
  /** The findings, as in summary.txt. */
  readonly summary: string;
}

/** Writes the rows of a shard alone, of which merging makes everything. */
export async function writeRows(
  run: RunOutput,
  rows: readonly MeasuredRow<unknown>[],
): Promise<void> {
  const { folder } = run;
  await folder.writeFile(SHARD_ROWS, shardLines(rows));
  await folder.finish(manifestOf(run, folder.files));
}

export async function writeRun(
  run: RunOutput,
  rows: readonly MeasuredRow<unknown>[],
): Promise<WrittenRun> {
  const { chosen, folder, identity, pictures, seed, stopwatch } = run;
  const cluster = clusterBy(identity.options["cluster"]);
  const context: OutcomeContext = {
    ...{ seed, cluster, sources: identity.sources, modelName: run.model.name },
  };
  const outcome = await outcomeOf(chosen, rows, context, stopwatch);
  const summary = summaryText(run, rows.map(({ pair }) => pair), outcome);
  const isShard = identity.options["shard"] !== undefined;
  await writeResults(folder, {
    tables: outcome.tables,
    files: [...outcome.files].map(([name, content]) => [`${name}.json`, jsonText(content)]),
    charts: outcome.charts,
    texts: [[SUMMARY, summary], ...isShard ? [[SHARD_ROWS, shardLines(rows)] as const] : []],
    beside: { images: run.readImage, examples: examplesIn(chosen.experiment, outcome, rows) },
  }, { manifest: (files) => manifestOf(run, files), pictures, stopwatch });
  return { outcome, summary };
}

function examplesIn(
  { rowEffects }: AnyExperiment,
  { own, findings: [finding] }: Outcome,
  rows: readonly MeasuredRow<unknown>[],
) {
  if (rowEffects === undefined || rows.length === 0) return undefined;
  const { sentences = [], lists = [] } = finding ?? {};
  return examplesOf(
    rowEffects(own, rows),
    rows.map(({ pair, scores }) => ({ ...pair, d: scores?.d })),
    [...sentences, ...lists.flatMap(({ texts }) => texts)].join("\n"),
  );
}
