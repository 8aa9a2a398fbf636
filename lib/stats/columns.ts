/** Columns of numbers, one value per row, which the statistics of this folder are computed from. */

import { NegscopeError, wrongValue } from "../errors.ts";

/** Refuses columns of different lengths and values that are not finite. */
export function checkColumns(columns: readonly (readonly number[])[]): void {
  for (const column of columns) {
    checkLength("values of a column", column, columns[0]!.length);
    checkFinite(column);
  }
}

/** Refuses a list that does not have one entry for each row; `name` says what its entries are. */
export function checkLength(name: string, { length }: ArrayLike<unknown>, rows: number): void {
  if (length === rows) return;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot use ${length} ${name} with ${rows} rows`,
    subject: length,
    expected: "one for each row",
  });
}

/** Refuses values that are not finite; `name` says what they are. */
export function checkFinite(values: ArrayLike<number>, name = "values"): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new NegscopeError("value-not-finite", {
      problem: `Cannot use ${name} that are not all finite`,
      subject: values[i]!,
      reason: `value ${i} is ${values[i]}`,
      fix: "leave out rows with a missing value",
    });
  }
}

/** Whether all rows have the same value; with rounding, a sum of squares may not show it. */
export function isConstant(column: readonly number[]): boolean {
  return column.every((value) => value === column[0]);
}

/**
 * Whether the values differ by no more than their own rounding error, in their units (0 for exact values): such a column is constant as far as it
 * is known, and what it correlates with is noise.
 */
export function isConstantWithin(values: ArrayLike<number>, noise: number): boolean {
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return !(greatest - least > noise);
}

/** Subtracts a column's mean, so that sums of products do not lose digits. */
export function centre(column: readonly number[]): Float64Array {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  return Float64Array.from(column, (value) => value - mean);
}

/** The square root of a column's sum of squares. */
export function norm(column: Float64Array): number {
  return Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
}

/** Refuses a number of samples that is not a whole number of at least 1. */
export function checkSamples(samples: number, name = "samples"): void {
  if (Number.isSafeInteger(samples) && samples >= 1) return;
  throw wrongValue(`draw with ${name}`, samples, "a whole number from 1");
}

/** Refuses a level of intervals or bands that is not between 0 and 1. */
export function checkLevel(level: number): void {
  if (level > 0 && level < 1) return;
  throw wrongValue("give an interval at level", level, "a share between 0 and 1");
}
