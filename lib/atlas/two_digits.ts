/** Numbers of an atlas's texts: two digits after the point, so that what is nearly nothing is 0.00. */

import { bracketed, estimateText, intervalText } from "../tables/text_table.ts";

interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A value to two digits, never -0. */
export function twoDigits(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 100) / 100 + 0;
}

const both = ({ low, high }: Bounds) => ({ low: twoDigits(low), high: twoDigits(high) });

/** `0.10 to 0.20`; empty if the bounds are unknown. */
export const intervalIn2 = (bounds: Bounds) => intervalText(both(bounds), 2);

/** `0.15 (0.10 to 0.20)`. */
export const estimateIn2 = (value: number | undefined, bounds: Bounds) =>
  estimateText(twoDigits(value), both(bounds), 2);

/** `(0.15, 0.10 to 0.20)`, behind a name. */
export const bracketedIn2 = (value: number | undefined, bounds: Bounds) =>
  bracketed(twoDigits(value), both(bounds), 2);
