/** A ranking by greedy search: the node that raises faithfulness most comes next. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Embeddings } from "../../../subject/embeddings/embed.ts";
import { SCORE_NOISE } from "../../../subject/effects/noise.ts";
import type { KeptRows } from "../../../subject/kept_rows.ts";
import type { ScoredPair } from "../../../subject/score_rows.ts";
import { seededRandom } from "../../../stats/random.ts";
import { endsOf } from "../faithfulness.ts";
import type { NodeSet } from "../node_sets.ts";
import { sentencePairs, SetRuns, type Work } from "./run_sets.ts";

/** The faithfulness at which the search ends, unless a circuit must have more. */
const ENOUGH = 0.95;

/** The most nodes that it adds. */
const MOST_NODES = 32;

/** How the search runs. */
export interface GreedyOptions {
  /** The most sentence pairs that it runs on, drawn with the seed. */
  readonly pairs: number;
  /** The faithfulness that a circuit must have. */
  readonly bound: number;
  /** The places of all nodes, in the order in which they come where no node raises faithfulness more than another. */
  readonly order: readonly number[];
  /** Decides the draw. */
  readonly seed: number;
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** Where the scores of each round are kept. */
  readonly keptOf: (part: string) => KeptRows;
  /** The progress of all that is run. */
  readonly work: Work;
}

/**
 * The most runs that the search can have.
 *
 * @param count The number of nodes.
 * @param pairs The number of sentence pairs.
 */
export function greedyRuns(count: number, pairs: number): number {
  const rounds = Math.min(MOST_NODES, count);
  return pairs * (rounds * count - rounds * (rounds - 1) / 2);
}

/**
 * Adds nodes one after the other, each time the one with which the set is most faithful, until the set's faithfulness is .95, or
 * the bound if that is higher, or it has 32 nodes. Nodes whose sets differ by no more than rounding come in the given order, as the remaining nodes do.
 *
 * @param text The text tower.
 * @param rows The rows with their sentence pairs.
 * @param options How the search runs.
 * @returns The places of all nodes, in their order.
 */
export async function greedyOrder(
  text: TextTower,
  rows: readonly ScoredPair[],
  { pairs, bound, order, seed, images, keptOf, work }: GreedyOptions,
): Promise<number[]> {
  const own = someRows(rows, pairs, seed);
  const d = own.map(({ scores }) => endsOf(scores))
    .reduce((sum, { sign, negated, affirmative }) => sum + sign * (negated - affirmative), 0);
  const rounding = SCORE_NOISE * own.length / Math.abs(d);
  const chosen: number[] = [];
  const rounds = Math.min(MOST_NODES, order.length);
  for (let round = 1; round <= rounds; round++) {
    const candidates = order.filter((node) => !chosen.includes(node));
    const sets = candidates.map((node): NodeSet => ({ name: "", nodes: [...chosen, node] }));
    const runs = new SetRuns(text, own, { images, work });
    await runs.run(sets, keptOf(`greedy ${round}`));
    const reached = sets.map((set) => runs.faithfulness(set));
    const best = reached.reduce((most, f) => Math.max(most, f), -Infinity);
    chosen.push(candidates[reached.findIndex((f) => f >= best - rounding)]!);
    if (best >= Math.max(ENOUGH, bound)) break;
  }
  return [...chosen, ...order.filter((node) => !chosen.includes(node))];
}

/** The rows of some sentence pairs. */
function someRows(rows: readonly ScoredPair[], most: number, seed: number): readonly ScoredPair[] {
  if (sentencePairs(rows) <= most) return rows;
  const keys = [...new Set(rows.map(({ aligned }) => aligned.key))].sort();
  const drawn = new Set(seededRandom(seed).shuffle(keys).slice(0, most));
  return rows.filter(({ aligned }) => drawn.has(aligned.key));
}
