/** How far the published and the measured cells of a table differ. */

import { numberOrNone } from "../../study/columns.ts";
import { count, fillTable, optional, type Row, type Table, table, text } from "../../tables/table.ts";
import { median } from "../../stats/columns.ts";
import { agreementOf, cellText, freeCells, type PlacedCell } from "../agreement.ts";
import { cellKey, type ComparedName, type ComparisonRow } from "./cells.ts";
import type { PublishedVerdict } from "./published_model.ts";

export const COMPARISON_SUMMARY = table("comparison_summary", "One row for each table.", {
  table: text<ComparedName>("The published table."),
  model_and_data: text<PublishedVerdict>(
    "`as published`, `not published` or `unknown`, from the towers' sizes, the protocol and the row counts.",
  ),
  cells: count("The table's published cells.", "cells"),
  n: count(
    "Those that also have a measured value, without those that the method fixes; the columns after this one are over them.",
    "cells",
  ),
  rho: numberOrNone(
    "",
    "Spearman's rho of the published and the measured values; empty below three cells.",
  ),
  mean_absolute_difference: numberOrNone("", "Mean of |difference|."),
  n_intervals: count("Those for which `inside` is told.", "cells"),
  n_inside: count("Those whose published value is inside the measured one's interval.", "cells"),
  largest_absolute_difference: numberOrNone("", "Largest |difference|."),
  at: optional(text("Its cell.")),
  n_random: count(
    "Runs of the same model and data with random weights.",
    "runs",
  ),
  rho_random: numberOrNone(
    "",
    "The baseline of rho: the median of the n_random runs. It is far from 0 where position, the causal mask and the method shape the table.",
  ),
  rho_random_least: numberOrNone("", "The least of them."),
  rho_random_most: numberOrNone("", "The largest of them."),
});

/** A row of comparison_summary.csv: how far the cells of one table differ. */
export type ComparisonSummaryRow = Row<
  {
    table: "correlation_with_d" | "causal_trace" | "negator_attention" | "negator_attention_layer4";
    model_and_data: PublishedVerdict;
    at: string | undefined;
  },
  "cells" | "n" | "n_intervals" | "n_inside" | "n_random",
  | "rho"
  | "mean_absolute_difference"
  | "largest_absolute_difference"
  | "rho_random"
  | "rho_random_least"
  | "rho_random_most"
>;

/**
 * Summarises how far the cells of each table differ. Cells that the method fixes for every model would make any two traces look alike: the roles
 * before the negator are 0, the embeddings' layer is 1 at the negator and 0 elsewhere, the last layer is 1 at the end token and 0 elsewhere
 * (method of Quantmeyer et al. 2024, section 4). They are left out.
 */
export function summarizeComparison(
  rows: readonly ComparisonRow[],
  verdicts: ReadonlyMap<ComparedName, PublishedVerdict>,
  baselines: readonly (readonly ComparisonRow[])[] = [],
): Table<ComparisonSummaryRow> {
  const summaries = [...Map.groupBy(rows, ({ table }) => table)].map(([table, group]) => ({
    table,
    model_and_data: verdicts.get(table) ?? "unknown",
    ...summarizeCells(group),
    ...baselineCells(baselines.map((cells) => summarizeCells(sameCells(group, cells)))),
  }));
  return fillTable(COMPARISON_SUMMARY, summaries);
}

type Baseline = "n_random" | `rho_random${"" | "_least" | "_most"}`;

/** The cells of a baseline that a run has a value in, so that both r are over the same cells; the others are left empty. */
function sameCells(
  run: readonly ComparisonRow[],
  baseline: readonly ComparisonRow[],
): ComparisonRow[] {
  const keyOf = (row: ComparisonRow) => `${row.table},${cellKey(row)}`;
  const measured = new Map(baseline.map((row) => [keyOf(row), row.measured]));
  return run.map((row): ComparisonRow => {
    const other = row.measured === undefined ? undefined : measured.get(keyOf(row));
    return { ...row, measured: other };
  });
}

function baselineCells(
  runs: readonly Pick<ComparisonSummaryRow, "rho">[],
): Pick<ComparisonSummaryRow, Baseline> {
  const known = runs.flatMap(({ rho }) => rho ?? []).sort((a, b) => a - b);
  return {
    n_random: known.length,
    rho_random: median(known),
    rho_random_least: known[0],
    rho_random_most: known.at(-1),
  };
}

function summarizeCells(
  rows: readonly ComparisonRow[],
): Omit<ComparisonSummaryRow, "table" | "model_and_data" | Baseline> {
  const isFree = freeCells(rows, placeOf);
  const free = rows.filter(isFree);
  const { largest, ...agreement } = agreementOf(
    free,
    ({ published, measured }) => [published, measured],
  );
  return {
    cells: rows.length,
    ...agreement,
    n_intervals: free.filter(({ inside }) => inside !== undefined).length,
    n_inside: free.filter(({ inside }) => inside === "yes").length,
    at: largest && cellText(largest),
  };
}

/** Where a cell stands in a trace; the published one is of the residual stream. */
function placeOf({ table, layer, role, measured }: ComparisonRow): PlacedCell {
  return { site: table === "causal_trace" ? "resid" : undefined, layer, role, values: [measured] };
}
