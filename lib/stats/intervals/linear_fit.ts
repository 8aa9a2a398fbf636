/** A straight line fitted to points, with the band around it. */

import { centre, checkColumns, checkLevel, isConstant } from "../columns.ts";
// @ts-types="../jstat.d.ts"
import jstat from "jstat";

/** The line at one x, with the bounds of its band. */
export interface LinePoint {
  /** The x. */
  readonly x: number;
  /** The line's y at x. */
  readonly y: number;
  /** Lower end of the band. */
  readonly low: number;
  /** Upper end of the band. */
  readonly high: number;
}

/** A least-squares line. */
export interface LinearFit {
  /** The number of rows that the line is fitted to. */
  readonly n: number;
  /** Change of y for a change of x by 1. */
  readonly slope: number;
  /** The line's y at x = 0. */
  readonly intercept: number;
  /** Evaluates the line at an x, in the units of y, with the interval of the mean of y there. */
  at(x: number): LinePoint;
}

/** Options of {@linkcode fitLine}. */
export interface LinearFitOptions {
  /** The share of samples whose band contains the true line at any one x. @default {0.95} */
  readonly level?: number;
}

/**
 * Fits a line by least squares, with the pointwise band of the mean (Draper and Smith 1998, section 3.1).
 *
 * The band assumes independent rows with errors of equal variance: y(x) +- t s sqrt(1 / n + (x - mean)^2 / Sxx), with n - 2
 * degrees of freedom. If rows share sentence pairs, it is too narrow: use {@linkcode lineBand}, which resamples them.
 *
 * @param x One value per row.
 * @param y One value per row.
 * @param options The band's level.
 * @returns The line; undefined with fewer than three rows, or if x is the same in all.
 * @throws {NegscopeError} If x and y differ in length, a value is not finite, or the level is not between 0 and 1.
 */
export function fitLine(
  x: readonly number[],
  y: readonly number[],
  { level = 0.95 }: LinearFitOptions = {},
): LinearFit | undefined {
  checkColumns([x, y]);
  checkLevel(level);
  const n = x.length;
  if (n < 3 || isConstant(x)) return undefined;
  const centredX = centre(x);
  const centredY = centre(y);
  const meanX = x[0]! - centredX[0]!;
  const meanY = y[0]! - centredY[0]!;
  const xx = sum(centredX, (dx) => dx * dx);
  const slope = sum(centredX, (dx, row) => dx * centredY[row]!) / xx;
  const squaredErrors = sum(centredX, (dx, row) => (centredY[row]! - slope * dx) ** 2);
  const deviation = Math.sqrt(squaredErrors / (n - 2));
  const t = jstat.studentt.inv((1 + level) / 2, n - 2);
  return {
    n,
    slope,
    intercept: meanY - slope * meanX,
    at(x) {
      const mean = meanY + slope * (x - meanX);
      const half = t * deviation * Math.sqrt(1 / n + (x - meanX) ** 2 / xx);
      return { x, y: mean, low: mean - half, high: mean + half };
    },
  };
}

function sum(values: Float64Array, of: (value: number, row: number) => number): number {
  return values.reduce((total, value, row) => total + of(value, row), 0);
}
