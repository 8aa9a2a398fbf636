/** Ratios of sums over the rows of each side and of both together, with intervals. */

import { NEGATIONS } from "../../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../../stats/intervals/bootstrap.ts";
import type { Steps } from "../../../stats/steps.ts";
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
  /** The sum of a value over the rows, divided by the sum of d; 0 if no value is larger than the rounding error of S. */
  readonly share: (of: OfRow) => Estimate;
  /**
   * A function of several such shares.
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
    const shares: Side["shares"] = (values, of, keep) =>
      bootstrap.sums([...values.map((value) => own.map(value)), d])(
        (sums) => of(sums.slice(0, -1).map((sum) => sum / sums.at(-1)!)),
        { weights: d, keep },
      );
    return [{
      ...{ negation, n: own.length, samples: bootstrap.samples, shares },
      share: (of) => {
        const isRounding = own.every((row) => Math.abs(of(row)) <= SCORE_NOISE);
        return shares([isRounding ? () => 0 : of], ([share]) => share!);
      },
      draw: () => bootstrap.draw(),
    }];
  });
}
