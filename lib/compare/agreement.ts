/** How far two values of each of some cells agree. */

import {
  isFixedPlace,
  lastLayer,
  type TracePlace,
  traitsOf,
} from "../experiments/trace/fixed_effects.ts";
import { mean } from "../stats/quantile.ts";
import { pearson } from "../stats/correlation.ts";

/** The two values of a cell. */
export interface ValuePair {
  readonly first: number;
  readonly second: number;
  /** Whether the method leaves them free, and does not fix them for every model. */
  readonly isFree: boolean;
}

/** Where a cell stands, and its values. */
export interface PlacedCell extends Pick<TracePlace, "site" | "layer" | "role"> {
  readonly values: readonly (number | undefined)[];
}

/** Makes a test for the cells of a table that the method does not fix, as it does places of a trace: by the layers, roles and values that there are. */
export function freeCells<Cell>(
  cells: readonly Cell[],
  placeOf: (cell: Cell) => PlacedCell,
): (cell: Cell) => boolean {
  const placed = cells.map(placeOf);
  const last = lastLayer(placed);
  const traits = traitsOf(placed.map(({ role, values }) => ({
    role,
    values: values.filter((value) => value !== undefined),
  })));
  return (cell) => {
    const { site, layer, role } = placeOf(cell);
    return !isFixedPlace({ site, layer, role, ...traits }, last);
  };
}

/** How far the values agree. */
export interface Agreement<Cell> {
  /** The columns of a summary. */
  readonly columns: {
    /** Cells with both values. */
    readonly n: number;
    /** Pearson's r over them; undefined below three cells or if a side is constant. */
    readonly r: number | undefined;
    /** Mean of |second - first|. */
    readonly mean_absolute_difference: number | undefined;
    /** The largest |second - first|. */
    readonly largest_absolute_difference: number | undefined;
    /** The cells without those that the method fixes. */
    readonly n_free: number;
    /** Pearson's r over the free cells. */
    readonly r_free: number | undefined;
    /** Mean of |second - first| over the free cells. */
    readonly mean_absolute_difference_free: number | undefined;
  };
  /** The first of the cells with the largest difference. */
  readonly largest: Cell | undefined;
}

/**
 * Summarises how far the two values of cells agree.
 *
 * Cells that the method fixes would make any two models look alike, so that all is also computed without them.
 */
export function agreementOf<Cell>(
  cells: readonly Cell[],
  pairOf: (cell: Cell) => ValuePair | undefined,
): Agreement<Cell> {
  const both = cells.flatMap((cell) => {
    const pair = pairOf(cell);
    return pair === undefined ? [] : [{ cell, ...pair, distance: distanceOf(pair) }];
  });
  const free = both.filter(({ isFree }) => isFree);
  const largest = both.reduce<typeof both[number] | undefined>(
    (most, pair) => most === undefined || pair.distance > most.distance ? pair : most,
    undefined,
  );
  return {
    columns: {
      n: both.length,
      r: correlation(both),
      mean_absolute_difference: mean(both.map(({ distance }) => distance)),
      largest_absolute_difference: largest?.distance,
      n_free: free.length,
      r_free: correlation(free),
      mean_absolute_difference_free: mean(free.map(({ distance }) => distance)),
    },
    largest: largest?.cell,
  };
}

function distanceOf({ first, second }: ValuePair): number {
  return Math.abs(second - first);
}

function correlation(pairs: readonly ValuePair[]): number | undefined {
  return pearson(pairs.map(({ first }) => first), pairs.map(({ second }) => second));
}
