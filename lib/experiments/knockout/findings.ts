/** Which heads' attention to the negator matters. */

import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { groupsOf } from "../../charts/texts.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { estimateText } from "../../tables/text_table.ts";
import { NAMED_HEADS } from "../attend/findings.ts";
import { shareMap, shareText, topShares } from "../top_shares.ts";
import { isOfHead, type KnockoutHead, type KnockoutSummaryRow, specificLine } from "./tables.ts";

/**
 * The heads of each side whose attention to the negator has the largest shares of d, less what the same attention does to the negator's
 * twin; and what the set of heads does together.
 */
export function knockoutFindings(rows: readonly KnockoutSummaryRow[]): Finding {
  const summary = rows.filter(isOfHead);
  const sets = rows.filter((row) => !isOfHead(row));
  const { sentences, table, counts, named } = topShares(summary.map(specificLine), {
    title: "Largest shares of d of a head's attention to the negator",
    unit: "head",
    what: "the attention to the negator of",
    most: NAMED_HEADS,
    nameOf: (line) => ({ head: headName(line) }),
    more: ({ twin_effect }) => ({ "twin's": twin_effect }),
  });
  const whole = groupsOf(summary.filter(({ segment }) => segment === "all"), (row) => row.negation);
  const example = named[0] ?? summary[0];
  return {
    sentences,
    tables: [table],
    notes: [
      ...counts,
      ...sets.filter(({ segment }) => segment === "all").map(setNote),
      ...whole.flatMap(twinlessNotes),
      ...example === undefined ? [] : [headNote(example)],
    ],
  };
}

function setNote(row: KnockoutSummaryRow): string {
  const which = row.heads === "all" ? "all heads" : `heads ${row.heads}`;
  return `${row.negation}-negated, ${which} together: share ${
    shareText(specificLine(row))
  }, effect ${
    estimateText(row.specific_effect, { low: row.specific_low, high: row.specific_high })
  }, twin's ${estimateText(row.twin_effect, {})}`;
}

function twinlessNotes(side: readonly KnockoutHead[]): string[] {
  const { negation, n, n_twin } = side[0]!;
  if (n === n_twin) return [];
  return [
    `${negation}-negated: ${n - n_twin} of ${n} rows have no twin and count for the effect alone`,
  ];
}

/**
 * Draws the share of d of every head's attention to the negator, less that of the same attention to the twin: one map per negated side,
 * heads down, layers across. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of knockout_summary.csv; those of all rows of a side and of single heads are drawn.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function knockoutMap(rows: readonly KnockoutSummaryRow[], options: ChartOptions): ChartSpec {
  const heads = rows.filter((row) => row.segment === "all" && isOfHead(row));
  return shareMap(heads.map(specificLine), {
    ...options,
    title: "Share of d of single heads' attention to the negator",
    subtitle: "d minus d with the head's attention to the negator at 0, less the twin's",
    caption:
      "Share of the score difference d of each head's attention to the negator, by layer: d minus d with the head's attention to the negator set to 0 in the negated sentence, less the same for the negator's twin in the affirmative one",
  });
}
