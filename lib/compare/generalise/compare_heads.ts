/** Whether the heads that read the negator in some sentences read it in others: rank correlations over heads. */

import { NegscopeError } from "../../errors.ts";
import { rankCorrelation } from "../../stats/correlation.ts";
import { mean, quantiles } from "../../stats/columns.ts";
import type { Steps } from "../../stats/steps.ts";
import { headName, type NamedHead } from "../../tables/nodes.ts";
import { fillTable, type Table } from "../../tables/table.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import {
  GENERALISE,
  GENERALISE_HALVES,
  GENERALISE_SUMMARY,
  type GeneraliseHalvesRow,
  type GeneraliseRow,
  type GeneraliseSummaryRow,
  headCells,
  QUANTITIES,
  type Quantity,
} from "./tables.ts";
import type { Pair } from "../../data/pairs.ts";
import type { AttentionRow } from "../../experiments/attend/tables.ts";
import {
  type ChosenClusters,
  clusterOf,
  frameOfRow,
  framesOf,
  heldOutBy,
} from "../../study/clusters.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { DIVISIONS, randomHalves } from "../../stats/random.ts";

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

function* estimateSteps(
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

/** The rows of generalise_halves.csv of a set, in the order quantity, halves, frames. */
export function* halfSteps(
  set: GeneraliseHalvesRow["set"],
  { by, groups, frameOf, frames, heads }: AttendedSet,
  seed: number,
): Steps<GeneraliseHalvesRow[]> {
  const divisions = randomHalves(groups, { seed, divisions: DIVISIONS });
  const made: GeneraliseHalvesRow[] = [];
  for (const quantity of QUANTITIES) {
    const values = heads.map((head) => head.values[quantity]);
    const rhos: (number | undefined)[] = [];
    for (const isFirst of divisions) {
      yield;
      rhos.push(rhoBetween(values, isFirst));
    }
    const rho = mean(rhos.filter((rho) => rho !== undefined));
    const held_out = by === "noun" ? "nouns" : "pairs";
    made.push({ set, quantity, held_out, n: groups.length, rho });
    for (const frame of frames) {
      yield;
      const isOfFrame = frameOf.map((name) => name === frame);
      const n = isOfFrame.filter(Boolean).length;
      const rho = rhoBetween(values, isOfFrame);
      made.push({ set, quantity, held_out: `frame ${frame}`, n, rho });
    }
  }
  return made;
}

/** The rank correlation over heads of their means in the rows of two parts. */
function rhoBetween(
  heads: readonly (readonly (number | undefined)[])[],
  isFirst: readonly boolean[],
): number | undefined {
  const meanOf = (values: readonly (number | undefined)[], first: boolean) =>
    mean(values.filter((value, row) => value !== undefined && isFirst[row] === first) as number[]);
  const means = heads.flatMap((values) => {
    const [first, second] = [meanOf(values, true), meanOf(values, false)];
    return first === undefined || second === undefined ? [] : [{ first, second }];
  });
  return rankCorrelation(
    means.map(({ first }) => first),
    means.map(({ second }) => second),
    ATTENTION_NOISE,
  );
}

/** The tables of heads on two sets of sentences. */
export interface HeadTables {
  /** generalise.csv. */
  readonly heads: Table<GeneraliseRow>;
  /** generalise_summary.csv. */
  readonly summary: Table<GeneraliseSummaryRow>;
  /** generalise_halves.csv. */
  readonly halves: Table<GeneraliseHalvesRow>;
}

/**
 * Compares heads on two sets of sentences, in steps.
 *
 * Samples draw the clusters of each set, independently of the other, and rank the heads anew. The draws of the sentences
 * elsewhere are those of a run of `attend` with the same seed.
 */
export function* compareHeadSteps(
  data: AttendedSet,
  elsewhere: AttendedSet,
  { seed, random }: { readonly seed: number; readonly random: RandomRho | undefined },
): Steps<HeadTables> {
  const [names, namesElsewhere] = [data.heads.map(headName), elsewhere.heads.map(headName)];
  if (names.join() !== namesElsewhere.join()) {
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare the heads of two results",
      subject: namesElsewhere.join(", "),
      reason:
        `they are not the same: ${names.length} in one, ${namesElsewhere.length} in the other`,
      expected: "two results of one model",
    });
  }
  const here = yield* estimateSteps(data, (seed + 1) >>> 0); // other draws than those of the other set
  const there = yield* estimateSteps(elsewhere, seed);
  const summary: GeneraliseSummaryRow[] = [];
  for (const quantity of QUANTITIES) {
    const ofRandom = quantity === "above_baseline" ? random : undefined;
    summary.push({
      ...yield* correlationSteps(quantity, here, there),
      random_least: ofRandom?.least,
      random_most: ofRandom?.most,
    });
  }
  return {
    heads: fillTable(
      GENERALISE,
      data.heads.map((head, i) => headCells(head, here.heads[i]!, there.heads[i]!)),
    ),
    summary: fillTable(GENERALISE_SUMMARY, summary),
    halves: fillTable(GENERALISE_HALVES, [
      ...yield* halfSteps("data", data, seed),
      ...yield* halfSteps("sentences", elsewhere, seed),
    ]),
  };
}

function* correlationSteps(
  quantity: Quantity,
  here: EstimatedSet,
  there: EstimatedSet,
): Steps<Omit<GeneraliseSummaryRow, "random_least" | "random_most">> {
  const both = here.heads.map((head, i) => ({
    x: head[quantity],
    y: there.heads[i]![quantity],
  })).filter(({ x, y }) => x.estimate !== undefined && y.estimate !== undefined);
  const rho = rankCorrelation(
    both.map(({ x }) => x.estimate!),
    both.map(({ y }) => y.estimate!),
    ATTENTION_NOISE,
  );
  const row = { quantity, heads: both.length, n: here.n, n_elsewhere: there.n, rho };
  if (rho === undefined || here.tail === undefined || there.tail === undefined) {
    return { ...row, samples_low: undefined, samples_high: undefined };
  }
  const found: number[] = [];
  for (let sample = 0; sample < both[0]!.x.samples.length; sample++) {
    if (sample % 100 === 0) yield;
    const value = rankCorrelation(
      both.map(({ x }) => x.samples[sample]!),
      both.map(({ y }) => y.samples[sample]!),
      ATTENTION_NOISE,
    );
    if (value !== undefined) found.push(value);
  }
  const tail = Math.min(here.tail, there.tail);
  const [low, high] = quantiles(Float64Array.from(found), [tail, 1 - tail]);
  return { ...row, samples_low: low, samples_high: high };
}

/** A row of heads_controls.csv, as far as it is read. */
export interface ControlledHead extends NamedHead {
  readonly negation: string;
  /** The control: each tower has a row. */
  readonly control: string;
  readonly above_baseline_control?: number | undefined;
}

/** What heads_controls.csv has of a set of sentences, with the number of rows of each side. */
export interface ControlledSet {
  readonly controls: readonly ControlledHead[];
  readonly heads: readonly { readonly negation: string; readonly n_baseline: number }[];
}

/** The least and the largest rank correlation of random towers. */
export interface RandomRho {
  readonly least: number;
  readonly most: number;
}

/** Spearman's rho over heads of `above_baseline` in both sets, in each tower; undefined without towers in both. */
export function randomRho(here: ControlledSet, there: ControlledSet): RandomRho | undefined {
  const second = towersOf(there);
  const rhos = [...towersOf(here)].flatMap(([tower, values]) => {
    const means = second.get(tower);
    if (means === undefined) return [];
    const heads = [...values.keys()].filter((head) => means.has(head));
    const valuesIn = (of: ReadonlyMap<string, number>) => heads.map((head) => of.get(head)!);
    return rankCorrelation(valuesIn(values), valuesIn(means), ATTENTION_NOISE) ?? [];
  });
  return rhos.length === 0 ? undefined : { least: Math.min(...rhos), most: Math.max(...rhos) };
}

/** The mean of each head over the rows of both sides, by tower. */
function towersOf({ controls, heads }: ControlledSet): Map<string, Map<string, number>> {
  const sizes = new Map(heads.map(({ negation, n_baseline }) => [negation, n_baseline]));
  const total = sizes.values().reduce((sum, n) => sum + n, 0);
  const towers = new Map<string, Map<string, number>>();
  for (const { negation, control, above_baseline_control: value, ...head } of controls) {
    if (!/^random \d/.test(control) || value === undefined) continue;
    const means = towers.getOrInsertComputed(control, () => new Map<string, number>());
    const share = value * sizes.get(negation)! / total;
    means.set(headName(head), (means.get(headName(head)) ?? 0) + share);
  }
  return towers;
}
