/** The heat map of heads whose values are shares of d. */

import { heatMap, type HeatMapOptions } from "../charts/heat_map.ts";
import { type ChartSpec, titledSides } from "../charts/spec.ts";
import { isNamedShare, LEAST_SHARE, type ShareLine } from "../study/effects/named_shares.ts";
import { headName } from "../tables/head_names.ts";

interface HeadShare extends ShareLine {
  readonly negation: string;
  readonly layer?: number | undefined;
  readonly head?: number | undefined;
  readonly n: number;
  readonly share_low?: number | undefined;
  readonly share_high?: number | undefined;
}

interface ShareMapOptions<Row> extends
  Pick<
    HeatMapOptions<Row>,
    "sources" | "clusters" | "title" | "subtitle" | "panels" | "columns"
  > {
  /** What the share is of: a sentence without its full stop. */
  readonly caption: string;
  /** The name of the effect in tooltips. @default {only that it is a share of d} */
  readonly effect?: string;
}

export const SHARE_FIELDS = {
  value: "share",
  low: "share_low",
  high: "share_high",
  legend: "share of d",
} as const;

/** Draws the share of d of every head: one map per negated side, heads down, layers across. */
export function shareMap<Row extends HeadShare>(
  rows: readonly Row[],
  { effect, ...options }: NoInfer<ShareMapOptions<Row>>,
): ChartSpec {
  return heatMap(rows, {
    panels: titledSides,
    ...options,
    caption:
      `${options.caption}; sum over n rows of each side of sign(d) times this, divided by the sum of |d|`,
    x: "layer",
    y: "head",
    ...SHARE_FIELDS,
    tip: ({ layer, head }) =>
      `head ${headName({ layer: layer!, head: head! })}: ${
        effect === undefined ? "" : `${effect}, `
      }share of d`,
    named: {
      most: 5,
      least: LEAST_SHARE,
      isNamed: isNamedShare,
      intro: "largest shares, as layer.head: ",
    },
  });
}
