/** What heads do in a set of sentences, row by row and as means with the samples of a bootstrap. */

import type { Pair } from "../../data/pairs.ts";
import type { AttentionRow } from "../../experiments/attend/tables.ts";
import { type ChosenClusters, clusterOf } from "../../study/clusters.ts";
import { frameOfRow, framesOf, heldOutBy } from "../../study/held_out.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import type { Steps } from "../../stats/steps.ts";
import { headName, type NamedHead } from "../../tables/nodes.ts";
import { QUANTITIES, type Quantity } from "./tables.ts";

/** The attention of heads to the negators of a set of sentences. */
export interface AttendedSet {
  /** The cluster of each row. */
  readonly clusters: readonly string[];
  /** What a group has all rows of; a group is in one half. */
  readonly by: ChosenClusters;
  readonly groups: readonly string[];
  /** The frame of each row. */
  readonly frameOf: readonly string[];
  /** The frames with enough rows. */
  readonly frames: readonly string[];
  /** The heads, in the order layer, head. */
  readonly heads: readonly AttendedHead[];
}

/** A head, and its quantities in each row; undefined where the negator has no twin. */
export interface AttendedHead extends NamedHead {
  readonly values: Readonly<Record<Quantity, readonly (number | undefined)[]>>;
}

/** Sorts the rows of attention.csv by head. Undefined if a row of attention.csv is of none of the pairs. */
export function attendedSet(
  rows: Iterable<
    Pick<AttentionRow, "id" | "layer" | "head" | "max_difference" | "swapped_difference">
  >,
  pairs: readonly Pair[],
  cluster?: ChosenClusters,
): AttendedSet | undefined {
  const byId = new Map(pairs.map((pair) => [pair.id, pair]));
  const used = new Map<string, Pair>();
  const heads = new Map<string, NamedHead & { values: Record<Quantity, (number | undefined)[]> }>();
  for (const { id, layer, head, max_difference, swapped_difference } of rows) {
    const pair = byId.get(id);
    if (pair === undefined) return undefined;
    used.set(id, pair);
    const { values } = heads.getOrInsertComputed(headName({ layer, head }), () => (
      { layer, head, values: { selectivity: [], baseline: [], above_baseline: [] } }
    ));
    values.selectivity.push(max_difference);
    values.baseline.push(swapped_difference);
    values.above_baseline.push(
      swapped_difference === undefined ? undefined : max_difference - swapped_difference,
    );
  }
  const inOrder = [...used.values()];
  const by = heldOutBy(inOrder, cluster);
  return {
    clusters: inOrder.map((pair) => clusterOf(pair, cluster)),
    by,
    groups: inOrder.map((pair) => clusterOf(pair, by)),
    frameOf: inOrder.map(frameOfRow),
    frames: framesOf(inOrder),
    heads: [...heads.values()],
  };
}

/** A quantity of a head, with its value in every sample of the bootstrap; without samples where there is no interval. */
interface SampledEstimate extends Estimate {
  readonly samples: Float64Array;
}

export type HeadEstimates = { readonly [Name in Quantity]: SampledEstimate };

export interface EstimatedSet {
  readonly n: number;
  /** The share of samples that an interval leaves out on each side; undefined if the clusters are too few for one. */
  readonly tail: number | undefined;
  readonly heads: readonly HeadEstimates[];
}

export function* estimateSteps(
  { clusters, heads }: AttendedSet,
  seed: number,
): Steps<EstimatedSet> {
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const estimated: HeadEstimates[] = [];
  for (const { values } of heads) {
    yield;
    const means = QUANTITIES.map((
      quantity,
    ) => [quantity, sampledMean(bootstrap, values[quantity])]);
    estimated.push(Object.fromEntries(means));
  }
  return { n: clusters.length, tail: bootstrap.tail(), heads: estimated };
}

function sampledMean(
  bootstrap: ClusterBootstrap,
  values: readonly (number | undefined)[],
): SampledEstimate {
  const samples = new Float64Array(bootstrap.samples).fill(NaN);
  const weights = values.map((value) => value === undefined ? 0 : 1);
  const sums = bootstrap.sums([values.map((value) => value ?? 0), weights]);
  const mean = ([sum, n]: readonly number[]) => sum! / n!;
  return { ...sums(mean, { weights, keep: samples }), samples };
}
