/** Circuits that are chosen on one half of the sentence pairs, so that the other half can score them. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import { seededRandom } from "../../../stats/random.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import type { NodeSet } from "../node_sets.ts";
import { rankNodes, type RankOptions } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";
import { findCircuit, type FindOptions, type FoundCircuit } from "./find.ts";

/** A half of the sentence pairs. */
export type Half = 1 | 2;

/** How a circuit is chosen on a half. */
export interface HalfOptions extends Omit<RankOptions, "greedy">, Omit<FindOptions, "keptOf"> {
  /** The half of each row, as {@linkcode halvesOf} has it. */
  readonly halves: readonly Half[];
  /** How the greedy search runs; it has half as many pairs. */
  readonly greedy: RankOptions["greedy"];
}

/**
 * Draws the half of each row: rows of a sentence pair are in the same one.
 *
 * @returns Undefined if there is only one sentence pair.
 */
export function halvesOf(rows: readonly ScoredPair[], seed: number): Half[] | undefined {
  const keys = [...new Set(rows.map(({ aligned }) => aligned.key))].sort();
  if (keys.length < 2) return undefined;
  const drawn = seededRandom(seed).shuffle(keys);
  const first = new Set(drawn.slice(0, Math.ceil(keys.length / 2)));
  return rows.map(({ aligned }) => first.has(aligned.key) ? 1 : 2);
}

/**
 * Ranks the nodes on each half and finds the circuit there, as on all rows. Then the circuits of both halves are run on all rows, as sets
 * called `chosen on half 1` and `chosen on half 2`.
 *
 * @returns The circuit of each half; undefined if one of them has none.
 */
export async function chosenOnHalves(
  text: TextTower,
  rows: readonly ScoredPair[],
  runs: SetRuns,
  { halves, single, names, greedy, half, bound, nodeNames }: HalfOptions,
): Promise<readonly [NodeSet, NodeSet] | undefined> {
  const chosen: NodeSet[] = [];
  for (const number of [1, 2] as const) {
    const places = [...rows.keys()].filter((row) => halves[row] === number);
    const keptOf = (part: string) => greedy.keptOf(`half ${number} ${part}`);
    const rankings = await rankNodes(text, places.map((row) => rows[row]!), {
      names,
      single: places.map((row) => single[row]!),
      greedy: { ...greedy, pairs: Math.ceil(greedy.pairs / 2), keptOf },
    });
    const found: FoundCircuit | undefined = await findCircuit(runs.part(places), rankings, {
      half,
      bound,
      keptOf,
      nodeNames,
    });
    if (found === undefined) return undefined;
    chosen.push({ name: halfName(number), nodes: found.nodes });
  }
  await runs.run(chosen, greedy.keptOf("halves"));
  return chosen as [NodeSet, NodeSet];
}

/** The name of the set that is the circuit of a half. */
export function halfName(half: Half): string {
  return `chosen on half ${half}`;
}
