/** The interval for the difference of two shares over the same rows, such as the accuracies of two models. */

import { checkLength, checkLevel } from "../columns.ts";
import { type Estimate, withoutBounds } from "./estimate.ts";
import { independentRows } from "./independent_rows.ts";
import type { ShareOptions } from "./share.ts";
// @ts-types="../jstat.d.ts"
import jstat from "jstat";

/**
 * Computes how much larger the second share is than the first, with the adjusted Wald interval for paired shares (Bonett and Price 2012): one row
 * is added to those that are true of the first only and one to those that are true of the second only, so that there is an interval too where
 * the two agree on every row. As in {@linkcode clusterShare} the rows count as the number of independent ones with as much information.
 *
 * @param first Whether it is true of each row in the first; of a tie the part that counts, such as 1/2.
 * @param second The same of the second.
 * @param options The rows' clusters, and the level.
 * @returns The second share minus the first, and its bounds; these are undefined with too few effective clusters.
 * @throws {NegscopeError} If there is not one value and cluster per row, or the level is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { pairedShareDifference } from "negscope/stats";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const first = Array.from({ length: 100 }, (_, row) => row < 50);
 * const second = first.map((isTrue, row) => isTrue || row < 70);
 * const { estimate, low } = pairedShareDifference(first, second, { clusters: [...first.keys()].map(String) });
 * assertAlmostEquals(estimate!, 0.2);
 * assertAlmostEquals(low!, 0.11, 0.01);
 * ```
 */
export function pairedShareDifference(
  first: readonly (boolean | number)[],
  second: readonly (boolean | number)[],
  { clusters, level = 0.95 }: ShareOptions,
): Estimate {
  const rows = first.length;
  checkLength("second", second, rows);
  checkLength("clusters", clusters, rows);
  checkLevel(level);
  if (rows === 0) return withoutBounds(undefined);
  const changes = first.map((isTrue, row) => Number(second[row]!) - Number(isTrue));
  const [onlyFirst, onlySecond] = [-1, 1].map((sign) =>
    changes.reduce((sum, change) => sum + Math.max(0, sign * change), 0) / rows
  ) as [number, number];
  const estimate = onlySecond - onlyFirst;
  const spread = onlyFirst + onlySecond - estimate ** 2; // the variance of one row's difference, if no row counts in part
  const n = independentRows(changes, { clusters, mean: estimate, spread, level });
  if (n === undefined) return withoutBounds(estimate);
  const [p, q] = [onlyFirst, onlySecond].map((share) => (share * n + 1) / (n + 2)) as [
    number,
    number,
  ];
  const z = jstat.normal.inv((1 + level) / 2, 0, 1);
  const half = z * Math.sqrt((p + q - (q - p) ** 2) / (n + 2));
  return {
    estimate,
    low: Math.max(-1, q - p - half),
    high: Math.min(1, q - p + half),
  };
}
