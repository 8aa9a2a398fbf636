/** Which parts summaries and charts name: those with the largest net effects, since effects without the norm's may be mostly lengths. */

import { largestShares, type ShareLine } from "../../study/effects/named_shares.ts";

/** A direct effect and a net effect in a group of rows. */
export interface NetEffect extends ShareLine {
  readonly mean_effect?: number | undefined;
  readonly mean_net_effect?: number | undefined;
  readonly net_share?: number | undefined;
  readonly net_share_low?: number | undefined;
  readonly net_share_high?: number | undefined;
  readonly net_simultaneous_low?: number | undefined;
  readonly net_simultaneous_high?: number | undefined;
}

/** A line with the net effect as its effect, and the one without the norm's as `direct`. */
export function netLine<Row extends NetEffect>(row: Row) {
  return {
    ...row,
    direct: row.mean_effect,
    mean_effect: row.mean_net_effect,
    share: row.net_share,
    share_low: row.net_share_low,
    share_high: row.net_share_high,
    simultaneous_low: row.net_simultaneous_low,
    simultaneous_high: row.net_simultaneous_high,
  };
}

/** A head's net effect in a group of rows. */
interface HeadEffect extends NetEffect {
  readonly segment: string;
  readonly component: string;
}

/** The heads whose net effect over all rows of a side a summary names, the largest share of d of either sign first. */
export function strongestHeads<Row extends HeadEffect>(side: readonly Row[], most: number): Row[] {
  const heads = side.filter(({ segment, component }) => segment === "all" && component === "head");
  return largestShares(heads.map((row) => ({ ...netLine(row), row }))).slice(0, most)
    .map(({ row }) => row);
}
