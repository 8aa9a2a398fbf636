/** How well a set does over the rows of a side, and in single rows, which sums over rows do not show. */

import { SCORE_NOISE } from "../../../study/effects/noise.ts";
import { FAITHFULNESS, type ROW_MEASURES } from "./columns.ts";
import type { OfRow, Side } from "./sides.ts";

/** How far d with a set may be from d, as a share of d, in a row that counts as near. */
const NEAR = 0.2;

/** Ratios are quotients of scores in float32; one that misses a bound by less is on it. */
const ROUNDING = 1e-9;

/** The cells of the circuit, also on rows that had no part in its choice. */
export function circuitCells(side: Side, gain: OfRow, heldOut: OfRow | undefined) {
  const error = side.share(rowError(side, gain));
  const outside = heldOut && side.share(heldOut);
  return {
    ...FAITHFULNESS.cells(side.share(gain)),
    ...rowMeasures(side, gain),
    row_error_low: error.low,
    row_error_high: error.high,
    held_out: outside?.estimate,
    held_out_low: outside?.low,
    held_out_high: outside?.high,
  };
}

/** |d with a set - d|. */
function rowError({ sizes }: Side, gain: OfRow): OfRow {
  return (row) => sizes.has(row) ? Math.abs(gain(row) - sizes.get(row)!) : 0;
}

/** Measures a set in the rows of a side whose d is more than a rounding error; empty if there is none. */
export function rowMeasures(
  side: Side,
  gain: OfRow,
): Readonly<Record<keyof typeof ROW_MEASURES, number | undefined>> {
  const { sizes } = side;
  if (sizes.size === 0) {
    return { row_error: undefined, rows_near: undefined };
  }
  const errors = [...sizes.keys()].map(rowError(side, gain));
  const wrong = errors.reduce((sum, error) => sum + error, 0);
  const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const ratios = Array.from(sizes, ([row, size]) => gain(row) / size);
  const near = ratios.filter((ratio) => Math.abs(ratio - 1) <= NEAR + ROUNDING);
  return {
    row_error: errors.every((error) => error <= SCORE_NOISE) ? 0 : wrong / whole, // as a share of d has it
    rows_near: near.length / ratios.length,
  };
}
