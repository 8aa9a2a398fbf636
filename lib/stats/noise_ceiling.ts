/** How far two measured maps could be correlated at most, given how exact each is. */

import { mean } from "./quantile.ts";

/**
 * How well a map agrees with itself: the mean correlation r of two halves of the rows, and by Spearman and Brown's formula 2 r / (1 + r) of twice
 * as many, which is that of all rows. Undefined if there is no division, or a half of one has no correlation.
 */
export function splitHalfReliability(
  halves: readonly (readonly boolean[])[],
  mapOf: (isCounted: (row: number) => boolean) => readonly number[],
  correlate: (x: readonly number[], y: readonly number[]) => number | undefined,
): number | undefined {
  const found = halves.map((isFirst) =>
    correlate(mapOf((row) => isFirst[row]!), mapOf((row) => !isFirst[row]!))
  ).filter((r) => r !== undefined);
  if (found.length === 0 || found.length < halves.length) return undefined;
  const r = mean(found)!;
  return 2 * r / (1 + r);
}

/** The correlation that two maps with the same true order would have: the root of the product of their reliabilities; undefined if one is not above 0. */
export function noiseCeiling(
  first: number | undefined,
  second: number | undefined,
): number | undefined {
  const isReliable = first !== undefined && second !== undefined && first > 0 && second > 0;
  return isReliable ? Math.sqrt(first * second) : undefined;
}
