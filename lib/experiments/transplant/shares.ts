/** What share of the difference between two models a transplant restores. */

import { type Negation, NEGATIONS_AND_ALL } from "../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { withoutBounds } from "../../stats/estimate.ts";
import { clusterShare, pairedShareDifference } from "../../stats/share.ts";
import type { Steps } from "../../stats/steps.ts";
import { rightness, SCORE_NOISE } from "../../study/effects/noise.ts";
import { type ShareOfD, SimultaneousRatios } from "../../study/effects/means.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { MeasuredTransplant, Scores } from "./measure.ts";

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
  /** Shares of what B changes of d that have simultaneous intervals: what each change has, that of A in each row unless `before` is given. */
  readonly shares: (changes: readonly { after: DOf; before?: DOf }[]) => readonly ShareOfD[];
  /** The same of accuracy. */
  readonly accuracyShare: (after: DOf) => Estimate;
  readonly accuracy: (of: DOf) => Estimate;
  /** Accuracy minus A's, paired by rows. */
  readonly accuracyChange: (of: DOf) => Estimate;
  readonly draw: () => Steps<void>;
}

/**
 * Groups rows by side. The share of a run k, over the rows i of a group, is
 *
 *     sum_i (d_k,i - d_A,i) (d_B,i - d_A,i) / sum_i (d_B,i - d_A,i)^2
 *
 * exactly 0 if it is A's and exactly 1 if it is B's, and undefined if no d of B differs from A's by more than rounding. For accuracy, 1,
 * 1/2 or 0 as the row is right, a tie or wrong takes the place of d.
 */
export function* shareGroups(
  rows: readonly TransplantedRow[],
  { seed }: { readonly seed: number },
): Generator<ShareGroup> {
  for (const negation of NEGATIONS_AND_ALL) {
    const some = rows.filter(({ scores }) => negation === "all" || scores.negation === negation);
    if (some.length === 0) continue;
    const clusters = some.map(({ cluster }) => cluster);
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    const change = Float64Array.from(some, (row) => OF_B(row) - OF_A(row));
    const partsOf = (after: DOf, before: DOf) =>
      change.map((one, i) => (after(some[i]!) - before(some[i]!)) * one + 0); // no -0
    const isNone = change.every((one) => Math.abs(one) <= SCORE_NOISE);
    const weights = bootstrap.kept(change.map((one) => isNone ? 0 : one ** 2));
    const right = (d: DOf) => some.map((row) => rightness(d(row)));
    const rightA = right(OF_A);
    const gainedBy = (d: DOf) => Float64Array.from(right(d), (ofRow, i) => ofRow - rightA[i]!);
    const gained = gainedBy(OF_B);
    const changes = bootstrap.kept(gained.map((one) => one ** 2));
    yield {
      negation,
      rows: some,
      n: some.length,
      shares: (all) => {
        const ratios = new SimultaneousRatios(bootstrap);
        return all.map(({ after, before = OF_A }) => ratios.add(partsOf(after, before), weights));
      },
      accuracyShare: (after) =>
        changes.every((one) => one === 0)
          ? withoutBounds(undefined)
          : bootstrap.ratio(gainedBy(after).map((one, i) => one * gained[i]! + 0), changes), // no -0
      accuracy: (of) => clusterShare(right(of), { clusters }),
      accuracyChange: (of) => pairedShareDifference(rightA, right(of), { clusters }),
      draw: () => bootstrap.draw(),
    };
  }
}
