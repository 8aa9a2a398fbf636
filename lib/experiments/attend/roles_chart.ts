/** The chart of one layer's heads: from which tokens each head attends to the negator. */

import { heatMap } from "../../charts/heat_map.ts";
import { ROLE_SIDE, roleLabel } from "../../charts/roles.ts";
import { type ChartOptions, type ChartSpec, titledSides } from "../../charts/spec.ts";
import { isBeforeNegator } from "../../data/roles.ts";
import type { HeadRoleRow } from "./head_roles.ts";

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
