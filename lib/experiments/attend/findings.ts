/** The heads that look at the negator more than at its twin. */

import { groupsOf } from "../../charts/texts.ts";
import { isNamedShare, LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { countText, namesText, untestedText, whereNegated } from "../../study/effects/ranked.ts";
import type { HeadRow } from "./tables.ts";

export const NAMED_HEADS = 5;

export function headFindings(rows: readonly HeadRow[]): Finding {
  const sides = groupsOf(rows, ({ negation }) => negation).map((heads) => ({
    heads,
    tested: heads.filter(({ simultaneous_low: low }) => low !== undefined).length,
    above: heads.filter(isAbove).sort((a, b) => b.above_baseline! - a.above_baseline!),
  }));
  const named = sides.flatMap(({ above }) => above.slice(0, NAMED_HEADS));
  return {
    sentences: sides.map((side) => `${whereNegated(side.heads[0]!)}, ${foundText(side)}`),
    tables: [{
      title: "Heads that attend to the negator more than to its twin",
      lines: named.map((row) => ({
        negated: row.negation,
        head: headName(row),
        selectivity: row.selectivity,
        exchanged: row.baseline,
        above: row.above_baseline,
        simultaneous: intervalText(aboveBounds(row)),
        r: row.correlation_with_d,
        q: row.q_value,
        ...controlLine(row),
      })),
    }],
    notes: [
      ...sides.flatMap(sideNotes),
      ...named.length === 0 ? [] : [headNote(named[0]!)],
    ],
  };
}

interface Side {
  readonly heads: readonly HeadRow[];
  readonly tested: number;
  readonly above: readonly HeadRow[];
}

/** Whether a head's selectivity is above its baseline as effects must be to be named. */
function isAbove({ above_baseline: share, simultaneous_low, simultaneous_high }: HeadRow): boolean {
  return isNamedShare({ share, simultaneous_low, simultaneous_high }) && share! > 0;
}

function aboveBounds({ simultaneous_low: low, simultaneous_high: high }: HeadRow) {
  return { low, high };
}

function foundText({ above, tested }: Side): string {
  if (tested === 0) return untestedText("head");
  if (above.length === 0) {
    return `no head is certain to attend to the negator more than to its twin by ${LEAST_SHARE} or more`;
  }
  const names = above.map((row) =>
    `${headName(row)} ${bracketed(row.above_baseline, aboveBounds(row))}`
  );
  const specific = specificText(above, (rows) => namesText(rows.map(headName)));
  return `the negator gets more attention than its twin from ${namesText(names)}${specific}`;
}

function sideNotes({ heads, tested, above: { length: found } }: Side): string[] {
  const { negation, n, n_baseline } = heads[0]!;
  const count = tested === 0 ? [] : [
    countText({ side: heads, unit: "head", tested, found, most: NAMED_HEADS }),
  ];
  const without = n === n_baseline
    ? []
    : [`${negation}-negated: ${n - n_baseline} of ${n} rows have no twin and are not compared`];
  return [...count, ...without];
}
