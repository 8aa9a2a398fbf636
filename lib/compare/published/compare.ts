/** Compares runs with the published figures, cell by cell: finished runs, or results in memory. */

import { fillTable, type Table } from "../../tables/table.ts";
import {
  cellKey,
  COMPARED_TABLES,
  type ComparedCell,
  type ComparedName,
  COMPARISON,
  type ComparisonRow,
  publishedFolder,
  type PublishedTables,
  readPublished,
  readRunTables,
  type RunTables,
  tablesOfRun,
} from "./figures.ts";
import { joinRows } from "../../tables/estimates.ts";
import { NegscopeError } from "../../errors.ts";
import { type ComparisonSummaryRow, comparisonText, summarizeComparison } from "./findings.ts";
import {
  hasPublishedPlaces,
  matchPublished,
  type PublishedMatch,
  withBaselines,
} from "./published_model.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { comparisonCharts } from "./charts.ts";
import {
  comparedSources,
  type ComparisonFolder,
  writeComparison,
  type WrittenComparison,
} from "../write_comparison.ts";
import { checkOut } from "../../runs/run_folder.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { towerChecksums, UNKNOWN } from "../../files/manifest.ts";
import type { Result } from "../../study/result.ts";
import { CsvRow } from "../../tables/csv.ts";

/** Runs compared with the published figures. */
export interface Comparison {
  /** comparison.csv. */
  readonly comparison: Table<ComparisonRow>;
  /** comparison_summary.csv. */
  readonly summary: Table<ComparisonSummaryRow>;
  /** For each run, whether it is of the published model and data. */
  readonly matches: readonly PublishedMatch[];
  /** The folders of the runs with random weights that serve as baselines. */
  readonly baselines: readonly string[];
}

export function compareRuns(published: PublishedTables, all: readonly RunTables[]): Comparison {
  const { compared: runs, baselines } = withBaselines(all);
  for (const { name, schema } of COMPARED_TABLES) {
    const [first, second] = runs.filter(({ tables }) => tables.has(name));
    if (second === undefined) continue;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare runs "${
        first!.record.folder
      }" and "${second.record.folder}" at once`,
      subject: `${schema.name}.csv`,
      reason: `both have ${schema.name}.csv`,
      fix: "name only one of them",
    });
  }
  const matches = runs.map(matchPublished);
  const verdicts = matches.flatMap(({ tables, verdict }) =>
    tables.map((name) => [name, verdict] as const)
  );
  const comparison = compareTables(
    published,
    new Map(runs.flatMap(({ tables }) => [...tables])),
    runs.every(({ record }) => hasPublishedPlaces(record.text)),
  );
  const random = baselines.map(({ tables }) => compareTables(published, tables).rows);
  const summary = summarizeComparison(comparison.rows, new Map(verdicts), random);
  const folders = baselines.map(({ record: { folder } }) => folder);
  return { comparison, summary, matches, baselines: folders };
}

/**
 * comparison.csv: every cell of each published table that a run has, in the published order.
 *
 * @param isSamePlace Whether layers and heads of equal numbers are at the same place in both text towers.
 */
export function compareTables(
  published: PublishedTables,
  measured: ReadonlyMap<ComparedName, readonly ComparedCell[]>,
  isSamePlace = false,
): Table<ComparisonRow> {
  const rows = COMPARED_TABLES.flatMap(({ name }) => {
    const cells = measured.get(name);
    if (cells === undefined) return [];
    return joinRows(published.get(name)!, cells, cellKey).flatMap(({ first, second }) => {
      if (first === undefined) return [];
      const { value: published, ...key } = first;
      const { value: measured, low, high } = second ?? {};
      const difference = measured === undefined ? undefined : measured - published;
      const isInside = low === undefined || high === undefined || !isSamePlace
        ? undefined
        : low <= published && published <= high;
      const inside = isInside === undefined ? undefined : isInside ? "yes" as const : "no" as const;
      return { table: name, ...key, published, measured, low, high, difference, inside };
    });
  });
  return fillTable(COMPARISON, rows);
}

export const COMPARISON_FILES = {
  tables: ["comparison", "comparison_summary"],
  charts: ["comparison_maps", "comparison_heads", "comparison"],
} as const;

/** Where and how a comparison is written. */
export interface CompareSettings extends ComparisonFolder {
  /** The name of a run's folder in the findings. @default {its path} */
  readonly shownAs?: (folder: string) => string;
}

/**
 * Compares finished runs with the published tables and writes the results.
 *
 * @param folders The runs' folders, each with different tables.
 * @param settings Where the comparison is written.
 * @returns The comparison, the findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or none that can be compared.
 */
export async function compareFolders(
  folders: readonly string[],
  { shownAs = (folder) => folder, ...settings }: CompareSettings,
): Promise<WrittenComparison & { readonly compared: Comparison }> {
  const stopwatch = new Stopwatch();
  await checkOut(settings.out, folders);
  const published = await readPublished();
  const runs: RunTables[] = [];
  for (const folder of folders) runs.push(await readRunTables(folder));
  const shown = runs.map(({ record, ...run }) => (
    { ...run, record: { ...record, folder: shownAs(record.folder) } }
  ));
  const compared = compareRuns(published, shown);
  const { comparison, summary } = compared;
  const sources = await comparedSources(runs.map(({ record }) => record), tablesRead(runs));
  const written = await writeComparison(settings, {
    command: "compare",
    options: { runs: folders.map(shownAs) },
    sources,
    files: COMPARISON_FILES,
    tables: [comparison, summary],
    charts: () => comparisonCharts(compared, sources),
    cells: comparison.rows.length,
    measured: comparison.rows.filter((row) => row.measured !== undefined).length,
    findings: "negscope compare: beside the figures of Quantmeyer et al. 2024\n\n" +
      comparisonText(compared, shown),
    stopwatch,
  });
  return { ...written, compared };
}

function tablesRead(runs: readonly RunTables[]) {
  const published = new Set(COMPARED_TABLES.map(({ published }) => published));
  return [
    ...[...published].map((file) => ({
      file: `published/${file}`,
      path: `${publishedFolder()}/${file}`,
    })),
    ...runs.flatMap(({ record, files }) =>
      files.map((file) => ({ file, path: `${record.folder}/${file}` }))
    ),
  ];
}

/** Results compared with the published figures, as `deno task compare` does for runs. */
export interface ComparedResults extends Comparison {
  /** The charts by the names of their files: `comparison`, `comparison_maps` and `comparison_heads`. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** The findings. */
  readonly findings: string;
}

/**
 * Compares results with the figures of Quantmeyer et al. 2024.
 *
 * @param results Results of `trace` at site resid, of `attend`, or of both; beside them any number of results of the same model and data with
 * `randomWeights`, which are their baselines.
 * @throws {NegscopeError} If a result has no published table, two results have the same table, the trace is of another site, or a
 * baseline is of another model or other data.
 */
export async function compareResults(results: readonly Result[]): Promise<ComparedResults> {
  const runs = results.map(tablesOfResult);
  const compared = compareRuns(await readPublished(), runs);
  const sources = results[0]?.sources ?? { model: [], data: [] };
  return {
    ...compared,
    charts: new Map(Object.entries(comparisonCharts(compared, sources))),
    findings: comparisonText(compared, runs),
  };
}

/** What `readRunTables` reads from a run's folder, from a result in memory. */
function tablesOfResult({ study, sources, rows, allTables }: Result): RunTables {
  const { inputs, config, taken } = study;
  const { modelName, protocol, embeddings, choice: { randomWeights } } = inputs;
  const record = {
    folder: modelName,
    text: config.text,
    image: embeddings === undefined ? config.vision ?? UNKNOWN : UNKNOWN, // else its tower did not run
    protocol,
    kept: rows.length,
    sources,
    towers: towerChecksums(taken),
    ...(randomWeights !== undefined && { randomWeights }),
  };
  const files = allTables.map(({ name, rows }): [string, CsvRow[]] => [
    name,
    rows.map((row, index) => csvRow(row, { source: `${name}.csv`, row: index + 2 })),
  ]);
  return tablesOfRun(record, new Map(files));
}

function csvRow(row: object, place: CsvRow["place"]): CsvRow {
  const cells = Object.entries(row).map(([column, cell]) => [column, String(cell ?? "")]);
  return new CsvRow(Object.fromEntries(cells), place);
}
