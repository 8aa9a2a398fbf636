/** Circuits that are chosen on one half of the subject nouns or sentence pairs, so that the other half can score them. */

import { type ChosenClusters, clusterOf } from "../../../study/clusters.ts";
import { seededRandom } from "../../../stats/random.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import type { NodeSet } from "../node_sets.ts";
import { chosenOn, type ChosenPart } from "./chosen_on.ts";

export type Half = 1 | 2;

/**
 * Draws the half of each row: rows of a sentence pair, or of a subject noun, are in the same one. The first half gets what is drawn until it
 * has half of the sentence pairs.
 *
 * @param by What is in one half.
 * @returns Undefined if there is only one sentence pair, or noun.
 */
export function halvesOf(
  rows: readonly ScoredPair[],
  seed: number,
  by: ChosenClusters,
): Half[] | undefined {
  const groupOf = ({ scores, aligned }: ScoredPair) =>
    by === "noun" ? clusterOf(scores, by) : aligned.key;
  const pairs = new Map<string, Set<string>>();
  for (const row of rows) {
    const group = groupOf(row);
    pairs.set(group, (pairs.get(group) ?? new Set()).add(row.aligned.key));
  }
  const drawn = seededRandom(seed).shuffle([...pairs.keys()].sort());
  if (drawn.length < 2) return undefined;
  const whole = [...pairs.values()].reduce((sum, { size }) => sum + size, 0);
  const first = new Set<string>();
  let size = 0;
  for (const group of drawn.slice(0, -1)) {
    if (size >= whole / 2) break;
    first.add(group);
    size += pairs.get(group)!.size;
  }
  return rows.map((row) => first.has(groupOf(row)) ? 1 : 2);
}

/**
 * Chooses a circuit on each half, and runs both on all rows, as sets called `chosen on half 1` and `chosen on half 2`.
 *
 * @param halves The half of each row, as {@linkcode halvesOf} has it.
 * @returns The circuit of each half; undefined if one of them has none.
 */
export async function chosenOnHalves(
  part: ChosenPart,
  halves: readonly Half[],
): Promise<readonly [NodeSet, NodeSet] | undefined> {
  const chosen: NodeSet[] = [];
  for (const half of [1, 2] as const) {
    const places = [...halves.keys()].filter((row) => halves[row] === half);
    const found = await chosenOn(part, {
      places,
      runs: part.runs.part(places),
      greedyPairs: Math.ceil(part.greedy.pairs / 2),
      kept: `half ${half}`,
    });
    if (found === undefined) return undefined;
    chosen.push({ name: halfName(half), nodes: found.nodes });
  }
  await part.runs.run(chosen, part.greedy.keptOf("halves"));
  return chosen as [NodeSet, NodeSet];
}

/** The name of the set that is the circuit of a half. */
export function halfName(half: Half): string {
  return `chosen on half ${half}`;
}
