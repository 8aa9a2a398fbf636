/** The means of a cell of trace.csv, with their intervals. */

import type { ClusterBootstrap, Estimate } from "../../stats/intervals/bootstrap.ts";
import { isDetermined, withoutBounds } from "../../stats/intervals/estimate.ts";
import { linearMean } from "../../stats/intervals/simultaneous.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import type { RoleSums } from "./role_sums.ts";

/** The means of the effects of one role at one place of the tower. */
export interface CellMeans {
  /** The mean of effect / d. */
  readonly cte: Estimate;
  /** The effective number of clusters of the mean of effect / d. */
  readonly clusters: number;
  /**
   * The mean effect divided by the mean d; undefined where the interval of the mean d includes 0 or, with too few clusters for an
   * interval, where d is positive in some rows and negative in others.
   */
  readonly ratio: Estimate;
  /** The mean effect, in logits. */
  readonly effect: Estimate;
}

/** Averages the effects of a cell over rows. Effects that are all smaller than the rounding error of S count as 0. */
export function cellMeans(
  bootstrap: ClusterBootstrap,
  { effect, weight }: Pick<RoleSums, "effect" | "weight">,
  { d, keep }: { readonly d: Float64Array; readonly keep: Float64Array },
): CellMeans {
  const isRounding = effect.every((sum, row) => Math.abs(sum) <= SCORE_NOISE * weight[row]!);
  const effects = isRounding ? new Float64Array(effect.length) : effect;
  const ctes = bootstrap.kept(effects.map((sum, row) => d[row] === 0 ? 0 : sum / d[row]!));
  const cteWeights = bootstrap.kept(weight.map((value, row) => d[row] === 0 ? 0 : value));
  const ds = weight.map((value, row) => value * d[row]!);
  const statistic = bootstrap.sums([effects, weight, ds, ctes, cteWeights]);
  const cte = statistic(([, , , sum, n]) => sum! / n!, { weights: cteWeights });
  if (cte.low !== undefined) {
    const linear = linearMean(cte.estimate!, cteWeights.reduce((sum, value) => sum + value, 0));
    const [sums, totals] = [ctes, cteWeights].map((column) => bootstrap.inSamples(column));
    for (let sample = 0; sample < keep.length; sample++) {
      keep[sample] = linear(sums![sample]!, totals![sample]!);
    }
  }
  const meanEffect = statistic(([sum, n]) => sum! / n!, { weights: weight });
  const meanD = statistic(([, n, sum]) => sum! / n!, { weights: weight });
  const ratio = isDetermined(meanD, ds)
    ? statistic(([sum, , sumD]) => sum! / sumD!, { weights: ds })
    : withoutBounds(undefined);
  return { cte, clusters: bootstrap.effectiveClusters(cteWeights), ratio, effect: meanEffect };
}
