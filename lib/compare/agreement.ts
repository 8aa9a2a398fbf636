/** How far two values of each of some cells agree, and a cell in words. */

import { roleLabel } from "../charts/texts.ts";
import {
  isFixedPlace,
  lastLayer,
  type TracePlace,
  traitsOf,
} from "../experiments/trace/findings.ts";
import { mean } from "../stats/columns.ts";
import { rankCorrelation } from "../stats/correlation.ts";

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

/** Values are rounded to multiples of it before they are ranked, as in the atlas: what float32 does not tell apart is tied. */
const LEAST = 1e-3;

/** How far two values of each of some cells agree. */
export interface Agreement<Cell> {
  /** Cells that have both values. */
  readonly n: number;
  /** Spearman's rho, which one large cell does not decide; undefined below three cells, and where all values of a side are the same. */
  readonly rho: number | undefined;
  readonly mean_absolute_difference: number | undefined;
  readonly largest_absolute_difference: number | undefined;
  /** The first of the cells with the largest difference. */
  readonly largest: Cell | undefined;
}

/**
 * Finds how far the two values of cells agree. Cells that the method fixes would make any two models look alike: leave them out.
 *
 * @param pairOf Both values of a cell; a cell without one of them is left out.
 */
export function agreementOf<Cell>(
  cells: readonly Cell[],
  pairOf: (cell: Cell) => readonly [number | undefined, number | undefined],
): Agreement<Cell> {
  const both = cells.flatMap((cell) => {
    const [first, second] = pairOf(cell);
    if (first === undefined || second === undefined) return [];
    return [{ cell, first, second, distance: Math.abs(second - first) }];
  });
  const largest = both.reduce<typeof both[number] | undefined>(
    (most, pair) => most === undefined || pair.distance > most.distance ? pair : most,
    undefined,
  );
  return {
    n: both.length,
    rho: both.length < 3 ? undefined : rankCorrelation(
      both.map(({ first }) => rounded(first)),
      both.map(({ second }) => rounded(second)),
      LEAST / 2,
    ),
    mean_absolute_difference: mean(both.map(({ distance }) => distance)),
    largest_absolute_difference: largest?.distance,
    largest: largest?.cell,
  };
}

function rounded(value: number): number {
  return Math.round(value / LEAST) * LEAST + 0; // never -0
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
