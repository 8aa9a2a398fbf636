/** The tables of a summary of scores; its sentences are the verdict's. */

import type { Finding } from "../experiment/finding.ts";
import { intervalText } from "../../tables/text_table.ts";
import type { SummaryRow } from "./summary.ts";

export function scoreFindings(rows: readonly SummaryRow[]): Finding {
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
    ],
  };
}
