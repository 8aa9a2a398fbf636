/** How well a set does in single rows, which sums over rows do not show. */

import { quantile } from "../../../stats/quantile.ts";
import { SCORE_NOISE } from "../../../study/effects/noise.ts";
import type { OfRow, Side } from "./sides.ts";

export interface RowMeasures {
  /** The sum of |d with the set - d| over the rows, divided by the sum of |d|. */
  readonly row_error: number | undefined;
  /** The share of the rows in which d with the set is within .2 d of d. */
  readonly rows_near: number | undefined;
  /** The 5th percentile of d with the set, divided by d. */
  readonly ratio_p5: number | undefined;
  /** The 95th percentile of the same. */
  readonly ratio_p95: number | undefined;
}

/** How far d with a set may be from d, as a share of d, in a row that counts as near. */
const NEAR = 0.2;

/** Ratios are quotients of scores in float32; one that misses a bound by less is on it. */
const ROUNDING = 1e-9;

export function rowError({ sizes }: Side, gain: OfRow): OfRow {
  return (row) => sizes.has(row) ? Math.abs(gain(row) - sizes.get(row)!) : 0;
}

/** Measures a set in the rows of a side whose d is more than a rounding error; empty if there is none. */
export function rowMeasures(side: Side, gain: OfRow): RowMeasures {
  const { sizes } = side;
  if (sizes.size === 0) return NONE;
  const error = rowError(side, gain);
  const errors = [...sizes.keys()].map(error);
  const wrong = errors.reduce((sum, error) => sum + error, 0);
  const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const ratios = Float64Array.from(sizes, ([row, size]) => gain(row) / size).sort();
  const near = ratios.filter((ratio) => Math.abs(ratio - 1) <= NEAR + ROUNDING);
  return {
    row_error: errors.every((error) => error <= SCORE_NOISE) ? 0 : wrong / whole, // as a share of d has it
    rows_near: near.length / ratios.length,
    ratio_p5: quantile(ratios, 0.05),
    ratio_p95: quantile(ratios, 0.95),
  };
}

const NONE: RowMeasures = {
  row_error: undefined,
  rows_near: undefined,
  ratio_p5: undefined,
  ratio_p95: undefined,
};
