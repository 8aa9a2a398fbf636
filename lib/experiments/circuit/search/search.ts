/** The search for a circuit: nodes are ranked, a set is found that is faithful enough, and tested. */

import type { KeptRows } from "../../../study/rows/once_per_group.ts";
import { MOST_OF_NONE } from "../../../study/effects/named_shares.ts";
import {
  circuitTestRuns,
  type ModelNodes,
  modelNodes,
  type NodeSet,
  setsOfTests,
  testsOf,
} from "../circuit_tests.ts";
import { scoreSingles, sentencePairs, SetRuns, type SingleRanking, Work } from "./run_sets.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import type { ChosenClusters } from "../../../study/clusters.ts";
import type { Embeddings } from "../../../study/embeddings.ts";
import type { Phase } from "../../../study/experiment/experiment.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { FRACTIONS, mostDeviation } from "../faithfulness.ts";
import type { SearchChoice } from "../options.ts";
import {
  chosenOnFrames,
  chosenOnHalves,
  findCircuit,
  type FoundCircuit,
  type Half,
  halvesOf,
  heldOutFrames,
} from "./find.ts";
import { beginnings, greedyRuns, type Ranking, rankNodes, singlesOf } from "./rank.ts";

/** A place of a node in the circuit, and that of one outside with which in its place the circuit is enough. */
interface StandIn {
  readonly node: number;
  readonly by: number;
}

/** The most runs with another node in place of one of the circuit. */
const MOST_SWAPS = 40;

/**
 * Looks for stand-ins of the nodes that the circuit needs and the whole model does not: without such a node the model stays nearer to 1 by
 * more than half of what the circuit loses. Nodes of its kind outside the circuit are tried in the order of the ranking.
 */
export async function findStandIns(
  runs: SetRuns,
  { nodes: circuit, order, enough, model: { nodes, names }, kept }: {
    readonly nodes: readonly number[];
    readonly order: readonly number[];
    /** The largest deviation of a circuit. */
    readonly enough: number;
    readonly model: ModelNodes;
    readonly kept: (part: string) => KeptRows;
  },
): Promise<StandIn[]> {
  const without = circuit.map((node) => ({
    node,
    circuit: named(`circuit without ${names[node]}`, circuit.filter((one) => one !== node)),
    model: named(`model without ${names[node]}`, order.filter((one) => one !== node)),
  }));
  await runs.run(without.flatMap(({ circuit, model }) => [circuit, model]), kept("without"));
  const whole = runs.deviation({ name: "circuit", nodes: circuit });
  const swaps = without.flatMap(({ node, circuit: left, model }) => {
    const loss = runs.deviation(left) - whole;
    if (loss < MOST_OF_NONE || runs.deviation(model) > loss / 2) return [];
    return order.filter((by) => !circuit.includes(by) && nodes[by]!.kind === nodes[node]!.kind)
      .map((by) => ({
        ...{ node, by, most: Math.min(enough, whole + loss / 2) },
        set: named(`circuit with ${names[by]} for ${names[node]}`, [...left.nodes, by]),
      }));
  }).slice(0, MOST_SWAPS);
  await runs.run(swaps.map(({ set }) => set), kept("swaps"));
  return swaps.filter(({ set, most }) => runs.deviation(set) <= most)
    .map(({ node, by }) => ({ node, by }));
}

function named(name: string, nodes: readonly number[]): NodeSet {
  return { name, nodes };
}

/** What a search has run and found. */
export interface Search {
  readonly rankings: readonly Ranking[];
  /** All sets that were run, in their order. */
  readonly sets: readonly NodeSet[];
  /** The circuit that was found; absent if no set of up to half of the nodes that was run is faithful enough. */
  readonly circuit?: FoundCircuit;
  /** Nodes outside the circuit that can take the place of one of its nodes; absent without one. */
  readonly standIns?: readonly StandIn[];
  /** What is in one half, and held out together. */
  readonly heldOut: ChosenClusters;
  /** The circuits that were chosen on each half of the rows, among the sets; absent unless both halves have one. */
  readonly chosenOnHalves?: readonly [NodeSet, NodeSet] | undefined;
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
  options: SearchOptions,
): Promise<SearchedRow[]> {
  const { rankings: names, bound, images, kept, keptOf, seed, heldOut } = options;
  const frames = heldOutFrames(rows);
  const sizes = text.tower.shape;
  const model = modelNodes(sizes);
  const { names: nodeNames } = model;
  const count = nodeNames.length;
  const pairs = sentencePairs(rows);
  const singles = singlesOf(names);
  const greedyPairs = Math.min(options.greedyPairs, pairs);
  const half = Math.floor(count / 2);
  const greedyAll = names.includes("greedy") ? greedyRuns(count, greedyPairs) : 0;
  const ofSingles = pairs * singles.length * count;
  const sought = pairs * (names.length * half + count); // beginnings, and a change of one node
  const tests = pairs * (names.length * FRACTIONS.length + circuitTestRuns(half) + 2 * half);
  const work = new Work(
    options.progress,
    ofSingles + tests + (sought + greedyAll) * (2 + frames.length),
  );
  const progress = work.begin(ofSingles);
  const single = await scoreSingles(text, rows, singles, { images, kept, progress });
  const greedy = { pairs: greedyPairs, seed, images, keptOf, work };
  const rankings = await rankNodes(text, rows, { names, single, greedy });
  const runs = new SetRuns(text, rows, { images, work });
  await runs.run(rankings.flatMap(beginnings), keptOf("curve"));
  const find = { half, bound, keptOf, nodeNames };
  const circuit = await findCircuit(runs, rankings, find);
  const halves = halvesOf(rows, seed, heldOut);
  let search: Search = { rankings, sets: runs.sets, heldOut };
  if (circuit !== undefined) {
    const whole = { text, rows, runs, single, names, greedy, ...find };
    const onHalves = halves && await chosenOnHalves(whole, halves);
    if (frames.length > 0) await chosenOnFrames(whole, frames);
    await runs.run(setsOfTests(testsOf(circuit.nodes, sizes, seed)), keptOf("tests"));
    const standIns = await findStandIns(runs, {
      nodes: circuit.nodes,
      order: rankings.find(({ name }) => name === circuit.ranking)!.order,
      enough: mostDeviation(bound, runs.rounding),
      model,
      kept: (part) => keptOf(`stand-ins ${part}`),
    });
    search = { ...search, circuit, standIns, ...(onHalves && { chosenOnHalves: onHalves }) };
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
