/** The text and the charts of a comparison, for a folder and for a notebook. */

import type { ChartSpec } from "../../charts/spec.ts";
import type { Sources } from "../../reading/sources.ts";
import type { Comparison } from "./compare.ts";
import { COMPARED_TABLES } from "./cells.ts";
import { comparisonChart } from "./chart.ts";
import { baselineCommand } from "./baselines.ts";
import {
  baselineFindings,
  comparisonFindings,
  matchFindings,
  matchNote,
  missingFindings,
  sourceFindings,
} from "./findings.ts";
import { comparisonHeadMaps, comparisonMaps } from "./maps.ts";
import type { RunTables } from "./run_tables.ts";
import { studyDifference } from "../study_difference.ts";

/** Makes the text of the findings. */
export function comparisonText(
  { summary, matches, baselines }: Comparison,
  runs: readonly RunTables[],
): string {
  const tables = matches.flatMap((match) => match.tables);
  const compared = runs.filter(({ record: { folder } }) => !baselines.includes(folder));
  const bare = compared.filter((run) =>
    summary.rows.some(({ table, n_random }) => n_random === 0 && run.tables.has(table))
  );
  return [
    matchFindings(matches) + sourceFindings(firstDifference(compared)),
    comparisonFindings(summary.rows) +
    baselineFindings(bare.map(({ record }) => baselineCommand(record))) +
    missingFindings(COMPARED_TABLES, tables),
  ].join("\n");
}

/** The first thing in which the models or the data of two of the runs differ. */
function firstDifference(runs: readonly RunTables[]): string | undefined {
  const pairs = runs.flatMap(({ record }, i) =>
    runs.slice(i + 1).map((other) => [record, other.record] as const)
  );
  return pairs.values().map(([one, other]) => studyDifference(one, other))
    .find((difference) => difference !== undefined);
}

/** Draws the charts, by the names of their files. */
export function comparisonCharts(
  { comparison, summary, matches }: Comparison,
  sources: Sources,
): Readonly<Record<"comparison" | "comparison_maps" | "comparison_heads", ChartSpec>> {
  const options = { sources, note: matchNote(matches) };
  return {
    comparison: comparisonChart(comparison.rows, { ...options, summary: summary.rows }),
    comparison_maps: comparisonMaps(comparison.rows, options),
    comparison_heads: comparisonHeadMaps(comparison.rows, options),
  };
}
