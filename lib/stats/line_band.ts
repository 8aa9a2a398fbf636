/** The band of a straight line through rows that come in clusters. */

import type { ClusterBootstrap, Estimate } from "./bootstrap.ts";
import { centre, checkColumns } from "./columns.ts";
import type { ColumnPair } from "./correlation_interval.ts";

/** What {@linkcode lineBand} draws a line through, and where it reads the line. */
export interface LineBandOptions extends ColumnPair {
  /** Where the line is read, in the units of x. */
  readonly at: readonly number[];
}

/** A sum of squares below this share of its parts is 0 but for rounding. */
const ROUNDING = 1e-12;

/**
 * Reads a line of least squares at some x, each time with the interval that drawing whole clusters gives.
 *
 * Unlike the closed form of {@linkcode fitLine} it asks neither for independent rows nor for errors of one size.
 *
 * @param bootstrap The clusters of the rows and their draws.
 * @param options The columns, and where to read the line.
 * @returns The line's y and its bounds for each of `at`; undefined with fewer than three rows and where x is the same in all.
 * @throws {NegscopeError} If a column has not one value per row, or a value is not finite.
 */
export function lineBand(
  bootstrap: ClusterBootstrap,
  { x, y, at }: LineBandOptions,
): Estimate[] {
  checkColumns([x, y]);
  const centred = [...centre(x)];
  const meanX = x.length === 0 ? 0 : x[0]! - centred[0]!;
  const columns = [
    x.map(() => 1),
    centred,
    y,
    centred.map((value) => value ** 2),
    centred.map((value, row) => value * y[row]!),
  ];
  return at.map((place) =>
    bootstrap.statistic(columns, ([n, x, y, xx, xy]) => {
      const variance = n! * xx! - x! * x!;
      if (n! < 3 || variance <= ROUNDING * n! * xx!) return NaN;
      const slope = (n! * xy! - x! * y!) / variance;
      return (y! + slope * (n! * (place - meanX) - x!)) / n!;
    })
  );
}
