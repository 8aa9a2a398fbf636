/** The interval of a difference of two independent estimates, from their own intervals. */

// @ts-types="../jstat.d.ts"
import jstat from "jstat";
import type { Estimate } from "./bootstrap.ts";

/** Bounds of an interval. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval of `second - first` by the method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27, equation
 * 12): each bound lies as far from the difference as the two distances of the estimates to their own bounds on that side, added in
 * quadrature, so that the intervals may be asymmetric.
 *
 * @param second Another, which must be independent of the first: of estimates on the same rows the interval is too wide if they rise and
 * fall together.
 * @returns Undefined if an estimate has no interval.
 */
export function differenceInterval(first: Estimate, second: Estimate): Bounds | undefined {
  const [a, b] = [bounded(first), bounded(second)];
  if (a === undefined || b === undefined) return undefined;
  const difference = b.estimate - a.estimate;
  return {
    low: difference - Math.hypot(b.estimate - b.low, a.high - a.estimate),
    high: difference + Math.hypot(b.high - b.estimate, a.estimate - a.low),
  };
}

function bounded({ estimate, low, high }: Estimate) {
  return estimate === undefined || low === undefined || high === undefined
    ? undefined
    : { estimate, low, high };
}

/** How much wider than 95 % intervals so many normal ones are that all hold at once in 95 % of data sets, whatever they have in common (Bonferroni). */
export function togetherWidth(count: number): number {
  const z = (tail: number) => jstat.normal.inv(1 - tail / 2, 0, 1);
  return z(0.05 / Math.max(count, 1)) / z(0.05);
}
