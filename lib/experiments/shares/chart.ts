/** The map of shares: who holds how much of d at which layer. */

import { heatMap } from "../../charts/heat_map.ts";
import { ROLE_SIDE, roleLabel } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  estimateText,
  pairGroupTitle,
} from "../../charts/spec.ts";
import { layersText } from "../../tables/head_names.ts";
import { SHARE_FIELDS } from "../share_map.ts";
import { holdingsOf, isFixed, type KnownShare, lastLayer, shownGroups } from "./shown.ts";
import type { ShareSummaryRow } from "./tables.ts";

/**
 * Draws what share of d each role holds at each layer: roles down, layers across, one panel per side as {@linkcode shownGroups} chooses
 * them. The shares of a column sum to 1.
 */
export function sharesMap(rows: readonly ShareSummaryRow[], options: ChartOptions): ChartSpec {
  const groups = shownGroups(rows);
  const last = lastLayer(groups.flat());
  return heatMap(groups.flat(), {
    ...options,
    title: "Shapley shares of d in the residual stream",
    subtitle: "layer 0: embeddings; the shares of a layer sum to 1",
    caption:
      "Shapley shares of the score difference d: what the residual stream of the negated sentence at a role's tokens adds when it is put into the affirmative one after each block (layer 0: embeddings), averaged over all orders in which the roles can be patched; sums over rows of sign(d) times this, divided by the sum of |d|. Below 0 a role takes away from d. The shares of a layer sum to 1",
    form: "Heat maps, token roles down, layers across.",
    panels: () => groups.map((rows) => ({ title: pairGroupTitle(rows), rows })),
    x: "layer",
    y: ROLE_SIDE,
    ...SHARE_FIELDS,
    most: 1, // all of d, so that one outlier does not bleach all other cells
    judged: ({ layer }) => ({ isFixed: isFixed(layer, last) }),
    tip: ({ layer, role }) => `layer ${layer}, ${roleLabel(role)}: share of d`,
    told: (group) => toldOf(group, last),
    altEnd:
      "Named are shares of .05 or more whose simultaneous 95 % interval excludes 0. At layer 0 the negator has all of d, and at the last EOT.",
  });
}

function toldOf(group: readonly KnownShare[], last: number): string {
  const held = holdingsOf(group, last).map(({ layers, most }) => {
    const where = layers.length === 1
      ? `layer ${most.layer}`
      : `layers ${layersText(layers)}, most in ${most.layer}`;
    return `${roleLabel(most.role)} in ${where} with ${
      estimateText(most.share, { low: most.share_low, high: most.share_high })
    }`;
  });
  return held.length === 0 ? "none certain" : held.join("; ");
}
