/** A cell of trace.csv: the effects of a role's tokens at one layer or head, summed in each row of a group, and their means. */

import type { ClusterBootstrap, Estimate } from "../../stats/intervals/bootstrap.ts";
import { isDetermined, withoutBounds } from "../../stats/intervals/estimate.ts";
import { linearMean } from "../../stats/intervals/simultaneous.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import type { Role } from "../../data/roles.ts";
import type { MeanDirection } from "./direction.ts";
import type { TracedRow } from "./effects.ts";

/** Sums by row, and how many rows and tokens are in them. */
export interface RoleSums {
  /** Weighted sums of each row's effects, in logits. */
  readonly effect: Float64Array;
  readonly weight: Float64Array;
  /** The rows with a token of the role. */
  readonly rows: number;
  readonly rowsWithEffect: number;
  readonly effects: number;
}

/** As in the paper, all further tokens count equally; for other roles, all rows do. */
export function isByToken(role: Role): boolean {
  return role === "subject_further";
}

/** Sums the effects of a role at the place of a layer, or of a head in it, among those that were traced. */
export function roleSums(
  traced: readonly TracedRow[],
  { direction, place, role }: {
    readonly direction: MeanDirection;
    readonly place: number;
    readonly role: Role;
  },
): RoleSums {
  const effect = new Float64Array(traced.length);
  const weight = new Float64Array(traced.length);
  const counted = { rows: 0, rowsWithEffect: 0, effects: 0 };
  for (const [row, { roles, effects }] of traced.entries()) {
    if (!roles.includes(role)) continue;
    counted.rows++;
    const first = place * roles.length;
    const known = roles.flatMap((given, position) =>
      given === role ? effects[direction]![first + position] ?? [] : []
    );
    if (known.length > 0) counted.rowsWithEffect++;
    counted.effects += known.length;
    const share = isByToken(role) ? 1 : 1 / known.length;
    for (const value of known) {
      effect[row]! += share * value;
      weight[row]! += share;
    }
  }
  return { effect, weight, ...counted };
}

export interface CellMeans {
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
