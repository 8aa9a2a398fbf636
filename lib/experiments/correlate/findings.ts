/** Which features correlate with d, and how much repeated sentences weigh. */

import { groupsOf } from "../../charts/texts.ts";
import type { Finding, FindingTable } from "../../study/experiment/finding.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { namesText, whereNegated } from "../../study/effects/ranked.ts";
import type { CorrelationRow, SizeAccuracyRow } from "./correlate.ts";

const MOST_Q = 0.05;

export function correlateFindings(
  correlations: readonly CorrelationRow[],
  sizes: readonly SizeAccuracyRow[],
): Finding {
  const known = correlations.filter(({ n }) => n > 0);
  return {
    sentences: groupsOf(known, ({ negation }) => negation).map(sideSentence),
    tables: [
      {
        title: "Correlation with d",
        lines: known.map((row) => ({
          negated: row.negation,
          feature: row.feature,
          n: row.n,
          r: row.r,
          "95 % interval": intervalText({ low: row.r_low, high: row.r_high }),
          q: row.q_value,
        })),
      },
      sizesTable(sizes),
    ],
    notes: groupsOf(known, ({ negation }) => negation).map(repeatsNote),
  };
}

function sideSentence(side: readonly CorrelationRow[]): string {
  const found = side.filter(({ q_value: q }) => q !== undefined && q < MOST_Q)
    .toSorted((a, b) => Math.abs(b.r!) - Math.abs(a.r!));
  const names = found.map(({ feature, r, r_low: low, r_high: high }) =>
    `${feature} ${bracketed(r, { low, high })}`
  );
  const isTested = side.some(({ q_value: q }) => q !== undefined);
  return `${whereNegated(side[0]!)}, ${
    found.length > 0
      ? `d goes with ${namesText(names)}`
      : isTested
      ? `no feature goes with d (q < ${MOST_Q})`
      : "no feature is tested"
  }`;
}

function sizesTable(rows: readonly SizeAccuracyRow[]): FindingTable {
  return {
    title: "Accuracy on foil-negated rows by the size of the subject",
    lines: rows.filter(({ n }) => n > 0).map(({ threshold, n, accuracy, low, high }) => ({
      "subject_size above": `${threshold}`,
      n,
      accuracy,
      "95 % interval": intervalText({ low, high }),
    })),
  };
}

function repeatsNote(side: readonly CorrelationRow[]): string {
  const digits = (r: number | undefined) => r === undefined ? "none" : r.toFixed(3);
  const { negation, n, distinct_pairs, largest_block, block_n } = side[0]!;
  if (block_n === 1) return `${negation}-negated: no sentence pair is repeated in ${n} rows`;
  const changes = side.map(({ feature, r, r_without_block }) =>
    `${feature} ${digits(r)} becomes ${digits(r_without_block)}`
  );
  return `${negation}-negated: ${distinct_pairs} distinct sentence pairs in ${n} rows; without the ${block_n} rows "${largest_block}" r of ${
    changes.join(", ")
  }`;
}
