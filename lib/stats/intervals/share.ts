/** Intervals for the share of rows of which something is true, such as an accuracy; a tie may count in part. */

import { checkLength, checkLevel } from "../columns.ts";
import { type Estimate, withoutBounds } from "./estimate.ts";
import { independentRows } from "./independent_rows.ts";
// @ts-types="../jstat.d.ts"
import jstat from "jstat";

/** Options of {@linkcode clusterShare}. */
export interface ShareOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
  /** The intended share of data sets whose interval contains the true value, between 0 and 1. @default {0.95} */
  readonly level?: number;
}

/**
 * Computes a share with Wilson's interval on the effective number of rows (Wilson 1927; Korn and Graubard 1998).
 *
 * The effective number is that of independent rows with as much information: p (1 - p) / V, with V the jackknife's variance of p over
 * clusters, times (z / t)^2 for the uncertainty of V, where t has one degree of freedom fewer than there are effective clusters. It is
 * at least the effective number of clusters, as if the rows of a cluster were all alike, which is also its value if the share is 0 or 1,
 * and at most the number of rows. So 9 of 9 independent rows give .70 to 1, where drawing clusters would give 1 to 1. Rows that count in
 * part vary less than p (1 - p) says, so that the interval of very many of them is too wide, never too narrow.
 *
 * @param isTrue Whether it is true of each row; of a tie the part that counts, such as 1/2.
 * @param options The rows' clusters, and the level.
 * @returns The share and its bounds; the bounds are undefined with too few effective clusters of rows.
 * @throws {NegscopeError} If there is not one cluster per row, or the level is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { clusterShare, type ShareOptions } from "negscope/stats";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const options: ShareOptions = { clusters: [..."abcdefghi"] };
 * const { estimate, low, high } = clusterShare(new Array<boolean>(9).fill(true), options);
 * assertEquals([estimate, high], [1, 1]);
 * assertAlmostEquals(low!, 0.701, 1e-3);
 * ```
 */
export function clusterShare(
  isTrue: readonly (boolean | number)[],
  { clusters, level = 0.95 }: ShareOptions,
): Estimate {
  checkLength("clusters", clusters, isTrue.length);
  checkLevel(level);
  const rows = isTrue.length;
  if (rows === 0) return withoutBounds(undefined);
  const values = isTrue.map(Number);
  const share = values.reduce((sum, value) => sum + value, 0) / rows;
  const spread = share * (1 - share);
  const n = independentRows(values, { clusters, mean: share, spread, level });
  if (n === undefined) return withoutBounds(share);
  const z = jstat.normal.inv((1 + level) / 2, 0, 1);
  const centre = share + z ** 2 / (2 * n);
  const half = z * Math.sqrt(spread / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return {
    estimate: share,
    low: share === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: share === 1 ? 1 : Math.min(1, (centre + half) / scale),
  };
}
