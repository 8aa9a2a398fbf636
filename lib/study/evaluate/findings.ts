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
  sentences_right: "right sentence in both pictures",
  pictures_right: "right picture for both sentences",
  all_right: "all right",
};

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
      ...blocks === 0 ? [] : [{
        title: `${blocks} blocks of two pictures and two sentences`,
        lines: means.map(({ quantity, value: mean, ...bounds }) => (
          { quantity: NAMES[quantity], mean, "95 % interval": intervalText(bounds) }
        )),
      }],
    ],
  };
}
