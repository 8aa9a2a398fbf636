/** A column that is centred once for its correlations with several others. */

import { centre, isConstant, norm } from "./columns.ts";

/** A column from which its mean is subtracted, with the square root of its sum of squares. */
export interface CentredColumn {
  readonly values: Float64Array;
  readonly norm: number;
}

/** Centres a column once for its correlations with several others. Undefined if it has none: too few rows, or one value in all. */
export function centredColumn(column: readonly number[]): CentredColumn | undefined {
  if (column.length < 3 || isConstant(column)) return undefined;
  const values = centre(column);
  return { values, norm: norm(values) };
}

/** Pearson's coefficient of two centred columns; undefined if one of them is. */
export function correlationOf(
  x: CentredColumn | undefined,
  y: CentredColumn | undefined,
): number | undefined {
  if (x === undefined || y === undefined) return undefined;
  let xy = 0;
  for (let row = 0; row < x.values.length; row++) xy += x.values[row]! * y.values[row]!;
  const r = xy / x.norm / y.norm;
  return Number.isFinite(r) ? Math.min(1, Math.max(-1, r)) : undefined;
}
