/** Compares finished runs with the published tables, and writes the comparison into a folder. */

import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { compareRuns, type Comparison } from "./compare.ts";
import { COMPARED_TABLES } from "./cells.ts";
import { comparisonCharts } from "./chart.ts";
import { comparisonText } from "./findings.ts";
import { publishedFolder, readPublished } from "./published.ts";
import { readRunTables, type RunTables } from "./run_tables.ts";
import {
  comparedSources,
  type ComparisonFolder,
  writeComparison,
  type WrittenComparison,
} from "../write_comparison.ts";
import { checkOut } from "../../runs/folder/run_folder.ts";

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
