/** The search for a circuit: nodes are ranked, a set is found that is faithful enough, and tested; the same on each half of the rows. */

import { modelNodes, type NodeSet, setsOfTests, testsOf } from "../circuit_tests.ts";
import { type RunContext, scoreSingles, sentencePairs, SetRuns, Work } from "./run_sets.ts";
import { type ChosenClusters, clusterOf } from "../../../study/clusters.ts";
import type { Phase } from "../../../study/experiment/experiment.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { seededRandom } from "../../../stats/random.ts";
import type { SearchChoice } from "../options.ts";
import {
  beginnings,
  findCircuit,
  type FoundCircuit,
  type Ranking,
  RANKINGS,
  rankNodes,
  type SingleScores,
} from "./find.ts";

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
  readonly single: SingleScores;
  /** The half that the row is in; absent if there is only one sentence pair, or noun. */
  readonly half?: Half;
}

type SearchOptions =
  & Phase
  & SearchChoice
  & Pick<RunContext, "text" | "images">
  & { readonly heldOut: ChosenClusters };

/** Searches a circuit with {@linkcode findCircuit}, on all rows and on each half, and runs the sets that test it. */
export async function searchCircuit(
  rows: readonly ScoredPair[],
  { progress, heldOut, kept, ...options }: SearchOptions,
): Promise<SearchedRow[]> {
  const { ranking: names, seed, text } = options;
  const model = modelNodes(text.tower.shape);
  const sets = 3 * (names.length + 1) * model.nodes.length; // about as many on all rows and on the halves
  const work = new Work(progress, sentencePairs(rows) * sets);
  const keptOf = (part: string) => part === "" ? kept : options.keptOf(part);
  const context = { ...options, keptOf, work };
  const single = await scoreSingles(rows, RANKINGS.filter((name) => names.includes(name)), context);
  const rankings = rankNodes(rows, single, names);
  const runs = new SetRuns(rows, context);
  await runs.run(rankings.flatMap(beginnings), "curve");
  const circuit = await findCircuit(runs, rankings, context);
  const halves = halvesOf(rows, seed, heldOut);
  let search: Search = { rankings, sets: runs.sets, heldOut };
  if (circuit !== undefined) {
    const chosen: NodeSet[] = []; // of each half; none if one of them has none
    for (const half of halves === undefined ? [] : [1, 2] as const) {
      const places = [...rows.keys()].filter((row) => halves![row] === half);
      const ranked = rankNodes(places.map((i) => rows[i]!), places.map((i) => single[i]!), names);
      const own = {
        ...context,
        keptOf: (part: string) => options.keptOf(`half ${half} ${part}`),
      };
      const found = await findCircuit(runs.part(places, own), ranked, context);
      if (found === undefined) break;
      chosen.push({ name: halfName(half), nodes: found.nodes });
    }
    if (chosen.length === 2) await runs.run(chosen, "halves");
    await runs.run(setsOfTests(testsOf(circuit.nodes, text.tower.shape, seed)), "tests");
    search = { ...search, sets: runs.sets, circuit };
  }
  return rows.map((_, row) => ({
    search,
    scores: runs.scores[row]!,
    single: single[row]!,
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

/** The name of the set that is the circuit of a half. */
export function halfName(half: Half): string {
  return `chosen on half ${half}`;
}
