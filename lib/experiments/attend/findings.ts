/** The heads that look at the negator more than at its twin: what a summary says of them, and their maps. */

import { groupsOf, ROLE_SIDE, roleLabel, titledSides } from "../../charts/texts.ts";
import { isNamedShare, LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { countText, namesText, untestedText, whereNegated } from "../../study/effects/ranked.ts";
import type { HeadRoleRow, HeadRow } from "./tables.ts";
import { heatMap } from "../../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { isBeforeNegator } from "../../data/align.ts";

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

/**
 * Draws how much more every head attends to the negator than to the negator's twin (paper, section 5): one map per negated side,
 * heads down, layers across. Marks show values that are not above those of the exchanged sentences, or have no interval.
 *
 * @param rows The rows of heads.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function selectivityMap(rows: readonly HeadRow[], options: ChartOptions): ChartSpec {
  return heatMap(rows, {
    ...options,
    title: "Negator selectivity of attention heads",
    subtitle: "largest attention to the negator minus that to its twin, mean over rows",
    caption:
      "Negator selectivity of every attention head, by layer: the head's largest attention to the negator minus that to the negator's twin in the affirmative sentence, mean over rows, with n rows on each side",
    panels: titledSides,
    x: "layer",
    y: "head",
    value: "selectivity",
    low: "selectivity_low",
    high: "selectivity_high",
    judged: ({ above_baseline_low: low, above_baseline_high: high }) => (
      { low, high, apartFrom: "the exchanged sentences" }
    ),
    tip: (row) => `head ${headName(row)}: selectivity`,
    named: {
      most: 5,
      intro: "most selective heads above the exchanged sentences, as layer.head: ",
      ofEitherSign: false,
    },
  });
}

/** What the chart is made from besides its table. */
export interface HeadRolesOptions extends ChartOptions {
  /** The layer, from 1. */
  readonly layer: number;
}

/**
 * Draws how much more each head of a layer attends to the negator than to the negator's twin, by the role of the query (paper,
 * section 5): one map per negated side, heads down, roles that can attend to the negator across.
 *
 * @param rows The rows of head_roles.csv; those of other layers are left out.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function headRoles(
  rows: readonly HeadRoleRow[],
  { layer, ...options }: HeadRolesOptions,
): ChartSpec {
  // With a causal mask, queries before the negator cannot attend to it.
  const isOpen = rows.some((row) => isBeforeNegator(row.role) && row.attention_difference !== 0);
  const shown = rows.filter((row) => row.layer === layer && (isOpen || !isBeforeNegator(row.role)));
  const title = `Attention to the negator in layer ${layer}, by role of the query`;
  return heatMap(shown, {
    ...options,
    title,
    subtitle: "negated minus affirmative sentence, mean over rows",
    caption:
      `${title}: attention in the negated sentence minus attention to the negator's twin in the affirmative one, mean over n rows (0 for a row without such a query)`,
    form: "Heat maps, heads down, query roles across.",
    panels: titledSides,
    x: { ...ROLE_SIDE, isSlanted: true },
    y: "head",
    value: { field: "difference", of: (row) => row.attention_difference },
    tip: ({ head, role }) => `head ${head}, from ${roleLabel(role)}: difference`,
    named: {
      intro: "largest for ",
      ofEitherSign: false,
      nameOf: ({ head, role }) => `head ${head} from ${roleLabel(role)}`,
    },
  });
}
