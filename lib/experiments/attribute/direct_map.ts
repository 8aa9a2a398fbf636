/** The map of direct attribution: what each head writes directly to the end token adds to d. */

import { headMaps } from "../../charts/head_maps.ts";
import { type ChartOptions, type ChartSpec, sidesOf, sideTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import { LEAST_NAMED } from "../../subject/effects/noise.ts";
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
  | "low"
  | "high"
  | "mean_net_effect"
  | "net_low"
  | "net_high"
>;

/** Which of a head's effects a map shows: its own, or with its share of the norm's. */
export type DirectEffect = "effect" | "net effect";

const KINDS = {
  "effect": {
    title: "Direct effect of single heads on d",
    subtitle: "what the head writes to the end token, without the norm; mean over rows",
    caption:
      "Mean direct effect of each head on the score difference d, by layer: what the head writes to the end token itself, without what later layers make of it and without its share of the norm's effect, over n rows of each side",
    of: ({ mean_effect: value, low, high }: DirectMapRow) => ({ value, low, high }),
  },
  "net effect": {
    title: "Net direct effect of single heads on d",
    subtitle: "what the head writes to the end token, with its share of the norm; mean over rows",
    caption:
      "Mean net direct effect of each head on the score difference d, by layer: what the head writes to the end token itself, less what this adds to the length of the sentence's vector, over n rows of each side",
    of: ({ mean_net_effect: value, net_low: low, net_high: high }: DirectMapRow) => (
      { value, low, high }
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
    const { value, ...interval } = of(row);
    return component === "head" && segment === "all" && value !== undefined
      ? [{ negation, layer: layer!, head: head!, n, value, ...interval }]
      : [];
  });
  const maps = sidesOf(cells).map((side) => ({ title: sideTitle(side), cells: side }));
  return headMaps(maps, {
    ...options,
    ...texts,
    field: shown.replace(" ", "_"),
    ...{ legend: `${shown} on d`, valueName: `${shown} on d`, estimated: true },
    named: {
      ...{ most: 5, least: LEAST_NAMED, ofEitherSign: true },
      intro: "largest effects, as layer.head: ",
    },
  });
}
