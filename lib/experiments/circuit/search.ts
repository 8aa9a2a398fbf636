/** The search for a circuit: nodes are ranked, a set is found that is faithful enough, and tested; the same on each half of the rows. */

import { sumOf } from "../../stats/columns.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import { inParts, oncePerPair, placedFrom } from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { allNodes } from "../../tables/nodes.ts";
import {
  addNodes,
  outputWeights,
  pairGroups,
  sentencePairs,
  swappedRun,
  type Work,
} from "../nodes/pair_runs.ts";
import { halfName, modelNodes, type NodeSet, SetScores, setsOfTests } from "./circuit_run.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import { deviation, FRACTIONS, nodesOf, roundingOf, singleEffects } from "./faithfulness.ts";
import { signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { SearchChoice } from "./options.ts";
import { type ChosenClusters, clusterOf } from "../../study/clusters.ts";
import { seededRandom } from "../../stats/random.ts";

/** What rows are scored with, and where results and progress go. */
export interface RunContext {
  readonly text: TextTower;
  readonly images: Embeddings;
  readonly keptOf: Phase["keptOf"];
  readonly work: Work;
}

const PAIRS_AT_ONCE = 32;

/**
 * Scores every row with each single node changed, for each way of ranking nodes, `direct` as the last:
 * denoise: the affirmative sentence, in which the node has the values of the negated run, at all positions;
 * noise: the negated sentence, in which it has those of the affirmative run;
 * direct: the affirmative sentence, with what the node changes in the last residual vector at the end token.
 */
export async function scoreSingles(
  rows: readonly ScoredPair[],
  rankings: readonly RankingName[],
  { text, images, keptOf, work }: RunContext,
): Promise<SingleScores[]> {
  const nodes = allNodes(text.tower.shape);
  const runs = rankings.filter((ranking) => ranking !== "direct").flatMap((ranking) =>
    nodes.map((node) => swappedRun(ranking === "denoise" ? "affirmative" : "negated", [node]))
  );
  const weights = rankings.includes("direct") ? await outputWeights(text) : undefined;
  const count = rankings.length * nodes.length;
  const made = await oncePerPair(rows, {
    ...{ text, images, kept: keptOf(""), progress: work.begin(count * sentencePairs(rows)) },
    sizeOf: () => count,
    run: (pairs) =>
      inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
        yield* runChanges(text, pairGroups(part, () => runs));
        if (weights) yield* placedFrom(runs.length, addNodes(text, part, weights));
      }),
  });
  return made.map((scores) =>
    Object.fromEntries(rankings.map((name, i) => {
      const start = i * nodes.length;
      return [name, scores.slice(start, start + nodes.length)];
    }))
  );
}

export class SetRuns {
  readonly #rows: readonly ScoredPair[];
  readonly #context: RunContext;
  /** The rounding error of a deviation. */
  readonly rounding: number;
  readonly #sets = new Map<string, NodeSet>();
  /** S of the rows with each set that was run. */
  readonly scores: SetScores;

  /** Takes the scores of sets that were run on more rows. */
  constructor(rows: readonly ScoredPair[], context: RunContext, known?: SetScores) {
    this.#rows = rows;
    this.#context = context;
    const scores = rows.map(({ scores }) => scores);
    this.rounding = roundingOf(scores);
    this.scores = known ?? new SetScores(scores, allNodes(context.text.tower.shape).length);
  }

  /** All sets by different names, in the order in which they were first given. */
  get sets(): readonly NodeSet[] {
    return [...this.#sets.values()];
  }

  /** Scores every row with each set: the negated sentence runs, and each node outside the set has the values of the affirmative run. */
  async run(sets: readonly NodeSet[], part: string): Promise<void> {
    for (const set of sets) this.#sets.getOrInsert(set.name, set);
    const fresh = this.scores.missing(sets);
    if (fresh.length === 0) return;
    const { text, images, keptOf, work } = this.#context;
    const nodes = allNodes(text.tower.shape);
    const runs = fresh.map((set) => {
      const kept = new Set(set.nodes);
      return swappedRun("negated", nodes.filter((_, place) => !kept.has(place)));
    });
    const made = await oncePerPair(this.#rows, {
      ...{ text, images, kept: keptOf(part) },
      progress: work.begin(runs.length * sentencePairs(this.#rows)),
      sizeOf: () => runs.length,
      run: (pairs) => runChanges(text, pairGroups(pairs, () => runs)),
    });
    fresh.forEach((set, i) => this.scores.add(set, made.map((ofRow) => ofRow[i]!)));
  }

  /** The largest |1 - faithfulness| of a set that was run, of all rows and of each negated side. */
  deviation(set: NodeSet): number {
    return deviation(this.#rows.map(({ scores }) => scores), this.scores.of(set));
  }

  /** The first of the sets whose deviation is the least but for rounding. */
  nearest(sets: readonly NodeSet[]): NodeSet | undefined {
    const distances = sets.map((set) => this.deviation(set));
    const least = Math.min(...distances) + this.rounding;
    return sets[distances.findIndex((distance) => distance <= least)];
  }
}

/** A way of ranking nodes, by a run for each. */
export type RankingName = "denoise" | "noise" | "direct";

export const RANKINGS: readonly RankingName[] = ["denoise", "noise", "direct"];

export interface Ranking {
  readonly name: RankingName;
  /** The places of all nodes, first the one that counts most, whether it adds to d or takes away from it. */
  readonly order: readonly number[];
}

/** Ranks the nodes on some rows, in the order of the names. */
export function rankNodes(
  rows: readonly ScoredPair[],
  single: readonly SingleScores[],
  names: readonly RankingName[],
): Ranking[] {
  return names.map((name) => {
    const effects = rows.map(({ scores }, i) => singleEffects(scores, name, single[i]![name]!));
    return { name, order: bySingles(rows, effects) };
  });
}

/** S of a row with each single node changed, by the way of ranking. */
export type SingleScores = Readonly<Partial<Record<RankingName, readonly number[]>>>;

/** Shares of d that differ by less are tied: they are sums of scores in float32, whose last digits say nothing of a node. */
const TIED = 1e-4;

/**
 * The order of the nodes by the size of the sum of their effects in the direction of d, as a share of the sum of |d|, the largest first: a
 * node that takes away from d counts as much as one that adds to it, as in the code of MIB (2504.13151). Tied nodes keep their order.
 */
function bySingles(rows: readonly ScoredPair[], effects: readonly (readonly number[])[]): number[] {
  const whole = sumOf(rows.map(({ scores }) => sizeOfD(scores.d)));
  const signs = rows.map(({ scores }) => signOfD(scores.d));
  const steps = effects[0]!.map((_, node) => {
    const share = sumOf(effects.map((ofRow, row) => signs[row]! * ofRow[node]!)) / whole;
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

export interface FoundCircuit {
  /** The ranking with whose beginning the search began. */
  readonly ranking: RankingName;
  /** The number of nodes of that beginning. */
  readonly start: number;
  /** The places of the circuit's nodes: those of the beginning, unless nodes were dropped or added. */
  readonly nodes: readonly number[];
}

export const MOST_CHANGES = 32;

/** The name that the set at the end of a search has besides its own if it was the most changes that ended the search. */
export const LIMIT_NAME = "after the most changes";

/** The name of the set that comes nearest to 1 where none is enough. */
export const NEAREST_NAME = "nearest";

/**
 * Finds a circuit of up to half of the nodes. While no set is enough, each node is dropped and each other one added by itself, and the
 * search goes on from the set with the least deviation, as long as this is less than before. Once a set is enough, nodes are dropped as
 * long as it stays so, each time the one without which the deviation is least; of several, the last of the ranking. Undefined if no set
 * that was run is enough.
 */
export async function findCircuit(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { faithfulness, text }: Pick<SearchChoice, "faithfulness"> & Pick<RunContext, "text">,
  mostChanges = MOST_CHANGES,
): Promise<FoundCircuit | undefined> {
  const { names } = modelNodes(text.tower.shape);
  const half = Math.floor(names.length / 2);
  const enough = 1 - faithfulness + runs.rounding;
  const { ranking: { name, order }, set } = await shortest(runs, rankings, { half, enough });
  let now = set;
  for (let change = 1; change <= mostChanges; change++) {
    const before = runs.deviation(now);
    const isEnough = before <= enough;
    const { nodes } = now;
    const dropped = nodes.length > 1 ? order.toReversed().filter((one) => nodes.includes(one)) : [];
    const isAdding = !isEnough && nodes.length < half;
    const added = isAdding ? order.filter((node) => !nodes.includes(node)) : [];
    const next = [
      ...dropped.map((node) => (
        { name: `${now.name} without ${names[node]}`, nodes: nodes.filter((one) => one !== node) }
      )),
      ...added.map((node) => (
        { name: `${now.name} with ${names[node]}`, nodes: [...nodes, node] }
      )),
    ];
    await runs.run(next, `change ${change}`);
    const best = runs.nearest(next);
    if (best === undefined) break;
    if (runs.deviation(best) > (isEnough ? enough : before - runs.rounding)) break;
    now = best;
    if (change === mostChanges) await runs.run([{ ...now, name: LIMIT_NAME }], LIMIT_NAME);
  }
  if (runs.deviation(now) > enough) {
    await runs.run([{ ...now, name: NEAREST_NAME }], NEAREST_NAME);
    return undefined;
  }
  return { ranking: name, start: set.nodes.length, nodes: now.nodes };
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
  { half, enough }: { readonly half: number; readonly enough: number },
): Promise<{ readonly ranking: Ranking; readonly set: NodeSet }> {
  const ofSize = (size: number) =>
    rankings.map((ranking) => ({ ranking, set: beginning(ranking, size) }));
  let [nearest, least] = [ofSize(1)[0]!, Infinity];
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const count = Math.min(SIZES_AT_ONCE, half - first + 1);
    const sizes = Array.from({ length: count }, (_, i) => ofSize(first + i));
    await runs.run(sizes.flat().map(({ set }) => set), `beginnings ${first}`);
    for (const found of sizes) {
      const distances = found.map(({ set }) => runs.deviation(set));
      const best = Math.min(...distances);
      const own = found[distances.indexOf(best)]!;
      if (best <= enough) return own;
      if (best < least - runs.rounding) [nearest, least] = [own, best];
    }
  }
  return nearest;
}

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
  readonly half?: 1 | 2;
}

/** Searches a circuit with {@linkcode findCircuit}, on all rows and on each half, and runs the sets that test it. */
export async function searchCircuit(
  rows: readonly ScoredPair[],
  { heldOut, kept, ...options }: Omit<Phase, "progress"> & SearchChoice & RunContext & {
    readonly heldOut: ChosenClusters;
  },
): Promise<SearchedRow[]> {
  const { ranking: names, seed, text, work } = options;
  const model = modelNodes(text.tower.shape);
  const sets = 3 * (names.length + 1) * model.nodes.length; // about as many on all rows and on the halves
  work.estimate = sentencePairs(rows) * sets;
  const keptOf = (part: string) => part === "" ? kept : options.keptOf(part);
  const context = { ...options, keptOf };
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
      const some = places.map((row) => rows[row]!);
      const ranked = rankNodes(some, places.map((row) => single[row]!), names);
      const keptOf = (part: string) => options.keptOf(`half ${half} ${part}`);
      const own = new SetRuns(some, { ...context, keptOf }, runs.scores.only(places));
      const found = await findCircuit(own, ranked, context);
      if (found === undefined) break;
      chosen.push({ name: halfName(half), nodes: found.nodes });
    }
    if (chosen.length === 2) await runs.run(chosen, "halves");
    await runs.run(setsOfTests(circuit.nodes, text.tower.shape, seed), "tests");
    search = { ...search, sets: runs.sets, circuit };
  }
  const scores = runs.scores.byRow;
  return rows.map((_, row) => ({
    search,
    scores: scores[row]!,
    single: single[row]!,
    ...(halves && { half: halves[row]! }),
  }));
}

/**
 * Draws the half of each row: rows of a sentence pair, or of a subject noun, are in the same one. The first half gets what is drawn until it
 * has half of the sentence pairs. Undefined if there is only one sentence pair, or noun.
 */
export function halvesOf(
  rows: readonly ScoredPair[],
  seed: number,
  by: ChosenClusters,
): (1 | 2)[] | undefined {
  const groups = rows.map(({ scores, aligned }) =>
    by === "noun" ? clusterOf(scores, by) : aligned.key
  );
  const groupOf = new Map(rows.map(({ aligned }, row) => [aligned.key, groups[row]!]));
  const pairs = Map.groupBy(groupOf.keys(), (key) => groupOf.get(key)!);
  const drawn = seededRandom(seed).shuffle([...pairs.keys()].sort());
  if (drawn.length < 2) return undefined;
  const whole = sumOf([...pairs.values()].map(({ length }) => length));
  const first = new Set<string>();
  let size = 0;
  for (const group of drawn.slice(0, -1)) {
    if (size >= whole / 2) break;
    first.add(group);
    size += pairs.get(group)!.length;
  }
  return groups.map((group) => first.has(group) ? 1 : 2);
}
