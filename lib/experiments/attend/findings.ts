/** The heads that look at the negator more than at its twin. */

import { groupsOf } from "../../charts/spec.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { countText, namesText, untestedText, whereNegated } from "../top_shares.ts";
import type { HeadRow } from "./tables.ts";

export const NAMED_HEADS = 5;

/** The share of heads without any preference whose 95 % interval lies above 0. */
const BY_CHANCE = 0.025;

export function headFindings(rows: readonly HeadRow[]): Finding {
  const sides = groupsOf(rows, ({ negation }) => negation).map((heads) => ({
    heads,
    tested: heads.filter(({ above_baseline_low: low }) => low !== undefined).length,
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
        "95 % interval": intervalText(aboveBounds(row)),
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

/** Whether a head's selectivity is above its baseline by more than chance and rounding explain. */
function isAbove({ above_baseline, above_baseline_low }: HeadRow): boolean {
  return above_baseline !== undefined && above_baseline > ATTENTION_NOISE &&
    above_baseline_low !== undefined && above_baseline_low > 0;
}

function aboveBounds({ above_baseline_low: low, above_baseline_high: high }: HeadRow) {
  return { low, high };
}

function foundText({ above, tested }: Side): string {
  if (tested === 0) return untestedText("head");
  if (above.length === 0) return "no head attends to the negator more than to its twin";
  const names = above.map((row) =>
    `${headName(row)} ${bracketed(row.above_baseline, aboveBounds(row))}`
  );
  const specific = specificText(above, (rows) => namesText(rows.map(headName)));
  return `the negator gets more attention than its twin from ${namesText(names)}${specific}`;
}

function sideNotes({ heads, tested, above: { length: found } }: Side): string[] {
  const { negation, n, n_baseline } = heads[0]!;
  const count = tested === 0 ? [] : [
    `${countText({ side: heads, unit: "head", tested, found, most: NAMED_HEADS })}; about ${
      (BY_CHANCE * tested).toFixed(1)
    } expected if none prefers either word`,
  ];
  const without = n === n_baseline
    ? []
    : [`${negation}-negated: ${n - n_baseline} of ${n} rows have no twin and are not compared`];
  return [...count, ...without];
}
