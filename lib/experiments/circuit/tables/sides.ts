/** Shares of d over the rows of each side and of both together, with intervals. */

import { NEGATIONS } from "../../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../../stats/bootstrap.ts";
import { withoutBounds } from "../../../stats/estimate.ts";
import type { Steps } from "../../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../../../study/clusters.ts";
import { SCORE_NOISE, sizeOfD } from "../../../study/effects/noise.ts";
import { largestDistance, roundingOf, unchangedOf } from "../faithfulness.ts";
import { type CircuitScores, NO_SEGMENT } from "../measured.ts";
import type { SideOrAll } from "./sets.ts";

/** A value of each row, by its index among all rows. */
export type OfRow = (row: number) => number;

export interface SideOptions extends StatisticsOptions {
  readonly segment: string;
}

export interface Side {
  readonly cells: { readonly negation: SideOrAll; readonly segment: string; readonly n: number };
  /** Its rows, by their index among all rows. */
  readonly rows: readonly number[];
  /** The size of d of those of its rows whose d is more than a rounding error. */
  readonly sizes: ReadonlyMap<number, number>;
  /** The rounding error of a share, and of a deviation. */
  readonly rounding: number;
  /** The effective number of clusters of a share. */
  readonly clusters: number;
  /**
   * The sum of a value over the rows, divided by the sum of |d|; 0 if no value is larger than the rounding error of S, and empty if no d is.
   * The value has the direction of the row's d.
   */
  readonly share: (of: OfRow, keep?: Float64Array) => Estimate;
  /** A function of several such shares. If they are empty, no sample is kept. */
  readonly shares: (
    values: readonly OfRow[],
    of: (shares: readonly number[]) => number,
    keep?: Float64Array,
  ) => Estimate;
  /** The largest |1 - share| of these rows and of each negated side among them. */
  readonly deviation: (of: OfRow, keep?: Float64Array) => Estimate;
  readonly samples: number;
  /** Makes the draws for the intervals in steps. */
  readonly draw: () => Steps<void>;
}

/** The sides that have rows, both together first if there are two. */
export function sidesOf(
  rows: readonly CircuitScores[],
  options: SideOptions,
): Side[] {
  const isScored = rows.some(({ segment }) => segment !== NO_SEGMENT); // without images no sentence is the true one
  const sides = isScored ? ["all", ...NEGATIONS] as const : ["all"] as const;
  return sides.flatMap((negation) => {
    const ofSide = [...rows.keys()].filter((row) =>
      negation === "all" || rows[row]!.negation === negation
    );
    return ofSide.length === 0 ? [] : [sideOf(rows, ofSide, { ...options, negation })];
  });
}

export function sideOf(
  rows: readonly CircuitScores[],
  ofSide: readonly number[],
  { seed, cluster, segment, negation }: SideOptions & { readonly negation: SideOrAll },
): Side {
  const keys = ofSide.map((row) => clusterOf(rows[row]!, cluster));
  const bootstrap = new ClusterBootstrap(keys, { seed });
  const d = ofSide.map((row) => sizeOfD(rows[row]!.d));
  const isKnown = d.some((size) => size > 0);
  const rowsOf = NEGATIONS.map((one) => ofSide.map((row) => rows[row]!.negation === one ? 1 : 0));
  const shares: Side["shares"] = (values, of, keep) => {
    if (!isKnown) return withoutBounds(undefined);
    return bootstrap.sums([...values.map((value) => ofSide.map(value)), d])(
      (sums) => of(sums.slice(0, -1).map((sum) => sum / sums.at(-1)!)),
      { weights: d, keep },
    );
  };
  return {
    cells: { negation, segment, n: ofSide.length },
    rows: ofSide,
    samples: bootstrap.samples,
    shares,
    sizes: new Map(ofSide.flatMap((row, i) => d[i]! > 0 ? [[row, d[i]!]] : [])),
    rounding: roundingOf(ofSide.map((row) => unchangedOf(rows[row]!))),
    clusters: bootstrap.effectiveClusters(d),
    share: (of, keep) => {
      const isRounding = ofSide.every((row) => Math.abs(of(row)) <= SCORE_NOISE);
      return shares([isRounding ? () => 0 : of], ([share]) => share!, keep);
    },
    deviation: (of, keep) => {
      const values = ofSide.map(of);
      const masked = rowsOf.flatMap((isOwn) => [
        isOwn.map((one, i) => one * values[i]!),
        isOwn.map((one, i) => one * d[i]!),
      ]);
      return bootstrap.sums([values, d, ...masked])((sums) => largestDistance(quotients(sums)), {
        weights: d,
        keep,
      });
    },
    draw: () => bootstrap.draw(),
  };
}

/** Shares, from sums of values and of |d|, the two sums of each group after each other. */
function quotients(sums: readonly number[]): number[] {
  return Array.from({ length: sums.length / 2 }, (_, i) => sums[2 * i]! / sums[2 * i + 1]!);
}

/** The rows of a table with one for each side and item, in this order. */
export function* ofSides<Item, Row>(
  sides: readonly Side[],
  items: readonly Item[],
  rowOf: (side: Side, item: Item) => Row,
): Steps<Row[]> {
  const rows: Row[] = [];
  for (const side of sides) {
    for (const item of items) {
      yield;
      rows.push(rowOf(side, item));
    }
  }
  return rows;
}
