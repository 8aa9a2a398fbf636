/** Correlation of two columns. */

import { centredColumn, correlationOf } from "./centred_column.ts";
import { checkColumns } from "./columns.ts";
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
  return correlationOf(centredColumn(x), centredColumn(y));
}

/**
 * Spearman's rank correlation coefficient: Pearson's coefficient of the ranks; tied values share the mean of their ranks.
 *
 * @param x One value per row.
 * @param y One value per row.
 * @returns rho from -1 to 1; undefined if {@linkcode pearson} is.
 * @throws {NegscopeError} If x and y differ in length, or a value is not finite.
 */
export function spearman(x: readonly number[], y: readonly number[]): number | undefined {
  checkColumns([x, y]);
  return pearson([...midranks(x)], [...midranks(y)]);
}
