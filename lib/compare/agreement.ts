/** How far two values of each of some cells agree, and a cell in words. */

import { roleLabel } from "../charts/roles.ts";
import {
  isFixedPlace,
  lastLayer,
  type TracePlace,
  traitsOf,
} from "../experiments/trace/fixed_effects.ts";
import { mean } from "../stats/quantile.ts";
import { pearson } from "../stats/correlation.ts";

interface ValuePair {
  readonly first: number;
  readonly second: number;
  /** Whether the method leaves them free, and does not fix them for every model. */
  readonly isFree: boolean;
}

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

/**
 * Summarises how far the two values of cells agree, and finds the first of the cells with the largest difference. Cells that the method fixes would
 * make any two models look alike, so that all is also computed without them.
 */
export function agreementOf<Cell>(
  cells: readonly Cell[],
  pairOf: (cell: Cell) => ValuePair | undefined,
) {
  const both = cells.flatMap((cell) => {
    const pair = pairOf(cell);
    return pair === undefined
      ? []
      : [{ cell, ...pair, distance: Math.abs(pair.second - pair.first) }];
  });
  const free = both.filter(({ isFree }) => isFree);
  const largest = both.reduce<typeof both[number] | undefined>(
    (most, pair) => most === undefined || pair.distance > most.distance ? pair : most,
    undefined,
  );
  const correlation = (pairs: readonly ValuePair[]) =>
    pearson(pairs.map(({ first }) => first), pairs.map(({ second }) => second));
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

/** A cell in words, such as `foil-negated, correct, head 4.2, EOT`. */
export function cellText({ negation, segment, layer, head, role, other }: {
  readonly negation: string | undefined;
  readonly segment: string | undefined;
  readonly layer: number | undefined;
  readonly head: number | undefined;
  readonly role: string | undefined;
  readonly other?: string | undefined;
}): string {
  const side = negation === "all" ? "all rows" : negation && `${negation}-negated`;
  const place = head === undefined ? `layer ${layer}` : `head ${layer}.${head}`;
  const words = [
    ...[side, segment, layer === undefined ? undefined : place],
    ...[role && roleLabel(role), other],
  ];
  return words.filter((word) => word !== undefined).join(", ");
}
