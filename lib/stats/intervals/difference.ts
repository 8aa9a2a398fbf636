/** The interval of a difference of two independent estimates, from their own intervals. */

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
