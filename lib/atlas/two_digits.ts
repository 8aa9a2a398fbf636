/** Numbers of an atlas's texts: two digits after the point, so that what is nearly nothing is 0.00. */

import { estimateText } from "../tables/text_table.ts";

interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** `0.15 (0.10 to 0.20)`, never -0. */
export function estimateIn2(value: number | undefined, { low, high }: Bounds): string {
  const rounded = (number: number | undefined) =>
    number === undefined ? undefined : Math.round(number * 100) / 100 + 0;
  return estimateText(rounded(value), { low: rounded(low), high: rounded(high) }, 2);
}
