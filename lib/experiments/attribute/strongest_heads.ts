/** The heads with the largest direct effects. */

import { largestNamed } from "../../subject/effects/noise.ts";

/** A head's effect in a group of rows. */
interface HeadEffect {
  readonly segment: string;
  readonly component: string;
  readonly mean_effect?: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/**
 * The heads whose effect over all rows of a side a summary names, the largest of either sign first.
 *
 * @param side The rows of attribution_summary.csv of one side.
 * @param most The most heads that are wanted.
 */
export function strongestHeads<Row extends HeadEffect>(side: readonly Row[], most: number): Row[] {
  const heads = side.filter(({ segment, component }) => segment === "all" && component === "head");
  return largestNamed(heads).slice(0, most);
}
