/** A circuit: the shortest beginning of a ranking that is enough, from which nodes are dropped or to which they are added; on all rows, on each half and without each frame. */

import type { Phase } from "../../../study/experiment/experiment.ts";
import { mostDeviation } from "../faithfulness.ts";
import type { NodeSet } from "../circuit_tests.ts";
import { beginning, type Ranking, type RankingName, rankNodes, type RankOptions } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";
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

export interface FoundCircuit {
  /** The ranking with whose beginning the search began. */
  readonly ranking: RankingName;
  /** The number of nodes of that beginning. */
  readonly start: number;
  /** The places of the circuit's nodes: those of the beginning, unless nodes were dropped or added. */
  readonly nodes: readonly number[];
}

interface FindOptions {
  /** The most nodes of a circuit. */
  readonly half: number;
  /** The faithfulness that is enough; as much above 1 is enough too. */
  readonly bound: number;
  readonly keptOf: Phase["keptOf"];
  readonly nodeNames: readonly string[];
  /** The most nodes that are dropped or added. @default {MOST_CHANGES} */
  readonly mostChanges?: number;
}

export const MOST_CHANGES = 32;

/** The name that the set at the end of a search has besides its own if it was the most changes that ended the search. */
export const LIMIT_NAME = "after the most changes";

/**
 * Finds a circuit. While no set is enough, each node is dropped and each other one added by itself, and the search goes on from the set
 * with the least deviation, as long as this is less than before. Once a set is enough, nodes are dropped as long as it stays so, each time
 * the one without which the deviation is least; of several, the last of the ranking. Undefined if no set that was run is enough.
 */
export async function findCircuit(
  runs: SetRuns,
  rankings: readonly Ranking[],
  options: FindOptions,
): Promise<FoundCircuit | undefined> {
  const { half, bound, keptOf, nodeNames, mostChanges = MOST_CHANGES } = options;
  const { ranking, size } = await shortest(runs, rankings, options);
  const { name, order } = ranking;
  const enough = mostDeviation(bound, runs.rounding);
  let now = beginning(ranking, size);
  for (let change = 1; change <= mostChanges; change++) {
    const before = runs.deviation(now);
    const isEnough = before <= enough;
    const { nodes } = now;
    const dropped = nodes.length > 1
      ? order.toReversed().filter((node) => nodes.includes(node))
      : [];
    const isAdding = !isEnough && nodes.length < half;
    const added = isAdding ? order.filter((node) => !nodes.includes(node)) : [];
    const next = [
      ...dropped.map((node): NodeSet => ({
        name: `${now.name} without ${nodeNames[node]}`,
        nodes: nodes.filter((one) => one !== node),
      })),
      ...added.map((node): NodeSet => (
        { name: `${now.name} with ${nodeNames[node]}`, nodes: [...nodes, node] }
      )),
    ];
    const kept = keptOf(`change ${change}`);
    await runs.run(next, kept);
    const best = nearestOf(next, runs);
    if (best === undefined) break;
    if (runs.deviation(best) > (isEnough ? enough : before - runs.rounding)) break;
    now = best;
    if (change === mostChanges) await runs.run([{ name: LIMIT_NAME, nodes: now.nodes }], kept);
  }
  if (runs.deviation(now) > enough) return undefined;
  return { ranking: name, start: size, nodes: now.nodes };
}

/** The first of the sets whose deviation is the least but for rounding. */
function nearestOf(sets: readonly NodeSet[], runs: SetRuns): NodeSet | undefined {
  const distances = sets.map((set) => runs.deviation(set));
  const least = Math.min(...distances) + runs.rounding;
  return sets[distances.findIndex((distance) => distance <= least)];
}

interface Beginning {
  readonly ranking: Ranking;
  readonly size: number;
}

const SIZES_AT_ONCE = 8;

/**
 * Finds the shortest beginning of a ranking that is enough: the faithfulness of all rows and of each side lies within the bounds. All
 * shorter ones are run; of two as short the one with the smaller deviation counts. If no beginning is enough, it is the one with the
 * least deviation; of several the shortest.
 */
async function shortest(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { half, bound, keptOf }: FindOptions,
): Promise<Beginning> {
  const enough = mostDeviation(bound, runs.rounding);
  let nearest: Beginning = { ranking: rankings[0]!, size: 1 };
  let least = Infinity;
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const count = Math.min(SIZES_AT_ONCE, half - first + 1);
    const sizes = Array.from({ length: count }, (_, i) => first + i);
    const sets = sizes.flatMap((size) => rankings.map((ranking) => beginning(ranking, size)));
    await runs.run(sets, keptOf(`beginnings ${first}`));
    for (const size of sizes) {
      const distances = rankings.map((ranking) => runs.deviation(beginning(ranking, size)));
      const best = Math.min(...distances);
      const found = { ranking: rankings[distances.indexOf(best)]!, size };
      if (best <= enough) return found;
      if (best < least - runs.rounding) [nearest, least] = [found, best];
    }
  }
  return nearest;
}

/** All rows, with what has been run on them. */
interface WholeSearch extends RankOptions, FindOptions {
  readonly text: TextTower;
  readonly rows: readonly ScoredPair[];
  readonly runs: SetRuns;
}

export type Half = 1 | 2;

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

/** The name of the set that is the circuit of all rows but those of a frame. */
export function frameName(frame: string): string {
  return `chosen without frame ${frame}`;
}

/** Chooses a circuit without each frame, and runs those that are found on all rows. */
export async function chosenOnFrames(
  search: WholeSearch,
  frames: readonly string[],
): Promise<void> {
  const { rows, runs, greedy, keptOf } = search;
  const chosen: NodeSet[] = [];
  const frameOf = rows.map(({ scores }) => frameOfRow(scores));
  const shared = runs.part([...rows.keys()]); // most frames need the same sets
  for (const [number, frame] of frames.entries()) {
    const places = [...frameOf.keys()].filter((row) => frameOf[row] !== frame);
    if (places.every((row) => sizeOfD(rows[row]!.scores.d) === 0)) continue;
    const set = await chosenOn(search, places, {
      runs: shared.within(places),
      greedyPairs: greedy.pairs,
      kept: `frame ${number + 1}`,
      name: frameName(frame),
    });
    if (set !== undefined) chosen.push(set);
  }
  await runs.run(chosen, keptOf("frames"));
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
