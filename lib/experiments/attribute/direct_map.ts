/** The map of direct attribution: what each head writes directly to the end token adds to d. */

import { headMaps } from "../../charts/head_maps.ts";
import { type ChartOptions, type ChartSpec, sidesOf, sideTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import { isNamedShare, LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { netLine } from "./net_line.ts";
import type { AttributionSummaryRow } from "./tables.ts";

/** The columns of attribution_summary.csv that the map reads. */
export type DirectMapRow = Reads<
  AttributionSummaryRow,
  | "negation"
  | "segment"
  | "component"
  | "layer"
  | "head"
  | "n"
  | "mean_effect"
  | "share"
  | "share_low"
  | "share_high"
  | "simultaneous_low"
  | "simultaneous_high"
  | "mean_net_effect"
  | "net_share"
  | "net_share_low"
  | "net_share_high"
  | "net_simultaneous_low"
  | "net_simultaneous_high"
>;

/** Which of a head's effects a map shows: its own, or with its share of the norm's. */
export type DirectEffect = "effect" | "net effect";

const KINDS = {
  "effect": {
    title: "Direct effect of single heads, share of d",
    subtitle: "what the head writes to the end token, without the norm",
    caption:
      "Direct effect of each head as a share of the score difference d, by layer: what the head writes to the end token itself, without what later layers make of it and without its share of the norm's effect; sum over n rows of each side of sign(d) times this, divided by the sum of |d|",
    of: (row: DirectMapRow) => row,
  },
  "net effect": {
    title: "Net direct effect of single heads, share of d",
    subtitle: "what the head writes to the end token, with its share of the norm",
    caption:
      "Net direct effect of each head as a share of the score difference d, by layer: what the head writes to the end token itself, less what this adds to the length of the sentence's vector; sum over n rows of each side of sign(d) times this, divided by the sum of |d|",
    of: (row: DirectMapRow) => (
      { ...netLine(row), share_low: row.net_share_low, share_high: row.net_share_high }
    ),
  },
} as const;

/**
 * Draws what every head writes directly: one map per negated side, heads down, layers across, with the same colours. Marks show values
 * that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of attribution_summary.csv; those of heads over all segments are drawn.
 * @param options Which effect is drawn, and what charts need besides. @default {the head's own effect}
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function directMap(
  rows: readonly DirectMapRow[],
  { shown = "effect", ...options }: ChartOptions & { readonly shown?: DirectEffect },
): ChartSpec {
  const { of, ...texts } = KINDS[shown];
  const cells = rows.flatMap((row) => {
    const { negation, component, segment, layer, head, n } = row;
    const shown = of(row);
    const { share: value, share_low: low, share_high: high } = shown;
    return component === "head" && segment === "all" && value !== undefined
      ? [{
        negation,
        layer: layer!,
        head: head!,
        n,
        value,
        low,
        high,
        isNamed: isNamedShare(shown),
      }]
      : [];
  });
  const maps = sidesOf(cells).map((side) => ({ title: sideTitle(side), cells: side }));
  return headMaps(maps, {
    ...options,
    ...texts,
    ...{ field: "share", legend: "share of d", valueName: `${shown}, share of d`, estimated: true },
    named: {
      ...{ most: 5, least: LEAST_SHARE, ofEitherSign: true },
      intro: "largest shares, as layer.head: ",
    },
  });
}
