/** How far the published and the measured cells of a table differ. */

import { HEAD, LAYER_OR_EMBEDDING, NEGATION, numberOrNone, ROLE } from "../../subject/columns.ts";
import { count, fillTable, optional, type RowOf, table, text } from "../../tables/schema.ts";
import type { ComparedName } from "./cells.ts";
import type { Table } from "../../tables/table.ts";
import { pearson } from "../../stats/correlation.ts";
import type { ComparisonRow } from "./row.ts";
import type { PublishedVerdict } from "../published_model.ts";

/** comparison_summary.csv. */
export const COMPARISON_SUMMARY = table("comparison_summary", "One row for each table.", {
  table: text<ComparedName>("The published table."),
  model_and_data: text<PublishedVerdict>(
    "`as published`, `not published` or `unknown`, from the towers' sizes, the protocol and the row counts. Unless it is `as published`, the row does not show agreement.",
  ),
  cells: count("The table's published cells.", "cells"),
  n: count("The cells that also have a measured value.", "cells"),
  r: numberOrNone("", "Pearson's r of the published and the measured values over the n cells."),
  mean_absolute_difference: numberOrNone("", "Mean of |difference| over the n cells."),
  largest_absolute_difference: numberOrNone("", "Largest |difference|."),
  negation: optional(NEGATION),
  segment: optional(
    text(
      "The group of rows with the largest difference; `layer`, `head` and `role` name its place too.",
    ),
  ),
  layer: optional(LAYER_OR_EMBEDDING),
  head: optional(HEAD),
  role: optional(ROLE),
  n_free: count("The n cells without those that the method fixes for every model.", "cells"),
  r_free: numberOrNone("", "Pearson's r over the free cells."),
  mean_absolute_difference_free: numberOrNone("", "Mean of |difference| over the free cells."),
  n_random: count(
    "Runs of the same model and data with random weights that have the table.",
    "runs",
  ),
  r_random: numberOrNone(
    "",
    "The baseline of r: that of a model which has learnt nothing. Median over the n_random runs; it is far from 0 where position, the causal mask and the method shape the table.",
  ),
  r_random_least: numberOrNone("", "The least of them."),
  r_random_most: numberOrNone("", "The largest of them."),
  r_random_free: numberOrNone("", "The baseline of r_free: median over the n_random runs."),
  r_random_free_least: numberOrNone("", "The least of them."),
  r_random_free_most: numberOrNone("", "The largest of them."),
});

/** A row of comparison_summary.csv: how far the cells of one table differ. */
export type ComparisonSummaryRow = RowOf<typeof COMPARISON_SUMMARY>;

/** Roles before the negator: no token there attends to it, so the trace and the attention are 0. */
const PREFIX: readonly (string | undefined)[] = ["sot", "there", "is_are"];

/**
 * Summarises how far the cells of each table differ.
 *
 * Cells that the method fixes for every model would make any two traces look alike: the roles before the negator are 0, the
 * embeddings' layer is 1 at the negator and 0 elsewhere, the last layer is 1 at the end token and 0 elsewhere (method of
 * Quantmeyer et al. 2024, section 4). The columns that end in `_free` leave them out.
 *
 * @param rows Rows of comparison.csv.
 * @param verdicts The verdict of {@linkcode matchPublished} on each table's run; a table without one is of an unknown model.
 * @param baselines Rows of comparison.csv for each run with random weights.
 * @returns comparison_summary.csv, tables in the order of the rows.
 */
export function summarizeComparison(
  rows: readonly ComparisonRow[],
  verdicts: ReadonlyMap<ComparedName, PublishedVerdict>,
  baselines: readonly (readonly ComparisonRow[])[] = [],
): Table<ComparisonSummaryRow> {
  return fillTable(
    COMPARISON_SUMMARY,
    [...Map.groupBy(rows, ({ table }) => table)].map(([table, own]) => ({
      table,
      model_and_data: verdicts.get(table) ?? "unknown",
      ...summarizeCells(own),
      ...baselineCells(
        baselines.map((cells) => cells.filter((cell) => cell.table === table))
          .filter(({ length }) => length > 0).map(summarizeCells),
      ),
    })),
  );
}

type MeasuredRow = ComparisonRow & { readonly measured: number; readonly difference: number };

type Baseline =
  | "n_random"
  | `r_random${"" | "_free"}${"" | "_least" | "_most"}`;

/** How far runs with random weights agree with the published figures. */
function baselineCells(
  runs: readonly Pick<ComparisonSummaryRow, "r" | "r_free">[],
): Pick<ComparisonSummaryRow, Baseline> {
  const sorted = (values: readonly (number | undefined)[]) =>
    values.filter((r) => r !== undefined).sort((a, b) => a - b);
  const [all, free] = [sorted(runs.map(({ r }) => r)), sorted(runs.map(({ r_free }) => r_free))];
  return {
    n_random: runs.length,
    ...{ r_random: median(all), r_random_least: all[0], r_random_most: all.at(-1) },
    r_random_free: median(free),
    ...{ r_random_free_least: free[0], r_random_free_most: free.at(-1) },
  };
}

/** The middle of sorted numbers. */
function median(sorted: readonly number[]): number | undefined {
  if (sorted.length === 0) return undefined;
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return (sorted[low]! + sorted[high]!) / 2;
}

function summarizeCells(
  rows: readonly ComparisonRow[],
): Omit<ComparisonSummaryRow, "table" | "model_and_data" | Baseline> {
  const both = rows.filter((row): row is MeasuredRow => row.difference !== undefined);
  const lastLayer = rows.reduce((last, { layer }) => Math.max(last, layer), 0);
  const free = both.filter((row) => !isFixed(row, lastLayer));
  const largest = both.reduce<MeasuredRow | undefined>(
    (most, row) =>
      most === undefined || Math.abs(row.difference) > Math.abs(most.difference) ? row : most,
    undefined,
  );
  return {
    cells: rows.length,
    n: both.length,
    r: correlation(both),
    mean_absolute_difference: meanAbsolute(both),
    largest_absolute_difference: largest && Math.abs(largest.difference),
    negation: largest?.negation,
    segment: largest?.segment,
    layer: largest?.layer,
    head: largest?.head,
    role: largest?.role,
    n_free: free.length,
    r_free: correlation(free),
    mean_absolute_difference_free: meanAbsolute(free),
  };
}

/**
 * Whether the method fixes a cell's value for every model.
 *
 * @param cell The cell; the trace's table is `causal_trace`.
 * @param lastLayer The number of the last block.
 */
export function isFixed(
  { table, layer, role }: {
    readonly table: string | undefined;
    readonly layer: number;
    readonly role: string | undefined;
  },
  lastLayer: number,
): boolean {
  if (PREFIX.includes(role)) return true;
  return table === "causal_trace" && (layer === 0 || layer === lastLayer);
}

function correlation(rows: readonly MeasuredRow[]): number | undefined {
  return pearson(rows.map((row) => row.published), rows.map((row) => row.measured));
}

function meanAbsolute(rows: readonly MeasuredRow[]): number | undefined {
  if (rows.length === 0) return undefined;
  return rows.reduce((sum, { difference }) => sum + Math.abs(difference), 0) / rows.length;
}
