/** Intervals for the share of rows of which something is true, such as an accuracy, and for the difference of two shares of the same rows, with McNemar's test. */

import { checkLength, sumOf } from "./columns.ts";
import { type Estimate, independentRows, normalTail, REACH, withoutBounds } from "./estimate.ts";

/** Options of {@linkcode clusterShare}. */
export interface ShareOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
}

/**
 * Computes a share with Wilson's interval on the effective number of rows (Wilson 1927; Korn and Graubard 1998).
 *
 * The effective number is that of independent rows with as much information: p (1 - p) / V, with V the jackknife's variance of p over
 * clusters, times (z / t)^2 for the uncertainty of V. It is at least the effective number of clusters, and at most the number of rows. So 9
 * of 9 independent rows give .70 to 1, where drawing clusters would give 1 to 1. Rows that count in part vary less than p (1 - p) says, so
 * that the interval of very many of them is too wide, never too narrow.
 *
 * @param isTrue Whether it is true of each row; of a tie the part that counts, such as 1/2.
 * @returns The share and its bounds; the bounds are undefined with too few effective clusters of rows.
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
  { clusters }: ShareOptions,
): Estimate {
  checkLength("clusters", clusters, isTrue.length);
  const rows = isTrue.length;
  if (rows === 0) return withoutBounds(undefined);
  const values = isTrue.map(Number);
  const share = sumOf(values) / rows;
  const spread = share * (1 - share);
  const n = independentRows(values, { clusters, mean: share, spread });
  if (n === undefined) return withoutBounds(share);
  const z = REACH;
  const centre = share + z ** 2 / (2 * n);
  const half = z * Math.sqrt(spread / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return {
    estimate: share,
    low: share === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: share === 1 ? 1 : Math.min(1, (centre + half) / scale),
  };
}

/**
 * Computes how much larger the second share is than the first, with the adjusted Wald interval for paired shares (Bonett and Price 2012): one row
 * is added to those that are true of the first only and one to those that are true of the second only, so that there is an interval too where
 * the two agree on every row. As in {@linkcode clusterShare} the rows count as the number of independent ones with as much information.
 *
 * @param first Whether it is true of each row in the first; of a tie the part that counts, such as 1/2. `second` is the same of the second.
 * @returns The second share minus the first, and its bounds; these are undefined with too few effective clusters.
 */
export function pairedShareDifference(
  first: readonly (boolean | number)[],
  second: readonly (boolean | number)[],
  { clusters }: ShareOptions,
): Estimate {
  const rows = first.length;
  checkLength("second", second, rows);
  checkLength("clusters", clusters, rows);
  if (rows === 0) return withoutBounds(undefined);
  const changes = first.map((isTrue, row) => Number(second[row]!) - Number(isTrue));
  const [onlyFirst, onlySecond] = [-1, 1].map((sign) =>
    sumOf(changes.map((change) => Math.max(0, sign * change))) / rows
  ) as [number, number];
  const estimate = onlySecond - onlyFirst;
  const spread = onlyFirst + onlySecond - estimate ** 2; // the variance of one row's difference, if no row counts in part
  const n = independentRows(changes, { clusters, mean: estimate, spread });
  if (n === undefined) return withoutBounds(estimate);
  const [p, q] = [onlyFirst, onlySecond].map((share) => (share * n + 1) / (n + 2)) as [
    number,
    number,
  ];
  const half = REACH * Math.sqrt((p + q - (q - p) ** 2) / (n + 2));
  return { estimate, low: Math.max(-1, q - p - half), high: Math.min(1, q - p + half) };
}

/** What {@linkcode mcnemar} finds. */
export interface McNemar {
  /** Rows that are true of the first only, or more of it. */
  readonly onlyFirst: number;
  /** Rows that are true of the second only, or more of it. */
  readonly onlySecond: number;
  /** The two-sided mid-p-value; 1 if the two agree on every row. */
  readonly pValue: number;
}

/** From so many halves of discordant rows on, the normal distribution gives the mid-p-value to 1e-4. */
const MANY = 6000;

/**
 * McNemar's test with the mid-p-value (Fagerland, Lydersen and Laake 2013): of the rows on which the two differ, each is equally likely to be
 * true of either. The mid-p-value counts half of the probability of what was found, so that the test rejects about as often as it should, where
 * the exact one rejects too rarely.
 *
 * With clusters, the rows of a cluster exchange the two together: each cluster's surplus of rows has either sign with probability 1/2, and
 * the p-value is that of the sum. Without repeated clusters this is the same test. Ties among three or more, of which a third counts, have
 * the normal distribution's.
 *
 * @param first What is true of each row in the first, such as that it is answered correctly; 1/2 of a tie. `second` is the same of the second.
 * @param clusters The cluster of every row. @default {every row by itself}
 */
export function mcnemar(
  first: readonly (boolean | number)[],
  second: readonly (boolean | number)[],
  clusters?: readonly string[],
): McNemar {
  checkLength("second", second, first.length);
  if (clusters !== undefined) checkLength("clusters", clusters, first.length);
  const changes = first.map((isTrue, row) => 2 * (Number(second[row]!) - Number(isTrue))); // whole with ties
  const surplus = new Map<string | number, number>();
  for (const [row, change] of changes.entries()) {
    const cluster = clusters === undefined ? row : clusters[row]!;
    surplus.set(cluster, (surplus.get(cluster) ?? 0) + change);
  }
  return {
    onlyFirst: changes.filter((change) => change < 0).length,
    onlySecond: changes.filter((change) => change > 0).length,
    pValue: signedMidP([...surplus.values()].filter((sum) => sum !== 0)),
  };
}

/** P(|S| > |s|) + P(|S| = |s|) / 2 of the sum s, where each term of S has either sign with probability 1/2. */
function signedMidP(terms: readonly number[]): number {
  const found = Math.abs(sumOf(terms));
  const sizes = terms.map(Math.abs);
  const most = sumOf(sizes);
  if (most === 0) return 1;
  if (most > MANY || !terms.every(Number.isInteger)) {
    return 2 * normalTail(found / Math.hypot(...sizes));
  }
  let chances = new Float64Array(most + 1); // of how much of the sum is positive
  chances[0] = 1;
  let reach = 0;
  for (const size of sizes) {
    const next = new Float64Array(most + 1);
    for (let at = 0; at <= reach; at++) {
      next[at]! += chances[at]! / 2;
      next[at + size]! += chances[at]! / 2;
    }
    reach += size;
    chances = next;
  }
  return chances.reduce((sum, chance, positive) => {
    const beyond = Math.abs(2 * positive - most) - found;
    return beyond > 0 ? sum + chance : beyond === 0 ? sum + chance / 2 : sum;
  }, 0);
}
