/** Writes what a run found into its folder: tables, charts, summary, report and manifest. */

import { type ChartSpec, isEmptyChart } from "../charts/spec.ts";
import type { Content } from "../files/write_whole.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { type Examples, examplesOf } from "../report/examples.ts";
import { reportOf } from "../report/page.ts";
import type { MaskedRow, ReadImage } from "../report/pictures.ts";
import { type Summary, summaryOf, summaryText } from "../report/summary.ts";
import { type Figure, figureOf } from "../report/table.ts";
import { NegscopeError } from "../errors/errors.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import { csvPieces } from "../tables/csv.ts";
import type { Controlled } from "../tables/estimates.ts";
import { type AnyTable, type Column, numberColumns, type TableSchema } from "../tables/table.ts";
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
import type { RowWarning } from "../data/bad_rows.ts";
import type { Pair } from "../data/pairs.ts";
import { GLOSSARY } from "../study/glossary.ts";
import { sentencePairsText } from "../study/rows/prepare.ts";
import { wrapText } from "../tables/words.ts";
import { type ClusterBy, clusterBy, clusterOf, clustersText } from "../study/clusters.ts";
import { takenText } from "../study/study_text.ts";
import { flagName, SEED } from "../study/choice/study_options.ts";
import { printOptions, standardOptions } from "../options/values.ts";
import { jsonText } from "../reading/json.ts";

interface RecordedRun extends Pick<Manifest, "model" | "seed" | "rows" | "warnings" | "shards"> {
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
    ...{ ...identity, ...model && { model }, seed, rows },
    ...warnings.length > 0 && { warnings },
    ...{ ...engines && { engines }, ...embeddings && { embeddings }, files },
    ...{ ...shards && { shards }, finished: false, start, seconds },
  };
}

export interface RunResults {
  readonly tables: readonly AnyTable[];
  readonly files?: Iterable<readonly [name: string, content: Content]>;
  readonly charts?: Iterable<readonly [name: string, spec: ChartSpec]>;
  readonly summary: Summary;
  /** Makes the report. @default {that of an experiment, with its rows} */
  readonly page?: (figures: readonly Figure[]) => string | Promise<string>;
  /** What the report of an experiment shows besides: how an image is read, the masks of a segmentation, the rows behind the findings. @default {nothing} */
  readonly beside?: {
    readonly images?: ReadImage | undefined;
    readonly masks?: readonly MaskedRow[];
    readonly examples?: Examples | undefined;
  };
}

interface ResultsWriting {
  /** The manifest of the unfinished run with these files. */
  readonly manifest: (files: readonly string[]) => Manifest;
  readonly pictures: Pictures;
  /** Measures how long charts and report take. @default {nothing does} */
  readonly stopwatch?: Stopwatch;
}

/** Writes what a run found into its folder, whose run has begun, and finishes it. Returns the text of its summary. */
export async function writeResults(
  folder: RunFolder,
  { tables, files = [], charts = [], summary, page, beside: { images, ...beside } = {} }:
    RunResults,
  { manifest, pictures, stopwatch = new Stopwatch() }: ResultsWriting,
): Promise<string> {
  for (const table of tables) {
    await folder.writeFile(`${table.name}.csv`, csvPieces(table, pictures));
  }
  for (const [name, content] of files) await folder.writeFile(name, content);
  const drawn = [...charts].filter(([, spec]) => !isEmptyChart(spec));
  const writeCharts = async () => {
    for (const [name, spec] of drawn) await folder.writeChart(name, spec, pictures);
  };
  if (drawn.length > 0) await stopwatch.measure("charts", writeCharts);
  const text = summaryText(summary);
  await folder.writeFile(SUMMARY, text);
  const { seed, options } = manifest(folder.files);
  const { spreadsheet = false } = pictures;
  const effects = { seed, cluster: options["cluster"], spreadsheet, tables: tables.map(schemaOf) };
  await folder.writeFile(FINDINGS, jsonText(summary));
  await folder.writeFile(EFFECTS, jsonText(effects));
  await stopwatch.measure("report", async () => {
    const figures: Figure[] = [];
    for (const [name, spec] of drawn) {
      figures.push(await figureOf(name, spec, folder.onScreen.get(name)));
    }
    const shown = { manifest: manifest(folder.files), summary, figures, tables, ...beside };
    await folder.writeFile(REPORT, await (page?.(figures) ?? reportOf(shown, images)));
  });
  await folder.finish(manifest(folder.files));
  return text;
}

/** The schema of a table as data: what makes its controls is code, and is not part of it. */
function schemaOf(table: AnyTable): TableSchema {
  const { name, columns, schema } = table;
  const numbers = numberColumns(table);
  const known = columns.map((column): [string, Column] => {
    const { estimate, ...own } = schema?.columns[column] ?? {
      kind: numbers.has(column) ? "number" as const : "text" as const,
      ...{ unit: "", definition: "", optional: true },
    };
    if (estimate?.controlled === undefined) {
      return [column, { ...own, ...estimate && { estimate } }];
    }
    const { of: _, ...controlled } = estimate.controlled;
    return [column, { ...own, estimate: { ...estimate, controlled: controlled as Controlled } }];
  });
  return { name, about: schema?.about ?? "", columns: Object.fromEntries(known) };
}

const REPORT = "report.html";
export const SUMMARY = "summary.txt";

/** The summary as data. */
export const FINDINGS = "findings.json";

/** What the columns of a run's tables are, and how its estimates follow from rows. */
export const EFFECTS = "effects.json";

const CLOSING_FILES = [SUMMARY, FINDINGS, EFFECTS, REPORT] as const;

/** The file that a shard leaves for merging: everything that was measured, one line for each row of the data. */
export const SHARD_ROWS = "rows.jsonl";

/** The names of an experiment's files in the order of a folder's list. */
export function fileNames(
  { tables, charts, files = [] }: OutcomeFiles,
  endings: readonly string[],
): string[] {
  return [
    ...tables.map((name) => `${name}.csv`),
    ...files.map((name) => `${name}.json`),
    ...charts.flatMap((name) => ["vl.json", ...endings].map((ending) => `${name}.${ending}`)),
    ...CLOSING_FILES,
  ];
}

/** Where a reader goes on. */
export function reportText(out: string): string {
  return `Report, which explains the words: ${out}/${REPORT}`;
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

function summaryOfRun(
  run: RunOutput,
  pairs: readonly Pair[],
  { findings, words }: Pick<Outcome, "findings" | "words">,
): Summary {
  const { identity, model: { name, score }, rows } = run;
  const glossary = score === undefined
    ? GLOSSARY
    : GLOSSARY.map((each) =>
      each.word === "S"
        ? { ...each, means: `${score}, of the embeddings of sentence and image` }
        : each
    );
  const { caption, foil, image } = pairs[0] ?? {};
  const used = pairs.length === 1
    ? `${image || "no picture"}, "${caption}" (counts as true) and "${foil}"`
    : `${pairs.length} of ${rows.read} rows, ${identity.options["protocol"]} protocol`;
  const heading = `negscope ${identity.command}: ${name}, ${used}${optionsText(run)}`;
  return summaryOf(heading, findings, {
    method: methodLines(run, pairs),
    words: [...glossary, ...words],
  });
}

function methodLines(run: RunOutput, pairs: readonly Pair[]): string[] {
  const { identity, model } = run;
  const taken = takenText(model.taken ?? []);
  const isTextOnly = pairs.every(({ image }) => image === "");
  const lines = [
    taken && wrapText(taken),
    model.score && wrapText(`S = ${model.score}`),
    sentencePairsText(pairs),
    isTextOnly ? "Sentences without images: the negated one counts as the foil" : undefined,
    clusterLine(pairs, clusterBy(identity.options["cluster"])),
    measuredLine(run, pairs.length),
  ];
  return lines.filter((line) => line !== undefined);
}

function clusterLine(pairs: readonly Pair[], by: ClusterBy | undefined): string {
  const clusters = new Set(pairs.map((pair) => clusterOf(pair, by))).size;
  return `Intervals and tests keep the rows of each of ${clusters} ${clustersText(by)} together`;
}

/** The options that differ from the standard ones. */
function optionsText({ chosen: { experiment, options, texts }, seed, rows }: RunOutput): string {
  const standard = printOptions(experiment.options, standardOptions(experiment.options));
  const given = Object.entries(texts)
    .filter(([name, text]) => text !== standard[name])
    .filter(([name]) => name !== "segments" || rows.kept > 1);
  if (seed !== SEED.standard) given.push(["seed", `${seed}`]);
  const flags = given.map(([name, text]) => {
    const brief = experiment.options[name]?.brief?.(options[name]) ?? text;
    return text === "true" ? `--${flagName(name)}` : `--${flagName(name)} ${brief}`;
  });
  return flags.length === 0 ? "" : `, ${flags.join(" ")}`;
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
  const isShard = identity.options["shard"] !== undefined;
  const summary = await writeResults(folder, {
    tables: outcome.tables,
    files: [
      ...[...outcome.files].map(([name, content]) => [`${name}.json`, jsonText(content)] as const),
      ...isShard ? [[SHARD_ROWS, shardLines(rows)] as const] : [],
    ],
    charts: outcome.charts,
    summary: summaryOfRun(run, rows.map(({ pair }) => pair), outcome),
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

/** What a shard leaves for merging: everything that was measured, one line of JSON for each row of the data. */
export function* shardLines(rows: readonly MeasuredRow<unknown>[]): Generator<string> {
  for (const row of rows) {
    const loss = lossIn(row, "");
    if (loss !== undefined) {
      throw new NegscopeError("measured-wrong", {
        problem: `Cannot keep row "${row.pair.id}" for merging`,
        subject: row.pair.id,
        reason: `its ${loss}`,
        expected: "what JSON holds unchanged: finite numbers, texts, lists and plain objects",
      });
    }
    yield `${JSON.stringify(row)}\n`;
  }
}

/** The first part of a value that JSON would change, by path, and what it is; undefined if there is none. */
function lossIn(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (Number.isFinite(value)) return undefined;
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) {
    const kind = typeof value === "object" ? value?.constructor.name : String(value);
    return `${path} is ${kind}`;
  }
  for (const [key, inner] of isList ? value.entries() : Object.entries(value)) {
    if (inner === undefined && !isList) continue; // JSON leaves it out, and it is read as undefined
    const loss = lossIn(inner, path === "" ? `${key}` : `${path}.${key}`);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
