/** What share of the difference between two models a transplant restores. */

import { type Negation, NEGATIONS_AND_ALL } from "../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/intervals/bootstrap.ts";
import { withoutBounds } from "../../stats/intervals/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import { type ShareOfD, SimultaneousRatios } from "../../study/effects/shares_of_d.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { MeasuredTransplant, Scores } from "./measure.ts";

/** A row with its numbers. */
export interface TransplantedRow {
  readonly scores: EvaluateRow;
  readonly measured: MeasuredTransplant;
  readonly cluster: string;
}

/** S(caption) - S(foil) of a row in some run. */
export type DOf = (row: TransplantedRow) => number;

export function dOf([caption, foil]: Scores): number {
  return caption! - foil!;
}

/** d of model A and of model B, both with A's images. */
const OF_A: DOf = ({ scores: { d } }) => d;
const OF_B: DOf = ({ measured: { first } }) => dOf(first.at(-1)!);

/** The rows of one side, or all. */
export interface ShareGroup {
  readonly negation: Negation | "all";
  readonly rows: readonly TransplantedRow[];
  readonly n: number;
  /** Begins shares that are given simultaneous intervals. */
  readonly family: () => {
    /** What a change of d, that of A in each row unless `before` is given, has of what B changes. */
    readonly add: (after: DOf, before?: DOf) => ShareOfD;
  };
  /** The same of accuracy. */
  readonly accuracyShare: (after: DOf) => Estimate;
}

/**
 * Groups rows by side. The share of a run k, over the rows i of a group, is
 *
 *     sum_i (d_k,i - d_A,i) (d_B,i - d_A,i) / sum_i (d_B,i - d_A,i)^2
 *
 * exactly 0 if it is A's and exactly 1 if it is B's, and undefined if no d of B differs from A's by more than rounding. For accuracy, 1
 * for d > 0 and 0 otherwise takes the place of d.
 */
export function* shareGroups(
  rows: readonly TransplantedRow[],
  { seed }: { readonly seed: number },
): Generator<ShareGroup & { readonly draw: () => Steps<void> }> {
  for (const negation of NEGATIONS_AND_ALL) {
    const own = rows.filter(({ scores }) => negation === "all" || scores.negation === negation);
    if (own.length === 0) continue;
    using bootstrap = new ClusterBootstrap(own.map(({ cluster }) => cluster), { seed });
    const change = Float64Array.from(own, (row) => OF_B(row) - OF_A(row));
    const isNone = change.every((own) => Math.abs(own) <= SCORE_NOISE);
    const weights = bootstrap.kept(change.map((own) => isNone ? 0 : own ** 2));
    const right = (d: number) => Number(d > 0);
    const gained = Float64Array.from(own, (row) => right(OF_B(row)) - right(OF_A(row)));
    const changes = bootstrap.kept(gained.map((own) => own ** 2));
    yield {
      negation,
      rows: own,
      n: own.length,
      family: () => {
        const ratios = new SimultaneousRatios(bootstrap);
        return {
          add: (after, before = OF_A) =>
            ratios.add(
              change.map((whole, i) => (after(own[i]!) - before(own[i]!)) * whole + 0), // no -0
              weights,
            ),
        };
      },
      accuracyShare: (after) =>
        changes.every((one) => one === 0) ? withoutBounds(undefined) : bootstrap.ratio(
          gained.map((whole, i) => (right(after(own[i]!)) - right(OF_A(own[i]!))) * whole + 0),
          changes,
        ),
      draw: () => bootstrap.draw(),
    };
  }
}
