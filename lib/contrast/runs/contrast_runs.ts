/** Contrasts two finished runs of one experiment on the same rows, and writes the results into a folder. */

import { CHOICES, FIGURES, KINDS, RETRIEVAL } from "../../benchmark/tables.ts";
import { folderNames, haveOtherImages, imagesOf, OTHER_IMAGES } from "../../compare/same_study.ts";
import {
  comparedSources,
  type ComparisonFolder,
  readTables,
  writeComparison,
  type WrittenComparison,
} from "../../compare/write_comparison.ts";
import { checkOut } from "../../runs/run_folder.ts";
import { NegscopeError } from "../../errors.ts";
import { allSchemas } from "../../experiments/all.ts";
import {
  type Manifest,
  type RecordedFile,
  recordOf,
  type RunRecord,
} from "../../files/manifest.ts";
import { CLIP } from "../../model/families.ts";
import { clusterBy } from "../../study/clusters.ts";
import { SUMMARY } from "../../study/evaluate/summary.ts";
import { untoldSentences, verdictIn } from "../../study/evaluate/verdict.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { estimated, fillTable, type TableSchema } from "../../tables/table.ts";
import { estimatesOf, type RowValues } from "../../tables/estimates.ts";
import { contrastText, differenceMap } from "./findings.ts";
import { PairedRows } from "./paired.ts";
import { CONTRAST, contrastCells, mainCells, summarizeContrast } from "./tables.ts";
import { isRandomWeights } from "../../opening/model_files.ts";
import { PLACES } from "../../runs/identity.ts";
import { csvLine, type CsvRow, readCsvRows } from "../../tables/csv.ts";

/** An accuracy is the share of rows whose right option has more than the largest other score, where two options share it one half; where more do, it is no such share. */
export const MARGIN: RowValues = { table: "margins", column: "margin", above: 0 };

/** The tables that have the questions of a benchmark. */
export const OF_QUESTIONS: readonly string[] = [CHOICES.name, RETRIEVAL.name];

type Tables = ReadonlyMap<string, readonly CsvRow[]>;

/** The figures that are compared; the others say how ties count and what is had without looking. */
const MAIN = ["accuracy", "r1", "r5", "r10", "median"];

/**
 * Makes `evaluate`, with a line for each question, and of choices.csv `margins`, with one for each group that the question may be in; and
 * leaves in benchmark.csv the figures that are compared.
 */
export function benchmarkRows(tables: Tables): Tables {
  const choices = tables.get(CHOICES.name);
  const retrieval = tables.get(RETRIEVAL.name);
  const figures = (tables.get(FIGURES.name) ?? []).filter((row) =>
    MAIN.includes(row.text("measure"))
  );
  return new Map([
    ...choices === undefined ? [] : choiceRows(choices),
    ...retrieval === undefined ? [] : [["evaluate", captionRows(retrieval)] as const],
    ...figures.length === 0 ? [] : [[FIGURES.name, figures] as const],
  ]);
}

function choiceRows(choices: readonly CsvRow[]): Tables {
  const questions = [...Map.groupBy(choices, (line) => line.text("row"))].map(([row, options]) => {
    const score = (option: CsvRow) => option.number("score")!;
    const [right] = options.filter((option) => option.count("right") === 1).map(score);
    const others = options.filter((option) => option.count("right") === 0).map(score);
    const [question, group] = [options[0]!.text("question"), options[0]!.optional("group") ?? ""];
    return { row, question, group, margin: `${right! - Math.max(...others)}` };
  });
  return new Map([
    [
      "evaluate",
      evaluateLines(
        questions.map(({ row, question, margin }) => [row, "", "caption", question, row, margin]),
      ),
    ],
    [
      MARGIN.table,
      tableOf(
        ["id", "group", "by", "measure", "margin"],
        questions.flatMap(({ row, group, margin }) => [
          [row, "all", "all", MAIN[0]!, margin],
          ...KINDS.map((by) => [row, group, by, MAIN[0]!, margin]),
        ]),
      ),
    ],
  ]);
}

/** The captions of a retrieval, which its directions share. */
function captionRows(retrieval: readonly CsvRow[]): readonly CsvRow[] {
  const lines = retrieval.filter((line) => line.text("direction") === "text_to_image");
  return evaluateLines(lines.map((line) => {
    const id = `${line.text("row")} ${line.text("caption")}`;
    return [id, line.text("image"), "caption", line.text("sentence"), id, "0"];
  }));
}

function evaluateLines(lines: readonly (readonly string[])[]): readonly CsvRow[] {
  const columns = ["id", "image", "negation", "caption", "foil", "d", "segment"];
  return tableOf(columns, lines.map((line) => [...line, "all"]));
}

function tableOf(
  columns: readonly string[],
  lines: readonly (readonly string[])[],
): readonly CsvRow[] {
  return readCsvRows([columns, ...lines].map(csvLine).join(""), "the rows of a benchmark");
}

export const CONTRAST_FILES = {
  tables: ["contrast", "contrast_summary"],
  charts: ["contrast_map"],
} as const;

export interface FinishedRun {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Contrasts two finished runs of one experiment, table by table, cell by cell and row by row; refuses those of different experiments or rows. */
export async function contrastRuns(
  [one, other]: readonly [FinishedRun, FinishedRun],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const stopwatch = new Stopwatch();
  const folders = [one.folder, other.folder];
  await checkOut(settings.out, folders);
  const refuse = (reason: string, expected: string) => {
    throw new NegscopeError("not-comparable", {
      problem: `Cannot contrast runs "${one.folder}" and "${other.folder}"`,
      subject: other.folder,
      reason,
      expected,
    });
  };
  const command = one.manifest.command;
  if (command !== other.manifest.command) {
    refuse(
      `they are of different experiments, ${command} and ${other.manifest.command}`,
      "two runs of one experiment",
    );
  }
  const [first, second] = [await readRun(one), await readRun(other)];
  const shared = COMPARABLE.filter(({ name }) =>
    [first, second].every((run) => Object.hasOwn(run.checksums, `${name}.csv`))
  );
  if (shared.length === 0) {
    refuse("they have no table in common that can be compared", "two runs of one experiment");
  }
  const paired = new PairedRows(first, second, SEED);
  const { counts } = paired;
  if (counts.first !== counts.shared || counts.second !== counts.shared) {
    refuse(
      `they are of different rows: ${counts.shared} with the same id, image and sentences, of ${counts.first} and ${counts.second}`,
      "two runs on the same rows, with the same --data, --protocol and --limit",
    );
  }
  if (haveOtherImages(imagesOf(first.record), imagesOf(second.record))) {
    refuse(OTHER_IMAGES.reason, OTHER_IMAGES.expected);
  }
  const cells = shared.flatMap((schema) => {
    const file = `${schema.name}.csv`;
    const tables = [first.tables.get(schema.name)!, second.tables.get(schema.name)!] as const;
    const isSame = first.checksums[file] === second.checksums[file];
    return contrastCells(schema, tables, { paired, isSame });
  });
  const summary = summarizeContrast(cells);
  const names = namesOf([first, second]);
  const mapped = mainCells(cells).filter(({ layer }) => layer !== undefined);
  const text = contrastText({
    names,
    about: [first.about, second.about],
    differing: [
      ...runDifferences(first.record, second.record),
      ...scoreDifference(first.score, second.score),
    ],
    ...{ cells, summary: summary.rows },
    untold: untoldSentences(
      [first, second].map((run, i) => verdictIn(run.tables.get(SUMMARY.name) ?? [], names[i])),
    ),
  });
  const sources = await comparedSources(
    [first.record, second.record],
    folders.flatMap((folder) =>
      shared.map(({ name }) => ({ file: `${name}.csv`, path: `${folder}/${name}.csv` }))
    ),
  );
  return await writeComparison(settings, {
    command: "contrast",
    options: { runs: folders },
    sources,
    files: { ...CONTRAST_FILES, charts: mapped.length === 0 ? [] : CONTRAST_FILES.charts },
    tables: [fillTable(CONTRAST, cells), summary],
    charts: () =>
      mapped.length === 0 ? {} : { contrast_map: differenceMap(mapped, { sources, names }) },
    cells: cells.length,
    measured: cells.filter(({ difference }) => difference !== undefined).length,
    findings: `negscope contrast: two runs of ${command}\n\n${text}`,
    stopwatch,
  });
}

/** benchmark.csv, whose accuracies follow from choices.csv. */
const BENCHMARK: TableSchema = {
  ...FIGURES,
  columns: {
    ...FIGURES.columns,
    value: estimated(FIGURES.columns.value, {
      ...FIGURES.columns.value.estimate,
      meanOf: MARGIN,
    }),
  },
};

/** All tables of the kit that can be contrasted. */
const COMPARABLE: readonly TableSchema[] = [
  ...[...allSchemas().values(), BENCHMARK]
    .filter((schema) => estimatesOf(schema).length > 0),
];

/** The tables of which they are means, with `evaluate`, which has the rows' sentences. */
const OF_ROWS_OF_DATA = new Set([
  ...["evaluate", ...OF_QUESTIONS],
  ...COMPARABLE.flatMap(estimatesOf).flatMap(({ meanOf, shareOf }) =>
    (meanOf ?? shareOf)?.table ?? []
  ),
]);

/** The seed of the samples for paired intervals. */
const SEED = 0;

async function readRun({ folder, manifest }: FinishedRun) {
  const { command, model, rows, checksums = {} } = manifest;
  const names = [...COMPARABLE.map(({ name }) => name), ...OF_ROWS_OF_DATA];
  const read = await readTables(folder, manifest, names);
  const about = `${folder} (${command}, ${model?.name ?? "unknown model"}, ${rows.kept} rows)`;
  return {
    ...{ folder, about, model: model?.name, checksums },
    score: model && (model.score ?? CLIP.similarity.formula),
    record: recordOf(folder, manifest),
    tables: new Map([...read, ...benchmarkRows(read)]),
    cluster: clusterBy(manifest.options["cluster"]),
  };
}

/** What two runs are called: by their models or, of one model, by the parts of their paths that differ. */
function namesOf(runs: readonly { readonly folder: string; readonly model: string | undefined }[]) {
  const models = runs.flatMap(({ model }) => model ?? []);
  const names = new Set(models).size === 2 ? models : folderNames(runs.map((run) => run.folder));
  return names as [first: string, second: string];
}

/** Names the formulas of S of two runs, if they differ; what stands in brackets is a note. */
function scoreDifference(first: string | undefined, second: string | undefined): string[] {
  const [one, other] = [first, second].map((score) => score?.replace(/ \(.*\)$/, ""));
  if (one === undefined || other === undefined || one === other) return [];
  return [`S (${one}, ${other}), so that differences in logits are between other scales`];
}

type Recorded = Pick<RunRecord, "options" | "sources">;

/** Names what differs: options with both values, and files by their contents, which are the same under any name. */
export function runDifferences(first: Recorded, second: Recorded): string[] {
  const [a, b] = [first.options ?? {}, second.options ?? {}];
  const options = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !PLACES.includes(name) && a[name] !== b[name])
    .map((name) => `--${name} (${a[name] ?? "none"}, ${b[name] ?? "none"})`);
  const files = (["data", "model"] as const).flatMap((kind) => {
    const [one, other] = [filesOf(first, kind), filesOf(second, kind)];
    const names = new Set([...aloneIn(one, other), ...aloneIn(other, one)]);
    return names.size === 0 ? [] : [`the ${kind} (${[...names].join(", ")})`];
  });
  return [...options, ...files];
}

/** The files of a run, without random weights, which an option names. */
function filesOf({ sources }: Recorded, kind: "data" | "model"): readonly RecordedFile[] {
  return sources[kind].filter(({ file }) => !isRandomWeights(file));
}

/** The names of files whose contents are not among those of other files. */
function aloneIn(files: readonly RecordedFile[], than: readonly RecordedFile[]): string[] {
  const contents = new Set(than.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !contents.has(sha256)).map(({ file }) => file);
}
