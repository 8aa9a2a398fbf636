/** The search for a circuit: nodes are ranked, and the shortest beginning of a ranking is found that is faithful enough. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { ScoredPair } from "../../../subject/score_rows.ts";
import { allNodes } from "../../nodes/node.ts";
import type { Embeddings } from "../../../subject/embeddings/embed.ts";
import type { Phase } from "../../experiment.ts";
import { circuitTestRuns, setsOfTests, testsOf } from "../circuit_tests.ts";
import { endsOf, FRACTIONS, nodesOf } from "../faithfulness.ts";
import { greedyOrder, greedyRuns } from "./greedy.ts";
import type { NodeSet } from "../node_sets.ts";
import { sentencePairs, SetRuns, Work } from "./run_sets.ts";
import { scoreSingles, type SingleRanking } from "./scored_runs.ts";

/** A way of ranking nodes. */
export type RankingName = SingleRanking | "greedy";

/** All ways. */
export const RANKINGS: readonly RankingName[] = ["denoise", "noise", "direct", "greedy"];

/** The nodes in the order of a ranking. */
export interface Ranking {
  /** The way of ranking. */
  readonly name: RankingName;
  /** The places of all nodes, first the one that counts most. */
  readonly order: readonly number[];
}

/** What a search has run and found. */
export interface Search {
  /** The rankings. */
  readonly rankings: readonly Ranking[];
  /** All sets that were run, in their order. */
  readonly sets: readonly NodeSet[];
  /** The circuit that was found; absent if no set of up to half of the nodes is faithful enough. */
  readonly circuit?: {
    /** The ranking whose beginning it is. */
    readonly ranking: RankingName;
    /** The places of its nodes. */
    readonly nodes: readonly number[];
  };
}

/** The scores of a search's runs. */
export interface SearchedRows {
  /** What was run and found. */
  readonly search: Search;
  /** The way of ranking of each group of single scores. */
  readonly singles: readonly SingleRanking[];
  /** For each row S with each single node changed, one way of ranking after the other. */
  readonly single: readonly (readonly number[])[];
  /** For each row S with each distinct set of nodes, in the order of their first appearance. */
  readonly scores: readonly (readonly number[])[];
}

/** How a circuit is searched. */
export interface SearchOptions extends Phase {
  /** The ways of ranking. */
  readonly rankings: readonly RankingName[];
  /** The faithfulness that is enough. */
  readonly bound: number;
  /** The most sentence pairs of the greedy ranking. */
  readonly greedyPairs: number;
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
}

/** The sizes of beginnings that are run at once. */
const SIZES_AT_ONCE = 8;

/**
 * Searches a circuit: the shortest beginning of a ranking whose faithfulness reaches the bound. All shorter ones are run; of two as short the
 * more faithful one counts.
 *
 * @param text The text tower.
 * @param rows The rows with their sentence pairs, at least one.
 * @param options How it is searched.
 */
export async function searchCircuit(
  text: TextTower,
  rows: readonly ScoredPair[],
  options: SearchOptions,
): Promise<SearchedRows> {
  const { rankings: names, bound, images, kept, keptOf, seed } = options;
  const sizes = text.tower.shape;
  const count = allNodes(sizes).length;
  const pairs = sentencePairs(rows);
  const singles = singlesOf(names);
  const greedyPairs = Math.min(options.greedyPairs, pairs);
  const half = Math.floor(count / 2);
  const points = FRACTIONS.map((fraction) => nodesOf(fraction, count));
  const later = {
    tests: pairs * circuitTestRuns(half),
    prefixes: pairs * names.length * half,
    curve: pairs * names.length * points.length,
    greedy: names.includes("greedy") ? greedyRuns(count, greedyPairs) : 0,
  };
  const work = new Work(
    options.progress,
    pairs * singles.length * count + later.greedy + later.curve + later.prefixes + later.tests,
  );
  const progress = work.begin(pairs * singles.length * count);
  const single = await scoreSingles(text, rows, singles, { images, kept, progress });
  const rankings: Ranking[] = [];
  for (const name of names) {
    const by = name === "greedy" ? "denoise" : name;
    const start = singles.indexOf(by) * count;
    const order = bySingles(
      rows,
      rows.map((row, i) => singleEffects(row, by, single[i]!.slice(start, start + count))),
    );
    const how = { pairs: greedyPairs, order, seed, images, keptOf, work };
    rankings.push({ name, order: name === "greedy" ? await greedyOrder(text, rows, how) : order });
  }
  work.remains(later.curve + later.prefixes + later.tests);
  const runs = new SetRuns(text, rows, { images, work });
  await runs.run(
    rankings.flatMap((own) => points.map((size) => beginning(own, size))),
    keptOf("curve"),
  );
  const circuit = await shortest(runs, rankings, { half, bound, keptOf });
  work.remains(later.tests);
  if (circuit !== undefined) {
    await runs.run(setsOfTests(testsOf(circuit.nodes, sizes, seed)), keptOf("tests"));
  }
  const search = { rankings, sets: runs.sets, ...(circuit && { circuit }) };
  return { search, singles, single, scores: runs.scores };
}

/** The ways of ranking that need a run for each node. */
export function singlesOf(names: readonly RankingName[]): SingleRanking[] {
  const needed = new Set(names.map((name) => name === "greedy" ? "denoise" : name));
  return RANKINGS.filter((name): name is SingleRanking => name !== "greedy" && needed.has(name));
}

/**
 * The effects of single nodes on a row, as parts of its d: what they bring about alone (denoise, direct), or what is lost without them (noise).
 *
 * @param row The row's scores.
 * @param ranking The way of ranking.
 * @param scores S with each node changed.
 */
export function singleEffects(
  { scores: own }: Pick<ScoredPair, "scores">,
  ranking: SingleRanking,
  scores: readonly number[],
): number[] {
  const { sign, affirmative, negated } = endsOf(own);
  return scores.map((score) =>
    sign * (ranking === "noise" ? negated - score : score - affirmative)
  );
}

/** The order of the nodes by the sum of their effects, as a share of the sum of d; nodes alike keep their order. */
function bySingles(
  rows: readonly ScoredPair[],
  effects: readonly (readonly number[])[],
): number[] {
  const d = rows.reduce((sum, { scores }) => sum + scores.d, 0);
  const shares = effects[0]!.map((_, node) =>
    effects.reduce((sum, own) => sum + own[node]!, 0) / d
  );
  return [...shares.keys()].sort((a, b) => shares[b]! - shares[a]! || a - b);
}

/** The shortest beginning of a ranking that reaches the bound, with up to half of the nodes. */
async function shortest(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { half, bound, keptOf }: {
    readonly half: number;
    readonly bound: number;
    readonly keptOf: Phase["keptOf"];
  },
): Promise<Search["circuit"]> {
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const sizes = Array.from(
      { length: Math.min(SIZES_AT_ONCE, half - first + 1) },
      (_, i) => first + i,
    );
    const sets = sizes.map((size) => rankings.map((ranking) => beginning(ranking, size)));
    await runs.run(sets.flat(), keptOf(`beginnings ${first}`));
    for (const ofSize of sets) {
      const reached = ofSize.map((set) => runs.faithfulness(set));
      const best = reached.reduce((most, f) => Math.max(most, f), -Infinity);
      if (best < bound) continue;
      const place = reached.indexOf(best);
      return { ranking: rankings[place]!.name, nodes: ofSize[place]!.nodes };
    }
  }
  return undefined;
}

/** The first nodes of a ranking, as a set. */
export function beginning({ name, order }: Ranking, size: number): NodeSet {
  return { name: `${name} ${size}`, nodes: order.slice(0, size) };
}
