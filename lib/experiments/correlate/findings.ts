/** Which features correlate with d, in sentences and a small table for a terminal. */

import type { Reads } from "../../tables/schema.ts";
import type { AuditRow, CorrelationRow, SizeAccuracyRow } from "./correlate.ts";
import { groupsOf } from "../../charts/spec.ts";
import { intervalText, linesTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";

/** The columns of correlations.csv that the text reads. */
export type CorrelationLine = Reads<
  CorrelationRow,
  | "negation"
  | "feature"
  | "n"
  | "r"
  | "r_low"
  | "r_high"
  | "q_value"
>;

/**
 * Shows how each feature correlates with d.
 *
 * @param rows Rows of correlations.csv.
 */
export function correlationFindings(rows: readonly CorrelationLine[]): string {
  const lines = rows.filter(({ n }) => n > 0).map((
    { negation, feature, n, r, r_low, r_high, q_value },
  ) => (
    {
      negated: negation,
      feature,
      n,
      r,
      "95 % interval": intervalText({ low: r_low, high: r_high }),
      q: q_value,
    }
  ));
  return `Correlation with d\n${linesTable(lines)}`;
}

/** The columns of size_accuracy.csv that the text reads. */
export type SizeLine = Reads<SizeAccuracyRow, "threshold" | "n" | "accuracy" | "low" | "high">;

/**
 * Shows the accuracy on foil-negated rows by the subject's size.
 *
 * @param rows Rows of size_accuracy.csv.
 * @returns Empty if no row has a size.
 */
export function sizeFindings(rows: readonly SizeLine[]): string {
  const lines = rows.filter(({ n }) => n > 0).map(({ threshold, n, accuracy, low, high }) => (
    {
      "subject_size above": `${threshold}`,
      n,
      accuracy,
      "95 % interval": intervalText({ low, high }),
    }
  ));
  if (lines.length === 0) return "";
  return `Accuracy on foil-negated rows by the size of the subject\n${linesTable(lines)}`;
}

/** The columns of audit.csv that the text reads. */
export type AuditLine = Reads<
  AuditRow,
  | "negation"
  | "n"
  | "distinct_pairs"
  | "largest_block"
  | "block_n"
  | "feature"
  | "r"
  | "r_without_block"
>;

/**
 * Shows how much the most repeated sentence pair of each side affects the correlations.
 *
 * @param rows Rows of audit.csv.
 */
export function auditFindings(rows: readonly AuditLine[]): string {
  const digits = (r: number | undefined) => r === undefined ? "none" : r.toFixed(3);
  const sides = groupsOf(rows, ({ negation }) => negation).map((side) => {
    const { negation, n, distinct_pairs, largest_block, block_n } = side[0]!;
    const changes = side.map(({ feature, r, r_without_block }) =>
      `${feature} ${digits(r)} becomes ${digits(r_without_block)}`
    );
    if (block_n === 1) return `  ${negation}-negated: none in ${n} rows\n`;
    const text = `  ${negation}-negated: ${distinct_pairs} distinct sentence pairs in ${n} rows; ` +
      `without the ${block_n} rows "${largest_block}" r of ${changes.join(", ")}`;
    return `${wrapText(text, "    ")}\n`;
  });
  return `Repeated sentences\n${sides.join("")}`;
}
