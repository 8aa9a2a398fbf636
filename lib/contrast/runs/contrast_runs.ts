/** Contrasts two finished runs of one experiment on the same rows, and writes the results into a folder. */

import { ACCURACIES, CHOICES, RETRIEVAL_SUMMARY } from "../../benchmark/tables.ts";
import { readTables } from "../../compare/read_tables.ts";
import {
  comparedSources,
  type ComparisonFolder,
  writeComparison,
  type WrittenComparison,
} from "../../compare/write_comparison.ts";
import { checkOut } from "../../runs/folder/run_folder.ts";
import { NegscopeError } from "../../errors.ts";
import { allSchemas } from "../../experiments/all.ts";
import type { Manifest } from "../../files/manifest.ts";
import { recordOf } from "../../files/run_record.ts";
import { CLIP } from "../../model/families.ts";
import { clusterBy } from "../../study/clusters.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { estimated } from "../../tables/schema.ts";
import { estimatesOf } from "../../tables/estimates.ts";
import type { TableSchema } from "../../tables/table.ts";
import { benchmarkRows, MARGIN } from "./benchmark_rows.ts";
import { contrastChart, differenceMap } from "./chart.ts";
import { contrastFindings, type NamedRun } from "./findings.ts";
import { PairedRows } from "./paired.ts";
import { rowDifferences } from "./row_differences.ts";
import { modelFilesText, runDifferences } from "./run_differences.ts";
import { contrastCells, contrastTable, summarizeContrast } from "./tables.ts";

export const CONTRAST_FILES = {
  tables: ["contrast", "contrast_summary", "contrast_rows"],
  charts: ["contrast", "contrast_map"],
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
  const commands = [one.manifest.command, other.manifest.command];
  if (commands[0] !== commands[1]) {
    refuse(
      `they are of different experiments, ${commands.join(" and ")}`,
      "two runs of one experiment",
    );
  }
  const [first, second] = [await readRun(one), await readRun(other)];
  const isShared = ({ name }: TableSchema) =>
    [first, second].every((run) => Object.hasOwn(run.checksums, `${name}.csv`));
  const shared = COMPARABLE.filter(isShared);
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
  const cells = shared.flatMap((schema) => {
    const file = `${schema.name}.csv`;
    const tables = [first.tables.get(schema.name)!, second.tables.get(schema.name)!] as const;
    const isSame = first.checksums[file] === second.checksums[file];
    return contrastCells(schema, tables, { paired, isSame });
  });
  const table = contrastTable(cells.map(({ row }) => row));
  const summary = summarizeContrast(cells, paired);
  const text = contrastFindings(
    [first.named, second.named],
    { cells: table.rows, summary: summary.rows },
    {
      options: runDifferences(first.record, second.record),
      models: modelFilesText(first.record, second.record),
    },
  );
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
    files: CONTRAST_FILES,
    tables: [
      table,
      summary,
      rowDifferences(shared, ALL.filter(isShared), [first.tables, second.tables]),
    ],
    charts: () => ({
      contrast: contrastChart(table.rows, { sources, summary: summary.rows }),
      contrast_map: differenceMap(table.rows, { sources }),
    }),
    cells: cells.length,
    measured: cells.filter(({ row }) => row.difference !== undefined).length,
    findings: `negscope contrast: two runs of ${commands[0]}\n\n${text}`,
    stopwatch,
  });
}

/** accuracy.csv of a benchmark, whose accuracies follow from choices.csv. */
const BENCHMARK: TableSchema = {
  ...ACCURACIES,
  columns: {
    ...ACCURACIES.columns,
    accuracy: estimated(ACCURACIES.columns.accuracy, {
      ...ACCURACIES.columns.accuracy.estimate,
      meanOf: MARGIN,
    }),
  },
};

/** All tables of the kit that can be contrasted. */
const ALL: readonly TableSchema[] = [
  ...allSchemas().values(),
  ...[BENCHMARK, CHOICES, RETRIEVAL_SUMMARY],
];

const COMPARABLE = ALL.filter((schema) => estimatesOf(schema).length > 0);

/** The tables of which they are means, with `evaluate`, which has the rows' sentences. */
const OF_ROWS_OF_DATA = new Set([
  ...["evaluate", CHOICES.name],
  ...COMPARABLE.flatMap(estimatesOf).flatMap(({ meanOf, shareOf }) =>
    (meanOf ?? shareOf)?.table ?? []
  ),
]);

/** The seed of the samples for paired intervals. */
const SEED = 0;

async function readRun({ folder, manifest }: FinishedRun) {
  const { command, model, rows, checksums = {} } = manifest;
  const names = [...COMPARABLE.map(({ name }) => name), ...OF_ROWS_OF_DATA];
  const tables = await readTables(folder, manifest, names);
  const choices = tables.get(CHOICES.name);
  if (choices !== undefined) {
    for (const [name, rows] of benchmarkRows(choices)) tables.set(name, rows);
  }
  const named: NamedRun = {
    folder,
    task: command,
    model: model?.name ?? "unknown",
    rows: rows.kept,
    ...(model && { taken: model.taken ?? [], score: model.score ?? CLIP.similarity.formula }),
  };
  const cluster = clusterBy(manifest.options["cluster"]);
  return { named, record: recordOf(folder, manifest), checksums, tables, cluster };
}
