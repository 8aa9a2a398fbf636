/** The tables of a summary of scores; its sentences are the verdict's. */

import type { Finding } from "../experiment/finding.ts";
import { intervalText } from "../../tables/text_table.ts";
import type { BlocksSummaryRow } from "./blocks.ts";
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
      {
        title: "Understanding and bias",
        lines: [
          ...rows.flatMap(matchedLines),
          ...means.map((row) => lineOf(`${blocks} blocks`, row)),
        ],
      },
    ],
  };
}

/** The lines of gamma and alpha of matched rows. */
function matchedLines(row: SummaryRow) {
  if (row.gamma === undefined || row.alpha === undefined) return [];
  const over = row.rows_matched === 0
    ? `${row.n} rows, unmatched`
    : `${row.rows_matched} matched rows`;
  return [
    lineOf(over, { quantity: "gamma", value: row.gamma, low: row.gamma_low, high: row.gamma_high }),
    lineOf(over, { quantity: "alpha", value: row.alpha, low: row.alpha_low, high: row.alpha_high }),
  ];
}

function lineOf(over: string, { quantity, value, ...bounds }: BlocksSummaryRow) {
  return { of: NAMES[quantity], over, value, "95 % interval": intervalText(bounds) };
}
