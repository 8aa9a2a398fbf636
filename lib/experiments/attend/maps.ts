/** The maps of attention: which heads attend to the negator, and from which tokens those of one layer do. */

import { heatMap } from "../../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { ROLE_SIDE, roleLabel, titledSides } from "../../charts/texts.ts";
import { headName } from "../../tables/nodes.ts";
import type { HeadRoleRow, HeadRow } from "./tables.ts";
import { isBeforeNegator } from "../../data/align.ts";

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
