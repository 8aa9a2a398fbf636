/** How much of the score difference a set of nodes brings about: of rows, of sides with intervals, and the curve over the number of nodes. */

import { sumOf } from "../../stats/columns.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { effectOnD, lostOfD, SCORE_NOISE, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { withoutBounds } from "../../stats/estimate.ts";
import { type DeviatingCell, LargestDeviations, type ShareOfD } from "../../stats/many.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../../study/clusters.ts";
import type { CircuitScores, SegmentOrNone } from "./circuit_run.ts";
import type { SideOrAll } from "./sets.ts";
import type { RankingName } from "./search.ts";

/** The segment of a row without an image. */
export const NO_SEGMENT = "none" satisfies SegmentOrNone;

/** What is measured by the score difference: a row with both scores. */
export type DifferenceScores = Pick<EvaluateRow, "negation" | "s_caption" | "s_foil" | "d">;

/** Refuses rows without a d of which a circuit could bring about a share. */
export function checkRows(
  rows: readonly Pick<EvaluateRow, "d">[],
  segments: readonly string[],
): void {
  if (rows.some(({ d }) => sizeOfD(d) > 0)) return;
  const which = segments.join(" or ");
  throw new NegscopeError("rows-too-few", {
    problem: "Cannot search a circuit",
    subject: which,
    reason: rows.length === 0
      ? `no row is ${which}`
      : `in no ${which} row is d more than a rounding error`,
    expected: "rows whose d is what the circuit is to bring about",
    fix: "choose other rows with --segments",
  });
}

/** What a set of nodes with this score brings about of a row's d, in the direction of this d. */
export function gainOf(row: DifferenceScores, score: number): number {
  return signOfD(row.d) * effectOnD(row, score);
}

/**
 * The effects of single nodes on a row, as parts of its d: what they bring about alone (denoise, direct), or what is lost without them (noise).
 */
export function singleEffects(
  row: DifferenceScores,
  ranking: RankingName,
  scores: readonly number[],
): number[] {
  return scores.map((score) => (ranking === "noise" ? lostOfD : effectOnD)(row, score));
}

/**
 * The faithfulness of a set over some rows: the sum of what it brings about of each row's d, in the direction of this d, divided by the
 * sum of all |d|. Where all d have one sign it is the ratio of the sums of gains and of d.
 */
export function faithfulness(rows: readonly DifferenceScores[], scores: readonly number[]): number {
  return sumOf(rows.map((row, i) => gainOf(row, scores[i]!))) /
    sumOf(rows.map(({ d }) => sizeOfD(d)));
}

/** How far a set is from doing what the whole model does: the largest |1 - faithfulness| of all rows and of each negated side. */
export function deviation(rows: readonly DifferenceScores[], scores: readonly number[]): number {
  const most = largestDistance(
    withSides(rows).map((side) =>
      faithfulness(side.map((row) => rows[row]!), side.map((row) => scores[row]!))
    ),
  );
  return Number.isNaN(most) ? Infinity : most;
}

/** The largest |1 - f| of a set; NaN if no f is known. */
export function largestDistance(shares: readonly (number | undefined)[]): number {
  const known = shares.map((share) => Math.abs(1 - (share ?? NaN))).filter(Number.isFinite);
  return known.length === 0 ? NaN : Math.max(...known);
}

/** Shares of d that differ by less, or are above 1 by less, differ by a rounding error of float32. */
export const SHARE_ROUNDING = 1e-3;

/** The rounding error of a faithfulness, of all rows or of a side: that of S divided by the mean |d|. */
export function roundingOf(rows: readonly DifferenceScores[]): number {
  const errors = withSides(rows).map((side) =>
    SCORE_NOISE * side.length / sumOf(side.map((row) => sizeOfD(rows[row]!.d)))
  );
  return Math.max(0, ...errors.filter(Number.isFinite));
}

/** The places of all rows, and of those of each side. */
function withSides(rows: readonly DifferenceScores[]): number[][] {
  const places = [...rows.keys()];
  return [places, ...NEGATIONS.map((side) => places.filter((i) => rows[i]!.negation === side))];
}

/** The shares of nodes at which the curve is computed, those of MIB (2504.13151). */
export const FRACTIONS: readonly number[] = [.001, .002, .005, .01, .02, .05, .1, .2, .5, 1];

/** The number of nodes of a share: the nearest whole number, halves upwards. */
export function nodesOf(fraction: number, count: number): number {
  return Math.round(fraction * count);
}

/** The area under a curve over {@linkcode FRACTIONS}, by trapezoids on the linear axis as in MIB, from the first share to the last. */
export function areaUnder(values: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < FRACTIONS.length; i++) {
    area += (FRACTIONS[i]! - FRACTIONS[i - 1]!) * (values[i]! + values[i - 1]!) / 2;
  }
  return area;
}

/** A value of each row, by its index among all rows. */
export type OfRow = (row: number) => number;

/** Rows whose shares of d have intervals. */
export class Side {
  readonly cells: { readonly negation: SideOrAll; readonly n: number };
  /** The size of d of those of its rows whose d is more than a rounding error. */
  readonly sizes: ReadonlyMap<number, number>;
  /** The rounding error of a share, and of a deviation. */
  readonly rounding: number;
  readonly #rows: readonly number[];
  readonly #d: readonly number[];
  readonly #bootstrap: ClusterBootstrap;

  /** Takes some of the rows, by their index among all. */
  constructor(
    all: readonly CircuitScores[],
    rows: readonly number[],
    { seed, cluster, negation }: StatisticsOptions & { readonly negation: SideOrAll },
  ) {
    const own = rows.map((row) => all[row]!);
    this.cells = { negation, n: own.length };
    this.#rows = rows;
    this.#d = own.map(({ d }) => sizeOfD(d));
    this.#bootstrap = new ClusterBootstrap(own.map((row) => clusterOf(row, cluster)), { seed });
    this.sizes = new Map(rows.flatMap((row, i) => this.#d[i]! > 0 ? [[row, this.#d[i]!]] : []));
    this.rounding = roundingOf(own);
  }

  /**
   * The sum of a value over the rows, divided by the sum of |d|; 0 if no value is larger than the rounding error of S, and empty if no d is.
   * The value has the direction of the row's d.
   */
  share(of: OfRow, keep?: Float64Array): Estimate {
    const isRounding = this.#rows.every((row) => Math.abs(of(row)) <= SCORE_NOISE);
    return this.shares([isRounding ? () => 0 : of], ([share]) => share!, keep);
  }

  /** A function of several such shares. */
  shares(values: readonly OfRow[], of: (shares: readonly number[]) => number, keep?: Float64Array) {
    if (this.sizes.size === 0) return withoutBounds(undefined);
    const columns = [...values.map((value) => this.#rows.map(value)), this.#d];
    return this.#bootstrap.sums(columns)(
      (sums) => of(sums.slice(0, -1).map((sum) => sum / sums.at(-1)!)),
      { weights: this.#d, keep },
    );
  }

  /** Several shares, with intervals that hold for all of them at once. */
  *together(values: readonly OfRow[]): Steps<ShareOfD[]> {
    const { samples: count } = this.#bootstrap;
    const deviations = new LargestDeviations(count);
    const clusters = this.#bootstrap.effectiveClusters(this.#d);
    const cells: DeviatingCell[] = [];
    for (const value of values) {
      yield;
      const samples = new Float64Array(count); // without bounds they stay 0
      cells.push(deviations.add(this.share(value, samples), { samples, clusters }));
    }
    return cells.map((cell) => ({ ...cell.own, simultaneous: () => deviations.interval(cell) }));
  }

  /** Makes the draws for the intervals in steps. */
  draw(): Steps<void> {
    return this.#bootstrap.draw();
  }
}

/** The sides that have rows, both together first if there are two. */
export function sidesOf(rows: readonly CircuitScores[], options: StatisticsOptions): Side[] {
  const isScored = rows.some(({ segment }) => segment !== NO_SEGMENT); // without images no sentence is the true one
  const sides = isScored ? ["all", ...NEGATIONS] as const : ["all"] as const;
  return sides.flatMap((negation) => {
    const ofSide = [...rows.keys()].filter((row) =>
      negation === "all" || rows[row]!.negation === negation
    );
    return ofSide.length === 0 ? [] : [new Side(rows, ofSide, { ...options, negation })];
  });
}
