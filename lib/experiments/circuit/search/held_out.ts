/** Circuits that are chosen on some of the rows, so that the others can score them: on each half, and without each frame. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import { seededRandom } from "../../../stats/random.ts";
import {
  type ChosenClusters,
  clusterOf,
  FEWEST_FRAMES,
  frameOfRow,
  framesOf,
} from "../../../study/clusters.ts";
import { sizeOfD } from "../../../study/effects/noise.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import type { NodeSet } from "../circuit_tests.ts";
import { findCircuit, type FindOptions } from "./find.ts";
import { rankNodes, type RankOptions } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";

/** All rows, with what has been run on them. */
export interface WholeSearch extends RankOptions, FindOptions {
  readonly text: TextTower;
  readonly rows: readonly ScoredPair[];
  readonly runs: SetRuns;
}

export type Half = 1 | 2;

/** The circuit that is chosen without a frame. */
export interface ChosenWithout {
  readonly frame: string;
  /** Absent if none is found. */
  readonly set?: NodeSet | undefined;
}

/**
 * Draws the half of each row: rows of a sentence pair, or of a subject noun, are in the same one. The first half gets what is drawn until it
 * has half of the sentence pairs. Undefined if there is only one sentence pair, or noun.
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

/** The name of the set that is the circuit of a half. */
export function halfName(half: Half): string {
  return `chosen on half ${half}`;
}

/** Chooses a circuit on each half, and runs both on all rows; undefined if one of the halves has none. */
export async function chosenOnHalves(
  search: WholeSearch,
  halves: readonly Half[],
): Promise<readonly [NodeSet, NodeSet] | undefined> {
  const { runs, greedy, keptOf } = search;
  const chosen: NodeSet[] = [];
  for (const half of [1, 2] as const) {
    const places = [...halves.keys()].filter((row) => halves[row] === half);
    const set = await chosenOn(search, places, {
      runs: runs.part(places),
      greedyPairs: Math.ceil(greedy.pairs / 2),
      kept: `half ${half}`,
      name: halfName(half),
    });
    if (set === undefined) return undefined;
    chosen.push(set);
  }
  await runs.run(chosen, keptOf("halves"));
  return chosen as [NodeSet, NodeSet];
}

/** The frames that are held out one after the other; none if too few have enough rows. */
export function heldOutFrames(rows: readonly ScoredPair[]): readonly string[] {
  const frames = framesOf(rows.map(({ scores }) => scores));
  return frames.length < FEWEST_FRAMES ? [] : frames;
}

/** Chooses a circuit without each frame, and runs all of them on all rows. */
export async function chosenOnFrames(
  search: WholeSearch,
  frames: readonly string[],
): Promise<readonly ChosenWithout[]> {
  const { rows, runs, greedy, keptOf } = search;
  const chosen: ChosenWithout[] = [];
  const frameOf = rows.map(({ scores }) => frameOfRow(scores));
  const shared = runs.part([...rows.keys()]); // most frames need the same sets
  for (const [number, frame] of frames.entries()) {
    const places = [...frameOf.keys()].filter((row) => frameOf[row] !== frame);
    const isKnown = places.some((row) => sizeOfD(rows[row]!.scores.d) > 0);
    const set = isKnown
      ? await chosenOn(search, places, {
        runs: shared.within(places),
        greedyPairs: greedy.pairs,
        kept: `frame ${number + 1}`,
        name: `chosen without frame ${frame}`,
      })
      : undefined;
    chosen.push({ frame, ...(set && { set }) });
  }
  await runs.run(chosen.flatMap(({ set }) => set ?? []), keptOf("frames"));
  return chosen;
}

/** Ranks the nodes on some rows, by their places among all, and finds a circuit there as on all of them. */
async function chosenOn(
  search: WholeSearch,
  places: readonly number[],
  { runs, greedyPairs, kept, name }: {
    readonly runs: SetRuns;
    readonly greedyPairs: number;
    /** The beginning of the names under which scores are kept. */
    readonly kept: string;
    readonly name: string;
  },
): Promise<NodeSet | undefined> {
  const { text, rows, single, names, greedy } = search;
  const keptOf = (part: string) => search.keptOf(`${kept} ${part}`);
  const rankings = await rankNodes(text, places.map((row) => rows[row]!), {
    names,
    single: places.map((row) => single[row]!),
    greedy: { ...greedy, pairs: greedyPairs, keptOf },
  });
  const found = await findCircuit(runs, rankings, { ...search, keptOf });
  return found && { name, nodes: found.nodes };
}
