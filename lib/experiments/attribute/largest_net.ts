/** Which parts summaries and charts name: those with the largest net effects, since effects without the norm's may be mostly lengths. */

import { largestNamed } from "../../subject/effects/noise.ts";

/** A net effect in a group of rows. */
export interface NetEffect {
  readonly mean_net_effect?: number | undefined;
  readonly net_low?: number | undefined;
  readonly net_high?: number | undefined;
}

/**
 * The rows whose net effect a summary names, of either sign, the largest first.
 *
 * @param rows Mean net effects with their intervals.
 */
export function largestNet<Row extends NetEffect>(rows: readonly Row[]): Row[] {
  const nets = rows.map((row) => (
    { row, mean_effect: row.mean_net_effect, low: row.net_low, high: row.net_high }
  ));
  return largestNamed(nets).map(({ row }) => row);
}

/** A head's net effect in a group of rows. */
interface HeadEffect extends NetEffect {
  readonly segment: string;
  readonly component: string;
}

/**
 * The heads whose net effect over all rows of a side a summary names, the largest of either sign first.
 *
 * @param side The rows of attribution_summary.csv of one side.
 * @param most The most heads that are wanted.
 */
export function strongestHeads<Row extends HeadEffect>(side: readonly Row[], most: number): Row[] {
  const heads = side.filter(({ segment, component }) => segment === "all" && component === "head");
  return largestNet(heads).slice(0, most);
}
