/** Whether the heads that read the negator in some sentences read it in others: rank correlations over heads. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import type { AttentionRow } from "../../experiments/attend/tables.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { mean, quantiles } from "../../stats/columns.ts";
import { DIVISIONS, randomHalves } from "../../stats/random.ts";
import { rankCorrelation } from "../../stats/correlation.ts";
import type { Steps } from "../../stats/steps.ts";
import {
  type ChosenClusters,
  clusterOf,
  frameOfRow,
  framesOf,
  heldOutBy,
} from "../../study/clusters.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { headName, type NamedHead } from "../../tables/nodes.ts";
import { fillTable, type Row, type Table } from "../../tables/table.ts";
import { AGREEMENT, type AgreementRow } from "../agreement.ts";
import { type EstimateRow, estimatesTable } from "../estimates.ts";

const QUANTITIES = ["selectivity", "baseline", "above_baseline"] as const;

type Quantity = typeof QUANTITIES[number];

/** The data, or the sentences elsewhere. */
export type SetName = "data" | "sentences";

/** A head's attention to the negator in one set of sentences, over all rows of both sides. */
export type GeneraliseRow = Row<
  { set: "data" | "sentences" },
  "layer" | "head",
  "baseline" | EstimateNames<"selectivity" | "above_baseline">
>;

/** The tables of heads on two sets of sentences. */
export interface HeadTables {
  /** Each head in the data, then in the sentences elsewhere. */
  readonly heads: readonly GeneraliseRow[];
  /** estimates.csv: the same, one below the other. */
  readonly estimates: Table<EstimateRow>;
  /** agreement.csv: Spearman's rho over heads, of both sets, of random towers, and of parts of one set. */
  readonly agreement: Table<AgreementRow>;
}

export interface AttendedSet {
  readonly clusters: readonly string[];
  /** What a group has all rows of; a group is in one half. */
  readonly by: ChosenClusters;
  readonly groups: readonly string[];
  readonly frameOf: readonly string[];
  readonly frames: readonly string[];
  readonly heads: readonly AttendedHead[];
}

interface AttendedHead extends NamedHead {
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

type HeadEstimates = { readonly [Name in Quantity]: SampledEstimate };

interface EstimatedSet {
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

/** Compares heads on two sets of sentences: samples draw the clusters of each set and rank the heads anew; those of the sentences elsewhere are the draws of `attend` with the same seed. */
export function* compareHeadSteps(
  data: AttendedSet,
  elsewhere: AttendedSet,
  { seed, random, model }: {
    readonly seed: number;
    readonly random: readonly AgreementRow[];
    readonly model: string;
  },
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
  const agreement: AgreementRow[] = [];
  for (const quantity of QUANTITIES) {
    agreement.push(yield* correlationSteps(quantity, here, there));
  }
  const rowsOf = (set: SetName, { heads: found, n }: EstimatedSet) =>
    data.heads.map(({ layer, head }, i) => ({ layer, head, set, n, found: found[i]! }));
  const inBoth = [rowsOf("data", here), rowsOf("sentences", there)].flat();
  return {
    heads: inBoth.map(({ layer, head, set, found }): GeneraliseRow => ({
      ...{ layer, head, set, baseline: found.baseline.estimate },
      selectivity: found.selectivity.estimate,
      selectivity_low: found.selectivity.low,
      selectivity_high: found.selectivity.high,
      above_baseline: found.above_baseline.estimate,
      above_baseline_low: found.above_baseline.low,
      above_baseline_high: found.above_baseline.high,
    })),
    estimates: estimatesTable(
      inBoth.flatMap(({ layer, head, set, n, found }) =>
        QUANTITIES.map((quantity) => {
          const { estimate: value, low, high } = found[quantity];
          const part = `layer=${layer};head=${head}`;
          return { model, data: set, part, quantity, n, value, low, high };
        })
      ),
    ),
    agreement: fillTable(AGREEMENT, [
      ...agreement,
      ...random,
      ...yield* halfSteps("data", data, seed),
      ...yield* halfSteps("sentences", elsewhere, seed),
    ]),
  };
}

function agreed(
  of: Quantity,
  [first, second]: readonly [string, string],
  found: Pick<AgreementRow, "n" | "rho"> & Partial<AgreementRow>,
): AgreementRow {
  return {
    ...{ of, negation: undefined, first, second },
    ...{ rho_low: undefined, rho_high: undefined, mean_absolute_difference: undefined },
    ...found,
  };
}

function* correlationSteps(
  quantity: Quantity,
  here: EstimatedSet,
  there: EstimatedSet,
): Steps<AgreementRow> {
  const both = here.heads.map((head, i) => ({
    x: head[quantity],
    y: there.heads[i]![quantity],
  })).filter(({ x, y }) => x.estimate !== undefined && y.estimate !== undefined);
  const rho = rankCorrelation(
    both.map(({ x }) => x.estimate!),
    both.map(({ y }) => y.estimate!),
    ATTENTION_NOISE,
  );
  const row = agreed(quantity, ["data", "sentences"], {
    n: both.length,
    rho,
    mean_absolute_difference: mean(both.map(({ x, y }) => Math.abs(y.estimate! - x.estimate!))),
  });
  if (rho === undefined || here.tail === undefined || there.tail === undefined) return row;
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
  const [rho_low, rho_high] = quantiles(Float64Array.from(found), [tail, 1 - tail]);
  return { ...row, rho_low, rho_high };
}

/** What the second part of one set is called. */
export const OTHERS = { half: "the other half", frame: "all other rows" } as const;

/** How far the order of heads is the same in two parts of one set of sentences: halves by noun or pair, with the mean over divisions, and frames. */
export function* halfSteps(
  set: SetName,
  { by, groups, frameOf, frames, heads }: AttendedSet,
  seed: number,
): Steps<AgreementRow[]> {
  const divisions = randomHalves(groups, { seed, divisions: DIVISIONS });
  const made: AgreementRow[] = [];
  for (const quantity of QUANTITIES) {
    const values = heads.map((head) => head.values[quantity]);
    const rhos: (number | undefined)[] = [];
    for (const isFirst of divisions) {
      yield;
      rhos.push(rhoBetween(values, isFirst));
    }
    const rho = mean(rhos.filter((rho) => rho !== undefined));
    const half = `${set}, half by ${by === "noun" ? "nouns" : "pairs"}`;
    made.push(agreed(quantity, [half, OTHERS.half], { n: heads.length, rho }));
    for (const frame of frames) {
      yield;
      const rho = rhoBetween(values, frameOf.map((name) => name === frame));
      const names = [`${set}, frame ${frame}`, OTHERS.frame] as const;
      made.push(agreed(quantity, names, { n: heads.length, rho }));
    }
  }
  return made;
}

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

/** Spearman's rho over heads of `above_baseline` in both sets, in each tower with random weights, which has learnt nothing; none without towers in both. */
export function randomAgreement(here: ControlledSet, there: ControlledSet): AgreementRow[] {
  const second = towersOf(there);
  return [...towersOf(here)].flatMap(([tower, values]) => {
    const means = second.get(tower);
    if (means === undefined) return [];
    const heads = [...values.keys()].filter((head) => means.has(head));
    const valuesIn = (of: ReadonlyMap<string, number>) => heads.map((head) => of.get(head)!);
    const rho = rankCorrelation(valuesIn(values), valuesIn(means), ATTENTION_NOISE);
    const names = [`data, ${tower}`, `sentences, ${tower}`] as const;
    return rho === undefined ? [] : [agreed("above_baseline", names, { n: heads.length, rho })];
  });
}

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
