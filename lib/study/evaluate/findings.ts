/** The tables of a summary of scores; its sentences are the verdict's. */

import type { Finding } from "../experiment/finding.ts";
import { intervalText } from "../../tables/text_table.ts";
import type { BlocksSummaryRow } from "./blocks.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import type { SummaryRow } from "./summary.ts";

/** What the quantities of blocks are called. */
const NAMES: Readonly<Record<BlocksSummaryRow["quantity"], string>> = {
  alpha: "bias (alpha)",
  beta: "picture (beta)",
  gamma: "understanding (gamma)",
  sentences_right: "right in both pictures",
  pictures_right: "right picture for both sentences",
  all_right: "all right",
};

/**
 * @param rows The rows of summary.csv.
 * @param means Those of blocks_summary.csv.
 * @param blocks The number of blocks.
 */
export function scoreFindings(
  rows: readonly SummaryRow[],
  means: readonly BlocksSummaryRow[] = [],
  blocks = 0,
): Finding {
  const sides = rows.filter(({ negation, n }) => negation !== "both" && n > 0);
  const hasTies = sides.some(({ ties = 0 }) => ties > 0);
  return {
    tables: [
      {
        title: "Accuracy and mean d",
        lines: sides.map((row) => ({
          ...{ negated: row.negation, n: row.n, accuracy: row.accuracy },
          "95 % interval": intervalText({ low: row.accuracy_low, high: row.accuracy_high }),
          "mean d": row.mean_d,
          "its interval": intervalText({ low: row.mean_d_low, high: row.mean_d_high }),
        })),
      },
      {
        title: "Rows by segment",
        lines: sides.map(({ negation, correct, ambiguous, incorrect, ties }) => (
          { negated: negation, correct, ambiguous, incorrect, ...hasTies && { ties } }
        )),
      },
      { title: "Understanding and bias", lines: understandingLines(rows, means, blocks) },
    ],
  };
}

type Understood = Pick<SummaryRow, "n" | "rows_matched" | EstimateNames<"gamma" | "alpha">>;

/** Gamma and alpha of the rows that have them, and the means over blocks. */
export function understandingLines(
  rows: readonly Understood[],
  means: readonly BlocksSummaryRow[],
  blocks: number,
) {
  const ofRows = rows.filter(({ gamma, alpha }) => gamma !== undefined && alpha !== undefined)
    .flatMap((row) => {
      const { gamma, gamma_low, gamma_high, alpha, alpha_low, alpha_high, rows_matched } = row;
      const over = rows_matched === 0 ? `${row.n} rows, unmatched` : `${rows_matched} matched rows`;
      return [
        { over, quantity: "gamma" as const, value: gamma, low: gamma_low, high: gamma_high },
        { over, quantity: "alpha" as const, value: alpha, low: alpha_low, high: alpha_high },
      ];
    });
  const ofBlocks = means.map((row) => ({ over: `${blocks} blocks`, ...row }));
  return [...ofRows, ...ofBlocks].map(({ over, quantity, value, ...bounds }) => (
    { of: NAMES[quantity], over, value, "95 % interval": intervalText(bounds) }
  ));
}
