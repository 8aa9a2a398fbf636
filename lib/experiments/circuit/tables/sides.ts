/** Ratios of sums over the rows of each side and of both together, with intervals. */

import { NEGATIONS } from "../../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../../stats/intervals/bootstrap.ts";
import { withoutBounds } from "../../../stats/intervals/estimate.ts";
import type { Steps } from "../../../stats/steps.ts";
import { isDetermined } from "../../../stats/intervals/determined.ts";
import { clusterOf, type StatisticsOptions } from "../../../subject/clusters.ts";
import { SCORE_NOISE } from "../../../subject/effects/noise.ts";
import type { EvaluateRow } from "../../../subject/score_rows.ts";
import type { SideOrAll } from "./schemas.ts";

/** A value of each row, by its index among all rows. */
export type OfRow = (row: number) => number;

/** The rows of a side, or of both. */
export interface Side {
  /** Which side. */
  readonly negation: SideOrAll;
  /** Number of rows. */
  readonly n: number;
  /** The mean of d. */
  readonly meanD: () => Estimate;
  /**
   * Whether the sum of d is known not to be 0: by the interval of the mean or, with too few clusters for one, as no two d differ in sign.
   * If not, nothing is divided by it, and all shares are empty.
   */
  readonly isKnown: () => boolean;
  /** The effective number of clusters of a share. */
  readonly clusters: number;
  /** The sum of a value over the rows, divided by the sum of d; 0 if no value is larger than the rounding error of S. */
  readonly share: (of: OfRow, keep?: Float64Array) => Estimate;
  /**
   * A function of several such shares. If they are empty, no sample is kept.
   *
   * @param values The values of the rows.
   * @param of Makes the statistic from the shares.
   * @param keep Takes the statistic of every bootstrap sample.
   */
  readonly shares: (
    values: readonly OfRow[],
    of: (shares: readonly number[]) => number,
    keep?: Float64Array,
  ) => Estimate;
  /** The number of bootstrap samples. */
  readonly samples: number;
  /** Makes the draws for the intervals in steps. */
  readonly draw: () => Steps<void>;
}

/**
 * The sides that have rows, both together first if there are two.
 *
 * @param rows The rows' scores.
 * @param options The seed for the intervals, and their clusters.
 */
export function sidesOf(
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Side[] {
  return (["all", ...NEGATIONS] as const).flatMap((negation): Side[] => {
    const own = [...rows.keys()].filter((row) =>
      negation === "all" || rows[row]!.negation === negation
    );
    if (own.length === 0) return [];
    const keys = own.map((row) => clusterOf(rows[row]!, cluster));
    const bootstrap = new ClusterBootstrap(keys, { seed });
    const d = own.map((row) => rows[row]!.d);
    const meanD = () => bootstrap.mean(d);
    let known: boolean | undefined; // after the draws, which are made in steps
    const isKnown = () => known ??= d.some((value) => value !== 0) && isDetermined(meanD(), d);
    const shares: Side["shares"] = (values, of, keep) => {
      if (!isKnown()) return withoutBounds(undefined);
      return bootstrap.sums([...values.map((value) => own.map(value)), d])(
        (sums) => of(sums.slice(0, -1).map((sum) => sum / sums.at(-1)!)),
        { weights: d, keep },
      );
    };
    return [{
      ...{ negation, n: own.length, meanD, isKnown, samples: bootstrap.samples, shares },
      clusters: bootstrap.effectiveClusters(d),
      share: (of, keep) => {
        const isRounding = own.every((row) => Math.abs(of(row)) <= SCORE_NOISE);
        return shares([isRounding ? () => 0 : of], ([share]) => share!, keep);
      },
      draw: () => bootstrap.draw(),
    }];
  });
}
