/** The band of a straight line through rows that come in clusters. */

import type { ClusterBootstrap } from "./bootstrap.ts";
import { areEnough } from "../effective_clusters.ts";
import { type Estimate, withoutBounds } from "./estimate.ts";
import { centre, checkColumns } from "../columns.ts";
import type { ColumnPair } from "./correlation_interval.ts";

/** The columns that {@linkcode lineBand} fits a line to, and where it evaluates the line. */
export interface LineBandOptions extends ColumnPair {
  /** Where the line is evaluated, in the units of x. */
  readonly at: readonly number[];
}

/** A sum of squares below this share of its parts is 0 except for rounding. */
const ROUNDING = 1e-12;

/**
 * Evaluates a least-squares line at some x, each with the interval from drawing whole clusters.
 *
 * Unlike the closed form of {@linkcode fitLine}, it assumes neither independent rows nor errors of equal variance.
 *
 * @param bootstrap The clusters of the rows and their draws.
 * @param options The columns, and where to evaluate the line.
 * @returns The line's y and its bounds for each of `at`; undefined with fewer than three rows, or if x is the same in all. The
 * bounds are undefined with too few effective clusters of rows or of (x - mean)^2.
 * @throws {NegscopeError} If a column does not have one value per row, or a value is not finite.
 */
export function lineBand(
  bootstrap: ClusterBootstrap,
  { x, y, at }: LineBandOptions,
): Estimate[] {
  checkColumns([x, y]);
  const centred = [...centre(x)];
  const meanX = x.length === 0 ? 0 : x[0]! - centred[0]!;
  const squares = centred.map((value) => value ** 2);
  const columns = [
    x.map(() => 1),
    centred,
    y,
    squares,
    centred.map((value, row) => value * y[row]!),
  ];
  const statistic = bootstrap.sums(columns);
  const isCarried = areEnough(bootstrap.effectiveClusters(squares));
  return at.map((place) => {
    const point = statistic(([n, x, y, xx, xy]) => {
      const variance = n! * xx! - x! * x!;
      if (n! < 3 || variance <= ROUNDING * n! * xx!) return NaN;
      const slope = (n! * xy! - x! * y!) / variance;
      return (y! + slope * (n! * (place - meanX) - x!)) / n!;
    });
    return isCarried ? point : withoutBounds(point.estimate);
  });
}
