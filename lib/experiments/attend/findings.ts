/** The most selective heads, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { HeadRow } from "./tables.ts";
import { textTable } from "../../tables/text_table.ts";
import { groupsOf } from "../../charts/spec.ts";

/** The columns of heads.csv that the text reads. */
export type HeadLine = Reads<
  HeadRow,
  | "negation"
  | "layer"
  | "head"
  | "selectivity"
  | "selectivity_low"
  | "selectivity_high"
  | "correlation_with_d"
  | "q_value"
>;

/** The number of heads listed for each side. */
export const NAMED_HEADS = 5;

/**
 * Lists the most selective heads of each side.
 *
 * @param rows Rows of heads.csv.
 */
export function headFindings(rows: readonly HeadLine[]): string {
  const lines = groupsOf(rows, ({ negation }) => negation).flatMap((side) =>
    side.toSorted((a, b) => (b.selectivity ?? 0) - (a.selectivity ?? 0)).slice(0, NAMED_HEADS)
  ).map((row) => ({
    negated: row.negation,
    "layer.head": `${row.layer}.${row.head}`,
    selectivity: row.selectivity,
    low: row.selectivity_low,
    high: row.selectivity_high,
    "r with d": row.correlation_with_d,
    q: row.q_value,
  }));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return `Most selective heads\n${textTable({ name: "heads", columns, rows: lines })}`;
}
