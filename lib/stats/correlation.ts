/** Correlation of two columns. */

import { centre, checkColumns, isConstant, norm } from "./columns.ts";
import { midranks } from "./ranks.ts";

/**
 * Pearson's correlation coefficient.
 *
 * @param x One value per row.
 * @param y One value per row.
 * @returns r from -1 to 1; undefined with fewer than three rows, since any two points lie on a line, or if x or y is the same in
 * all rows.
 * @throws {NegscopeError} If x and y differ in length, or a value is not finite.
 *
 * @example
 * ```ts
 * import { pearson, spearman } from "negscope/stats";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(pearson([1, 2, 3, 4], [1, 3, 2, 4])!, 0.8);
 * assertAlmostEquals(spearman([1, 2, 3, 4], [1, 30, 2, 400])!, 0.8);
 * ```
 */
export function pearson(x: readonly number[], y: readonly number[]): number | undefined {
  checkColumns([x, y]);
  if (x.length < 3 || isConstant(x) || isConstant(y)) return undefined;
  const centredX = centre(x);
  const centredY = centre(y);
  const xy = centredX.reduce((sum, value, row) => sum + value * centredY[row]!, 0);
  const r = xy / norm(centredX) / norm(centredY);
  return Number.isFinite(r) ? Math.min(1, Math.max(-1, r)) : undefined;
}

/**
 * Spearman's rank correlation coefficient: Pearson's coefficient of the ranks; tied values share the mean of their ranks.
 * It is undefined where {@linkcode pearson} is.
 */
export function spearman(x: readonly number[], y: readonly number[]): number | undefined {
  checkColumns([x, y]);
  return pearson([...midranks(x)], [...midranks(y)]);
}
