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

/** A column from which its mean is subtracted, with the square root of its sum of squares. */
interface CentredColumn {
  readonly values: Float64Array;
  readonly norm: number;
}

/** Centres a column once for its correlations with several others. Undefined if it has none: too few rows, or one value in all. */
function centredColumn(column: readonly number[]): CentredColumn | undefined {
  if (column.length < 3 || isConstant(column)) return undefined;
  const values = centre(column);
  return { values, norm: norm(values) };
}

/** Pearson's coefficient of two centred columns; undefined if one of them is. */
function correlationOf(
  x: CentredColumn | undefined,
  y: CentredColumn | undefined,
): number | undefined {
  if (x === undefined || y === undefined) return undefined;
  let xy = 0;
  for (let row = 0; row < x.values.length; row++) xy += x.values[row]! * y.values[row]!;
  const r = xy / x.norm / y.norm;
  return Number.isFinite(r) ? Math.min(1, Math.max(-1, r)) : undefined;
}
