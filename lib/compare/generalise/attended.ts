/** What heads do in a set of sentences, with everything that its bootstrap needs. */

import type { Pair } from "../../data/pairs.ts";
import type { AttentionRow } from "../../experiments/attend/tables.ts";
import { type ChosenClusters, clusterOf } from "../../study/clusters.ts";
import { frameOfRow, framesOf, heldOutBy } from "../../study/held_out.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/intervals/bootstrap.ts";
import type { Steps } from "../../stats/steps.ts";
import type { Quantity } from "./tables.ts";

/** The attention of heads to the negators of a set of sentences. */
export interface AttendedSet {
  /** The cluster of each row. */
  readonly clusters: readonly string[];
  /** The rows, as far as they are divided. */
  readonly divided: DividedRows;
  /** The heads, in the order layer, head. */
  readonly heads: readonly AttendedHead[];
}

/** Rows in groups, of which each is in one half, and in frames. */
export interface DividedRows {
  /** What a group has all rows of. */
  readonly by: ChosenClusters;
  /** The group of each row. */
  readonly groups: readonly string[];
  /** The frame of each row. */
  readonly frameOf: readonly string[];
  /** The frames with enough rows. */
  readonly frames: readonly string[];
}

/** One head's attention in each row. */
export interface AttendedHead {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /** The largest difference of attention, a share, for each row. */
  readonly largest: readonly number[];
  /** The same with the sentences exchanged; undefined where the negator has no twin. */
  readonly swapped: readonly (number | undefined)[];
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
  const clusters = new Map<string, string>();
  const heads = new Map<
    string,
    { layer: number; head: number; largest: number[]; swapped: (number | undefined)[] }
  >();
  for (const { id, layer, head, max_difference, swapped_difference } of rows) {
    const pair = byId.get(id);
    if (pair === undefined) return undefined;
    if (!clusters.has(id)) clusters.set(id, clusterOf(pair, cluster));
    const key = `${layer}.${head}`;
    const known = heads.get(key) ?? { layer, head, largest: [], swapped: [] };
    known.largest.push(max_difference);
    known.swapped.push(swapped_difference);
    heads.set(key, known);
  }
  const used = [...clusters.keys()].map((id) => byId.get(id)!);
  return {
    clusters: [...clusters.values()],
    divided: dividedRows(used, cluster),
    heads: [...heads.values()],
  };
}

function dividedRows(pairs: readonly Pair[], cluster: ChosenClusters | undefined): DividedRows {
  const by = heldOutBy(pairs, cluster);
  return {
    by,
    groups: pairs.map((pair) => clusterOf(pair, by)),
    frameOf: pairs.map(frameOfRow),
    frames: framesOf(pairs),
  };
}

/** A quantity of a head, with its value in every sample of the bootstrap; without samples where there is no interval. */
export interface SampledEstimate extends Estimate {
  readonly samples: Float64Array;
}

/** The quantities of a head in a set of sentences. */
export type HeadEstimates = { readonly [Name in Quantity]: SampledEstimate };

/** A set of sentences with its heads' quantities. */
export interface EstimatedSet {
  /** Number of rows. */
  readonly n: number;
  /** The share of samples that an interval leaves out on each side; undefined if the clusters are too few for one. */
  readonly tail: number | undefined;
  /** The heads' quantities, in their order. */
  readonly heads: readonly HeadEstimates[];
}

/** Estimates what each head does, by samples of clusters that all heads share. */
export function* estimateSteps(
  { clusters, heads }: AttendedSet,
  seed: number,
): Steps<EstimatedSet> {
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const estimated: HeadEstimates[] = [];
  for (const { largest, swapped } of heads) {
    yield;
    const above = swapped.map((other, row) =>
      other === undefined ? undefined : largest[row]! - other
    );
    estimated.push({
      selectivity: sampledMean(bootstrap, largest),
      baseline: sampledMean(bootstrap, swapped),
      above_baseline: sampledMean(bootstrap, above),
    });
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
