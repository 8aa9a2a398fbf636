/** Intervals for the correlation of two columns whose rows come in clusters. */

import type { ClusterBootstrap } from "./bootstrap.ts";
import { areEnough } from "../effective_clusters.ts";
import { type Estimate, withoutBounds } from "./estimate.ts";
import { centre, checkColumns, isConstant } from "../columns.ts";
import { pearson } from "../correlation.ts";

/** Two columns, each with one finite value per row of the bootstrap. */
export interface ColumnPair {
  /** One column. */
  readonly x: readonly number[];
  /** The other column. */
  readonly y: readonly number[];
}

/** A variance below this share of the mean square is 0 except for rounding: sums of 1e4 products lose at most 1e-12. */
const ROUNDING = 1e-12;

/**
 * Computes Pearson's r with the interval from drawing whole clusters.
 *
 * @param bootstrap The clusters of the rows and their draws.
 * @param columns The two columns.
 * @returns The estimate and its bounds, all undefined if {@linkcode pearson} is; samples without variance are left out of the
 * interval. The bounds are undefined with too few effective clusters of rows or of (x - mean)^2, where a few clusters decide r.
 * @throws {NegscopeError} If a column does not have one value per row, or a value is not finite.
 */
export function pearsonInterval(bootstrap: ClusterBootstrap, columns: ColumnPair): Estimate {
  const { x, y } = columns;
  checkColumns([x, y]);
  if (isConstant(x) || isConstant(y)) return withoutBounds(undefined);
  const centredX = [...centre(x)];
  const centredY = [...centre(y)];
  const squares = centredX.map((value) => value ** 2);
  if (!areEnough(bootstrap.effectiveClusters(squares))) {
    return withoutBounds(pearson(x, y));
  }
  const products = [
    x.map(() => 1),
    centredX,
    centredY,
    squares,
    centredY.map((value) => value ** 2),
    centredX.map((value, row) => value * centredY[row]!),
  ];
  return bootstrap.statistic(products, ([n, x, y, xx, yy, xy]) => {
    return correlationOfSums({ n: n!, x: x!, y: y!, xx: xx!, yy: yy!, xy: xy! });
  });
}

interface Sums {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

/** Pearson's r, or NaN if it is not defined. */
function correlationOfSums({ n, x, y, xx, yy, xy }: Sums): number {
  const varianceX = n * xx - x * x;
  const varianceY = n * yy - y * y;
  if (n < 3 || varianceX <= ROUNDING * n * xx || varianceY <= ROUNDING * n * yy) return NaN;
  const r = (n * xy - x * y) / Math.sqrt(varianceX) / Math.sqrt(varianceY);
  return Math.min(1, Math.max(-1, r));
}
