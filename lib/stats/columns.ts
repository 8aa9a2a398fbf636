/** Columns of numbers, one value per row, as the statistics of this folder take them. */

import { columnsDiffer, columnValueNotFinite } from "../errors.ts";

/**
 * Refuses columns that are not of the same rows or not of finite values.
 *
 * @throws {TypeError} If the columns differ in length.
 * @throws {RangeError} If a value is not finite.
 */
export function checkColumns(columns: readonly (readonly number[])[]): void {
  for (const column of columns) {
    const rows = columns[0]!.length;
    if (column.length !== rows) throw columnsDiffer(column.length, rows);
    const row = column.findIndex((value) => !Number.isFinite(value));
    if (row >= 0) throw columnValueNotFinite(row, column[row]!);
  }
}

/** Whether all rows have the same value, which rounding can hide from a sum of squares. */
export function isConstant(column: readonly number[]): boolean {
  return column.every((value) => value === column[0]);
}

/** Subtracts a column's mean, so that sums of products lose no digits. */
export function centre(column: readonly number[]): Float64Array {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  return Float64Array.from(column, (value) => value - mean);
}

/** The square root of a column's sum of squares. */
export function norm(column: Float64Array): number {
  return Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
}
