/** How well the model distinguishes the sentences, in a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { SummaryRow } from "./summary.ts";
import { intervalText, linesTable } from "../../tables/text_table.ts";

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
  | "mean_d_low"
  | "mean_d_high"
>;

/** Shows how well the model distinguishes the sentences.
 *
 * @param rows Rows of summary.csv.
 */
export function scoreFindings(rows: readonly SummaryLine[]): string {
  const sides = rows.filter(({ n }) => n > 0);
  const means = sides.map((row) => ({
    negated: row.negation,
    n: row.n,
    accuracy: row.accuracy,
    "95 % interval": intervalText({ low: row.accuracy_low, high: row.accuracy_high }),
    "mean d": row.mean_d,
    "its interval": intervalText({ low: row.mean_d_low, high: row.mean_d_high }),
  }));
  const segments = sides.map(({ negation, correct, ambiguous, incorrect }) => (
    { negated: negation, correct, ambiguous, incorrect }
  ));
  return `${linesTable(means)}\n${linesTable(segments)}`;
}
