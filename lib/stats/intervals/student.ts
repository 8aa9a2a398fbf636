/** How far normal values lie from their mean, by Student's t. */

// @ts-types="../jstat.d.ts"
import jstat from "jstat";

/** The mean of some values, and half the widths of Student's 95 % intervals around it. */
export interface StudentIntervals {
  readonly mean: number;
  /** That for the true mean. */
  readonly ofMean: number;
  /** That for one more value from the same distribution. */
  readonly ofNext: number;
}

/** Computes Student's intervals from independent normal values. */
export function studentIntervals(values: readonly number[]): StudentIntervals {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = jstat.studentt.inv(0.975, n - 1) * Math.sqrt(squares / (n - 1));
  return { mean, ofMean: reach * Math.sqrt(1 / n), ofNext: reach * Math.sqrt(1 + 1 / n) };
}
