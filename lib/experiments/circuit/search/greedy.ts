/** A ranking by greedy search: the node is left out next without which the others stay nearest to the whole model. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Embeddings } from "../../../study/embeddings.ts";
import type { KeptRows } from "../../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { seededRandom } from "../../../stats/random.ts";
import type { NodeSet } from "../node_sets.ts";
import { sentencePairs, SetRuns, type Work } from "./run_sets.ts";

export interface GreedyOptions {
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
