/** The findings of a comparison of two runs, in a small table for a terminal. */

import { wrapText } from "../../tables/wrap_text.ts";
import type { Reads } from "../../tables/schema.ts";
import { roleLabel } from "../../charts/roles.ts";
import { linesTable } from "../../tables/text_table.ts";
import type { SideBySideSummaryRow } from "./tables.ts";

/** A compared run. */
export interface NamedRun {
  /** Its folder. */
  readonly folder: string;
  /** Its task. */
  readonly task: string;
  /** Its model. */
  readonly model: string;
  /** The number of rows that it used. */
  readonly rows: number | undefined;
}

/** The columns that say where a cell stands. */
export type PlacedLine = Reads<
  SideBySideSummaryRow,
  "negation" | "segment" | "layer" | "head" | "role" | "other"
>;

/** The columns of runs_side_by_side_summary.csv that the text reads. */
export type SideBySideLine = Reads<
  SideBySideSummaryRow,
  | "table"
  | "quantity"
  | "cells"
  | "n"
  | "r"
  | "mean_absolute_difference"
  | "largest_absolute_difference"
  | "negation"
  | "segment"
  | "layer"
  | "head"
  | "role"
  | "other"
  | "n_free"
  | "r_free"
>;

/** What the words of the table mean. */
const WORDS = `free cells: without those that the method fixes for every model
difference: the second run's value minus the first's
`;

/**
 * Shows how far two runs differ.
 *
 * @param runs The first and the second run.
 * @param rows Rows of runs_side_by_side_summary.csv.
 * @param differing In what the runs differ besides the model.
 */
export function sideBySideFindings(
  runs: readonly [first: NamedRun, second: NamedRun],
  rows: readonly SideBySideLine[],
  differing: readonly string[],
): string {
  const names = runs.map(({ folder, task, model, rows }, i) =>
    `${i === 0 ? "first" : "second"}: ${folder} (${task}, ${model}, ${rows ?? "unknown"} rows)\n`
  );
  const data = differing.length === 0
    ? "The runs have the same options and data\n"
    : `${
      wrapText(`The runs differ in ${differing.join(", ")}: their cells may be of other rows`)
    }\n`;
  const lines = rows.map((row) => ({
    table: row.table,
    quantity: row.quantity,
    cells: `${row.n} of ${row.cells}`,
    r: row.r,
    "free cells": row.n_free,
    "their r": row.r_free,
    "mean |difference|": row.mean_absolute_difference,
    largest: row.largest_absolute_difference,
    at: placeText(row),
  }));
  return `${names.join("")}${data}\n${linesTable(lines)}${WORDS}`;
}

/**
 * Where a cell stands, in words.
 *
 * @param place The cell.
 */
export function placeText(
  { negation, segment, layer, head, role, other }: PlacedLine,
): string {
  const where = layer === undefined
    ? undefined
    : head === undefined
    ? `layer ${layer}`
    : `head ${layer}.${head}`;
  const side = negation === undefined ? undefined : `${negation}-negated`;
  const query = role === undefined ? undefined : roleLabel(role);
  return [side, segment, where, query, other].filter((part) => part !== undefined).join(", ");
}
