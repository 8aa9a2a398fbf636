/** How well the model distinguishes the sentences, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { SummaryRow } from "./summary.ts";
import { textTable } from "../../tables/text_table.ts";

/** The columns of summary.csv that the text reads. */
export type SummaryLine = Reads<
  SummaryRow,
  | "negation"
  | "n"
  | "accuracy"
  | "accuracy_low"
  | "accuracy_high"
  | "correct"
  | "ambiguous"
  | "incorrect"
  | "mean_d"
>;

/** Shows how well the model distinguishes the sentences.
 *
 * @param rows Rows of summary.csv.
 */
export function scoreFindings(rows: readonly SummaryLine[]): string {
  const lines = rows.filter(({ n }) => n > 0).map((row) => ({
    negated: row.negation,
    n: row.n,
    accuracy: row.accuracy,
    "95 % interval": row.accuracy_low === undefined
      ? ""
      : `${row.accuracy_low.toFixed(3)} to ${row.accuracy_high!.toFixed(3)}`,
    correct: row.correct,
    ambiguous: row.ambiguous,
    incorrect: row.incorrect,
    "mean d": row.mean_d,
  }));
  const columns = Object.keys(lines[0] ?? {}) as (keyof typeof lines[number])[];
  return textTable({ name: "summary", columns, rows: lines });
}
