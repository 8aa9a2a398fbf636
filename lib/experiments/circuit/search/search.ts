/** The search for a circuit: nodes are ranked, a set is found that is faithful enough, and tested; the same on each half of the rows, and without each frame. */

import {
  circuitTestRuns,
  modelNodes,
  type NodeSet,
  setsOfTests,
  testsOf,
} from "../circuit_tests.ts";
import { scoreSingles, sentencePairs, SetRuns, type SingleRanking, Work } from "./run_sets.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import {
  type ChosenClusters,
  clusterOf,
  FEWEST_FRAMES,
  frameOfRow,
  framesOf,
} from "../../../study/clusters.ts";
import type { Embeddings } from "../../../study/embeddings.ts";
import type { Phase } from "../../../study/experiment/experiment.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { seededRandom } from "../../../stats/random.ts";
import { sizeOfD } from "../../../study/effects/noise.ts";
import { FRACTIONS } from "../faithfulness.ts";
import type { SearchChoice } from "../options.ts";
import { findCircuit, type FoundCircuit } from "./find.ts";
import {
  beginnings,
  greedyRuns,
  type Ranking,
  rankNodes,
  type SearchContext,
  singlesOf,
} from "./rank.ts";

/** What a search has run and found. */
export interface Search {
  readonly rankings: readonly Ranking[];
  /** All sets that were run, in their order. */
  readonly sets: readonly NodeSet[];
  /** The circuit that was found; absent if no set of up to half of the nodes that was run is faithful enough. */
  readonly circuit?: FoundCircuit;
  /** What is in one half, and held out together. */
  readonly heldOut: ChosenClusters;
}

/** What a search measures for a row. */
export interface SearchedRow {
  /** What was run and found, the same for all rows. */
  readonly search: Search;
  /** S with each distinct set of nodes, in the order of the sets' first appearance. */
  readonly scores: readonly number[];
  /** S with each single node changed, by the way of ranking that it is for. */
  readonly single: Readonly<Partial<Record<SingleRanking, readonly number[]>>>;
  /** The half that the row is in; absent if there is only one sentence pair, or noun. */
  readonly half?: Half;
}

interface SearchOptions extends Phase, SearchChoice {
  readonly images: Embeddings;
  readonly heldOut: ChosenClusters;
}

/** Searches a circuit with {@linkcode findCircuit}, on all rows, on each half and without each frame, and runs the sets that test it. */
export async function searchCircuit(
  text: TextTower,
  rows: readonly ScoredPair[],
  { progress, heldOut, kept, ...options }: SearchOptions,
): Promise<SearchedRow[]> {
  const { ranking: names, seed } = options;
  const frames = heldOutFrames(rows);
  const model = modelNodes(text.tower.shape);
  const count = model.nodes.length;
  const pairs = sentencePairs(rows);
  const singles = singlesOf(names);
  const greedy = Math.min(options.greedy, pairs);
  const half = Math.floor(count / 2);
  const sought = pairs * (names.length * half + count) + // beginnings, and a change of one node
    (names.includes("greedy") ? greedyRuns(count, greedy) : 0);
  const others = singles.length * count + names.length * FRACTIONS.length +
    circuitTestRuns(half) + 2 * half;
  const work = new Work(progress, pairs * others + sought * (2 + frames.length));
  const keptOf = (part: string) => part === "" ? kept : options.keptOf(part);
  const context = { ...options, keptOf, text, work, greedy };
  const single = await scoreSingles(rows, singles, context);
  const rankings = await rankNodes(rows, single, context);
  const runs = new SetRuns(rows, context);
  await runs.run(rankings.flatMap(beginnings), "curve");
  const circuit = await findCircuit(runs, rankings, context);
  const halves = halvesOf(rows, seed, heldOut);
  let search: Search = { rankings, sets: runs.sets, heldOut };
  if (circuit !== undefined) {
    const whole = { ...context, rows, runs, single };
    if (halves !== undefined) await chooseOnHalves(whole, halves);
    if (frames.length > 0) await chooseOnFrames(whole, frames);
    await runs.run(setsOfTests(testsOf(circuit.nodes, text.tower.shape, seed)), "tests");
    search = { ...search, sets: runs.sets, circuit };
  }
  return rows.map((_, row) => ({
    search,
    scores: runs.scores[row]!,
    single: Object.fromEntries(
      singles.map((name, i) => [name, single[row]!.slice(i * count, (i + 1) * count)]),
    ),
    ...(halves && { half: halves[row]! }),
  }));
}

type Half = 1 | 2;

/**
 * Draws the half of each row: rows of a sentence pair, or of a subject noun, are in the same one. The first half gets what is drawn until it
 * has half of the sentence pairs. Undefined if there is only one sentence pair, or noun.
 */
export function halvesOf(
  rows: readonly ScoredPair[],
  seed: number,
  by: ChosenClusters,
): Half[] | undefined {
  const groups = rows.map(({ scores, aligned }) =>
    by === "noun" ? clusterOf(scores, by) : aligned.key
  );
  const groupOf = new Map(rows.map(({ aligned }, row) => [aligned.key, groups[row]!]));
  const pairs = Map.groupBy(groupOf.keys(), (key) => groupOf.get(key)!);
  const drawn = seededRandom(seed).shuffle([...pairs.keys()].sort());
  if (drawn.length < 2) return undefined;
  const whole = [...pairs.values()].reduce((sum, { length }) => sum + length, 0);
  const first = new Set<string>();
  let size = 0;
  for (const group of drawn.slice(0, -1)) {
    if (size >= whole / 2) break;
    first.add(group);
    size += pairs.get(group)!.length;
  }
  return groups.map((group) => first.has(group) ? 1 : 2);
}

/** All rows, with what has been run on them. */
interface WholeSearch extends SearchContext {
  readonly rows: readonly ScoredPair[];
  readonly runs: SetRuns;
  readonly single: readonly (readonly number[])[];
}

/** The name of the set that is the circuit of a half. */
export function halfName(half: Half): string {
  return `chosen on half ${half}`;
}

/** Chooses a circuit on each half, and runs both on all rows; neither if one of the halves has none. */
async function chooseOnHalves(search: WholeSearch, halves: readonly Half[]): Promise<void> {
  const chosen: NodeSet[] = [];
  for (const half of [1, 2] as const) {
    const places = [...halves.keys()].filter((row) => halves[row] === half);
    const greedy = Math.ceil(search.greedy / 2);
    const part = { ...partOf(search, `half ${half}`), greedy };
    const found = await chosenOn(part, places, search.runs.part(places, part));
    if (found === undefined) return;
    chosen.push({ name: halfName(half), nodes: found.nodes });
  }
  await search.runs.run(chosen, "halves");
}

/** The frames that are held out one after the other; none if too few have enough rows. */
function heldOutFrames(rows: readonly ScoredPair[]): readonly string[] {
  const frames = framesOf(rows.map(({ scores }) => scores));
  return frames.length < FEWEST_FRAMES ? [] : frames;
}

/** The name of the set that is the circuit of all rows but those of a frame. */
export function frameName(frame: string): string {
  return `chosen without frame ${frame}`;
}

/** Chooses a circuit without each frame, and runs those that are found on all rows. */
async function chooseOnFrames(search: WholeSearch, frames: readonly string[]): Promise<void> {
  const { rows, runs } = search;
  const chosen: NodeSet[] = [];
  const shared = runs.part([...rows.keys()], search); // most frames need the same sets
  for (const [number, frame] of frames.entries()) {
    const places = [...rows.keys()].filter((row) => frameOfRow(rows[row]!.scores) !== frame);
    if (places.every((row) => sizeOfD(rows[row]!.scores.d) === 0)) continue;
    const part = partOf(search, `frame ${number + 1}`);
    const found = await chosenOn(part, places, shared.within(places, part));
    if (found !== undefined) chosen.push({ name: frameName(frame), nodes: found.nodes });
  }
  await runs.run(chosen, "frames");
}

/** The same search, whose scores are kept under names of their own. */
function partOf(search: WholeSearch, name: string): WholeSearch {
  return { ...search, keptOf: (part) => search.keptOf(`${name} ${part}`) };
}

/** Ranks the nodes on some rows, by their places among all, and finds a circuit there as on all of them. */
async function chosenOn(
  search: WholeSearch,
  places: readonly number[],
  runs: SetRuns,
): Promise<FoundCircuit | undefined> {
  const { rows, single } = search;
  const rankings = await rankNodes(
    places.map((row) => rows[row]!),
    places.map((row) => single[row]!),
    search,
  );
  return await findCircuit(runs, rankings, search);
}
