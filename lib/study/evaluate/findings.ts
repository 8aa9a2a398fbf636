/** How well the model distinguishes the sentences. */

import type { Finding, FindingLine } from "../experiment/finding.ts";
import { intervalText, numberText } from "../../tables/text_table.ts";
import type { MeanScores, SummaryRow } from "./summary.ts";

export function scoreFindings(rows: readonly SummaryRow[]): Finding {
  const sides = rows.filter(({ n }) => n > 0);
  return {
    sentences: sides.filter(({ negation }) => negation === "all").map((all) =>
      accuracyText(all, sides)
    ),
    tables: [
      {
        title: "Accuracy and mean d",
        lines: sides.map((row) => ({ negated: row.negation, ...scoreCells(row) })),
      },
      {
        title: "Rows by segment",
        lines: sides.map(({ negation, correct, ambiguous, incorrect }) => (
          { negated: negation, correct, ambiguous, incorrect }
        )),
      },
    ],
  };
}

export function scoreCells(row: MeanScores): FindingLine {
  return {
    n: row.n,
    accuracy: row.accuracy,
    "95 % interval": intervalText({ low: row.accuracy_low, high: row.accuracy_high }),
    "mean d": row.mean_d,
    "its interval": intervalText({ low: row.mean_d_low, high: row.mean_d_high }),
  };
}

function accuracyText(all: SummaryRow, sides: readonly SummaryRow[]): string {
  const parts = sides.filter((row) => row !== all).map(({ negation, accuracy }) =>
    `${numberText(accuracy!, 3)} where the ${negation} is negated`
  );
  const interval = intervalText({ low: all.accuracy_low, high: all.accuracy_high });
  return `The true sentence scores higher in ${numberText(all.accuracy!, 3)} of ${all.n} rows${
    interval && ` (95 % interval ${interval})`
  }${parts.length > 1 ? `: ${parts.join(", ")}` : ""}`;
}
