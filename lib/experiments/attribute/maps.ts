/** The maps of direct attribution: what each head writes directly to the end token, and what the strongest heads read. */

import type { EffectNames } from "../../study/effects/estimate_columns.ts";
import { isNamedShare, largestShares } from "../../study/effects/named_shares.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { ROLE_SIDE, roleLabel, sidesOf, titledSides } from "../../charts/texts.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { headName } from "../../tables/nodes.ts";
import { SHARE_FIELDS, shareMap } from "../../study/effects/ranked.ts";
import type { AttributionSummaryRow } from "./tables.ts";
import type { RoleEffectRow } from "./role_effects.ts";

type NetEffect = Pick<AttributionSummaryRow, EffectNames<"mean_net_effect", "net_">>;

/** A line with the net effect as its effect. */
export function netLine<Row extends NetEffect>(row: Row) {
  return {
    ...row,
    mean_effect: row.mean_net_effect,
    share: row.net_share,
    share_low: row.net_share_low,
    share_high: row.net_share_high,
    simultaneous_low: row.net_simultaneous_low,
    simultaneous_high: row.net_simultaneous_high,
  };
}

/** The heads of a side whose net effects a summary names, the largest share of d of either sign first. */
function strongestHeads(side: readonly AttributionSummaryRow[]): string[] {
  const heads = side.filter(({ segment, component }) => segment === "all" && component === "head");
  return largestShares(heads.map(netLine)).slice(0, HEADS).map(({ layer, head }) =>
    headName({ layer, head: head! })
  );
}

/** Draws what every head writes directly: one map per negated side, heads down, layers across. */
export function directMap(
  rows: readonly AttributionSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const heads = rows.filter(({ component, segment }) => component === "head" && segment === "all");
  return shareMap(heads.map(netLine), {
    ...options,
    title: "Net direct effect of single heads, share of d",
    subtitle: "what the head writes to the end token, with its share of the norm",
    caption:
      "Net direct effect of each head as a share of the score difference d, by layer: what the head writes to the end token itself, less what this adds to the length of the sentence's vector",
    effect: "net effect",
  });
}

const HEADS = 8;

/** Draws what the heads with the largest net effects read: one map per negated side, its heads down, roles across. */
export function readRoles(
  rows: readonly RoleEffectRow[],
  heads: readonly AttributionSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const named = new Map(
    sidesOf(heads).map((side) => [side[0]!.negation, strongestHeads(side)]),
  );
  const placeOf = (row: RoleEffectRow) => named.get(row.negation)?.indexOf(headName(row)) ?? -1;
  const shown = rows.filter((row) => row.segment === "all" && placeOf(row) !== -1)
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  return heatMap(shown.map(netLine), {
    ...options,
    title: "Net effect by the token that a head reads, share of d",
    subtitle: "heads with the largest net effects (layer.head)",
    caption:
      "Net effect of the strongest heads of each side (layer.head, the largest share first) as a share of the score difference d, by the role of the token that they read from the end token; the cells of a head add up to its share",
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
