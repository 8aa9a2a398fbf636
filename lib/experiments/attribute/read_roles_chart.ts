/** The chart of what the strongest heads read: their direct effect by the role of the token. */

import { heatMap } from "../../charts/heat_map.ts";
import { ROLE_SIDE, roleLabel } from "../../charts/roles.ts";
import { type ChartOptions, type ChartSpec, sidesOf, titledSides } from "../../charts/spec.ts";
import { isNamedShare } from "../../study/effects/named_shares.ts";
import { headName } from "../../tables/head_names.ts";
import { SHARE_FIELDS } from "../share_map.ts";
import { netLine, strongestHeads } from "./net_line.ts";
import type { RoleEffectRow } from "./role_effects.ts";
import type { AttributionSummaryRow } from "./tables.ts";

/** The most heads of a side. */
const HEADS = 8;

/** Draws what the heads with the largest net effects read: one map per negated side, its heads down, roles across. */
export function readRoles(
  rows: readonly RoleEffectRow[],
  heads: readonly AttributionSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const named = new Map(
    sidesOf(heads).map((side) => [
      side[0]!.negation as string,
      strongestHeads(side, HEADS).map(({ layer, head }) =>
        headName({ layer: layer!, head: head! })
      ),
    ]),
  );
  const placeOf = (row: RoleEffectRow) => named.get(row.negation)?.indexOf(headName(row)) ?? -1;
  const shown = rows.filter((row) => row.segment === "all" && placeOf(row) !== -1)
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  return heatMap(shown.map(netLine), {
    ...options,
    title: "Net direct effect by the token that a head reads, share of d",
    subtitle: "heads with the largest net effects (layer.head)",
    caption:
      "Net direct effect of the strongest heads of each side (layer.head, the largest share first) as a share of the score difference d, by the role of the token that they read from the end token; the cells of a head add up to its share",
    panels: titledSides,
    x: { ...ROLE_SIDE, isSlanted: true },
    y: { field: "head", of: headName, isOfPanel: true },
    ...SHARE_FIELDS,
    tip: (row) => `head ${headName(row)} reads ${roleLabel(row.role)}: net effect, share of d`,
    named: {
      most: 4,
      isNamed: isNamedShare,
      nameOf: (row) => `${headName(row)} reads ${roleLabel(row.role)}`,
    },
  });
}
