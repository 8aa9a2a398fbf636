/** Rankings of nodes, by what each does alone or by a greedy search. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Embeddings } from "../../../study/embeddings.ts";
import type { KeptRows } from "../../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { seededRandom } from "../../../stats/random.ts";
import type { NodeSet } from "../circuit_tests.ts";
import { sentencePairs, SetRuns, type SingleRanking, type Work } from "./run_sets.ts";
import { allNodes } from "../../../tables/nodes.ts";
import { effectOnD, lostOfD, signOfD, sizeOfD } from "../../../study/effects/noise.ts";
import { type DifferenceScores, FRACTIONS, nodesOf } from "../faithfulness.ts";

interface GreedyOptions {
  /** The most sentence pairs that it runs on, drawn with the seed. */
  readonly pairs: number;
  /** The places of all nodes; of those that could be left out alike, the last goes first. */
  readonly order: readonly number[];
  readonly seed: number;
  readonly images: Embeddings;
  readonly keptOf: (part: string) => KeptRows;
  readonly work: Work;
}

export function greedyRuns(count: number, pairs: number): number {
  return pairs * (count * (count + 1) / 2 - 1);
}

/**
 * Begins with all nodes and leaves out one after the other, each time the one without which the deviation is least, until one node is left.
 * Of nodes whose deviations differ by no more than rounding, the last in the given order goes first. Returns the places of all nodes, first
 * the one that was left, last the one that went first.
 */
export async function greedyOrder(
  text: TextTower,
  rows: readonly ScoredPair[],
  { pairs, order, seed, images, keptOf, work }: GreedyOptions,
): Promise<number[]> {
  const some = someRows(rows, pairs, seed);
  const gone: number[] = [];
  let kept = [...order];
  for (let round = 1; kept.length > 1; round++) {
    const sets = kept.map((node): NodeSet => (
      { name: "", nodes: kept.filter((other) => other !== node) }
    ));
    const runs = new SetRuns(text, some, { images, work });
    await runs.run(sets, keptOf(`greedy ${round}`));
    const left = sets.map((set) => runs.deviation(set));
    const least = Math.min(...left) + runs.rounding;
    const next = kept[left.findLastIndex((distance) => distance <= least)]!;
    gone.push(next);
    kept = kept.filter((node) => node !== next);
  }
  return [...kept, ...gone.toReversed()];
}

function someRows(rows: readonly ScoredPair[], most: number, seed: number): readonly ScoredPair[] {
  if (sentencePairs(rows) <= most) return rows;
  const keys = [...new Set(rows.map(({ aligned }) => aligned.key))].sort();
  const drawn = new Set(seededRandom(seed).shuffle(keys).slice(0, most));
  return rows.filter(({ aligned }) => drawn.has(aligned.key));
}

/** A way of ranking nodes. */
export type RankingName = SingleRanking | "greedy";

export const RANKINGS: readonly RankingName[] = ["denoise", "noise", "direct", "greedy"];

export interface Ranking {
  readonly name: RankingName;
  /** The places of all nodes, first the one that counts most, whether it adds to d or takes away from it. */
  readonly order: readonly number[];
}

export interface RankOptions {
  readonly names: readonly RankingName[];
  /** For each row S with each single node changed, one way of {@linkcode singlesOf} after the other. */
  readonly single: readonly (readonly number[])[];
  readonly greedy: Omit<GreedyOptions, "order">;
}

/** Ranks the nodes on some rows. Returns the rankings in the order of their names. */
export async function rankNodes(
  text: TextTower,
  rows: readonly ScoredPair[],
  { names, single, greedy }: RankOptions,
): Promise<Ranking[]> {
  const count = allNodes(text.tower.shape).length;
  const singles = singlesOf(names);
  const rankings: Ranking[] = [];
  for (const name of names) {
    const by = name === "greedy" ? "denoise" : name;
    const start = singles.indexOf(by) * count;
    const effects = rows.map(({ scores }, i) =>
      singleEffects(scores, by, single[i]!.slice(start, start + count))
    );
    const order = bySingles(rows, effects);
    rankings.push({
      name,
      order: name === "greedy" ? await greedyOrder(text, rows, { ...greedy, order }) : order,
    });
  }
  return rankings;
}

/** The ways of ranking that need a run for each node. */
export function singlesOf(names: readonly RankingName[]): SingleRanking[] {
  const needed = new Set(names.map((name) => name === "greedy" ? "denoise" : name));
  return RANKINGS.filter((name): name is SingleRanking => name !== "greedy" && needed.has(name));
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

/** The order of the nodes by the sum of their effects in the direction of d, as a share of the sum of |d|. */
function bySingles(
  rows: readonly ScoredPair[],
  effects: readonly (readonly number[])[],
): number[] {
  const whole = rows.reduce((sum, { scores }) => sum + sizeOfD(scores.d), 0);
  const signs = rows.map(({ scores }) => signOfD(scores.d));
  const shares = effects[0]!.map((_, node) =>
    effects.reduce((sum, ofRow, row) => sum + signs[row]! * ofRow[node]!, 0) / whole
  );
  return orderOf(shares);
}

/** Shares of d that differ by less are tied: they are sums of scores in float32, whose last digits say nothing of a node. */
const TIED = 1e-4;

/**
 * The order of nodes by the size of their shares of d, the largest first: a node that takes away from d counts as much as one that adds to
 * it, as in the code of MIB (2504.13151). Tied nodes keep their order.
 */
export function orderOf(shares: readonly number[]): number[] {
  const steps = shares.map((share) => Math.round(Math.abs(share) / TIED));
  return [...steps.keys()].sort((a, b) => steps[b]! - steps[a]! || a - b);
}

export function beginning({ name, order }: Ranking, size: number): NodeSet {
  return { name: `${name} ${size}`, nodes: order.slice(0, size) };
}

export function beginnings(ranking: Ranking): NodeSet[] {
  return FRACTIONS.map((fraction) => beginning(ranking, nodesOf(fraction, ranking.order.length)));
}
