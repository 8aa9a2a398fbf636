/** Rankings of nodes, by what each does alone or by a greedy search. */

import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { seededRandom } from "../../../stats/random.ts";
import type { NodeSet } from "../circuit_tests.ts";
import { type RunContext, sentencePairs, SetRuns, type SingleRanking } from "./run_sets.ts";
import { allNodes } from "../../../tables/nodes.ts";
import { effectOnD, lostOfD, signOfD, sizeOfD } from "../../../study/effects/noise.ts";
import { type DifferenceScores, FRACTIONS, nodesOf } from "../faithfulness.ts";
import type { SearchChoice } from "../options.ts";

/** A way of ranking nodes. */
export type RankingName = SingleRanking | "greedy";

export const RANKINGS: readonly RankingName[] = ["denoise", "noise", "direct", "greedy"];

export interface Ranking {
  readonly name: RankingName;
  /** The places of all nodes, first the one that counts most, whether it adds to d or takes away from it. */
  readonly order: readonly number[];
}

/** What a search runs with, and what it looks for. */
export interface SearchContext extends RunContext, SearchChoice {
  readonly seed: number;
}

/**
 * Ranks the nodes on some rows, in the order of the names.
 *
 * @param single For each row S with each single node changed, one way of {@linkcode singlesOf} after the other.
 */
export async function rankNodes(
  rows: readonly ScoredPair[],
  single: readonly (readonly number[])[],
  context: SearchContext,
): Promise<Ranking[]> {
  const { ranking: names, text } = context;
  const count = allNodes(text.tower.shape).length;
  const rankings: Ranking[] = [];
  for (const name of names) {
    const by = name === "greedy" ? "denoise" : name;
    const start = singlesOf(names).indexOf(by) * count;
    const effects = rows.map(({ scores }, i) =>
      singleEffects(scores, by, single[i]!.slice(start, start + count))
    );
    const order = bySingles(rows, effects);
    rankings.push(
      { name, order: name === "greedy" ? await greedyOrder(rows, order, context) : order },
    );
  }
  return rankings;
}

/** The ways of ranking that need a run for each node. */
export function singlesOf(names: readonly RankingName[]): SingleRanking[] {
  const needed = new Set(names.map((name) => name === "greedy" ? "denoise" : name));
  return RANKINGS.filter((name): name is SingleRanking => name !== "greedy" && needed.has(name));
}

/** How many sets {@linkcode greedyOrder} runs. */
export function greedyRuns(count: number, pairs: number): number {
  return pairs * (count * (count + 1) / 2 - 1);
}

/**
 * Begins with all nodes and leaves out one after the other, each time the one without which the deviation is least, until one node is left.
 * Of nodes whose deviations differ by no more than rounding, the last in the given order goes first. Returns the places of all nodes, first
 * the one that was left, last the one that went first.
 */
export async function greedyOrder(
  rows: readonly ScoredPair[],
  order: readonly number[],
  context: Omit<SearchContext, "ranking" | "faithfulness">,
): Promise<number[]> {
  const keys = [...new Set(rows.map(({ aligned }) => aligned.key))].sort();
  const some = new Set(
    sentencePairs(rows) > context.greedy
      ? seededRandom(context.seed).shuffle(keys).slice(0, context.greedy)
      : keys,
  );
  const drawn = rows.filter(({ aligned }) => some.has(aligned.key));
  const gone: number[] = [];
  let kept = [...order];
  for (let round = 1; kept.length > 1; round++) {
    const sets = kept.map((node) => (
      { name: "", node, nodes: kept.filter((other) => other !== node) }
    ));
    const runs = new SetRuns(drawn, context);
    await runs.run(sets, `greedy ${round}`);
    const { node } = runs.nearest(sets.toReversed()) as typeof sets[number];
    gone.push(node);
    kept = kept.filter((other) => other !== node);
  }
  return [...kept, ...gone.toReversed()];
}

/**
 * The effects of single nodes on a row, as parts of its d: what they bring about alone (denoise, direct), or what is lost without them (noise).
 */
export function singleEffects(
  row: DifferenceScores,
  ranking: SingleRanking,
  scores: readonly number[],
): number[] {
  return scores.map((score) => (ranking === "noise" ? lostOfD : effectOnD)(row, score));
}

/** Shares of d that differ by less are tied: they are sums of scores in float32, whose last digits say nothing of a node. */
const TIED = 1e-4;

/**
 * The order of the nodes by the size of the sum of their effects in the direction of d, as a share of the sum of |d|, the largest first: a
 * node that takes away from d counts as much as one that adds to it, as in the code of MIB (2504.13151). Tied nodes keep their order.
 */
function bySingles(
  rows: readonly ScoredPair[],
  effects: readonly (readonly number[])[],
): number[] {
  const whole = rows.reduce((sum, { scores }) => sum + sizeOfD(scores.d), 0);
  const signs = rows.map(({ scores }) => signOfD(scores.d));
  const steps = effects[0]!.map((_, node) => {
    const share = effects.reduce((sum, ofRow, row) => sum + signs[row]! * ofRow[node]!, 0) / whole;
    return Math.round(Math.abs(share) / TIED);
  });
  return [...steps.keys()].sort((a, b) => steps[b]! - steps[a]! || a - b);
}

export function beginning({ name, order }: Ranking, size: number): NodeSet {
  return { name: `${name} ${size}`, nodes: order.slice(0, size) };
}

export function beginnings(ranking: Ranking): NodeSet[] {
  return FRACTIONS.map((fraction) => beginning(ranking, nodesOf(fraction, ranking.order.length)));
}
