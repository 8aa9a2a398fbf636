/** Sets of nodes, and those that test a circuit: it without each of its nodes, it and the model without some of them, and random circuits. */

import { allNodes, type Node, nodeName, type NodeSizes } from "../../tables/nodes.ts";
import { drawAlike, drawDistinct, seededRandom } from "../../stats/random.ts";

export interface NodeSet {
  readonly name: string;
  /** The places of its nodes among those of `allNodes`, from 0. */
  readonly nodes: readonly number[];
}

export interface ModelNodes {
  /** The nodes in the order of `allNodes`. */
  readonly nodes: readonly Node[];
  readonly names: readonly string[];
}

export function modelNodes(sizes: NodeSizes): ModelNodes {
  const nodes = allNodes(sizes);
  return { nodes, names: nodes.map(nodeName) };
}

export function placesOf(names: readonly string[], model: ModelNodes): number[] {
  return names.map((name) => model.names.indexOf(name));
}

/**
 * Numbers distinct sets in the order in which they first come. The empty set and that of all nodes have no number: no run is needed to know
 * that they score as the affirmative and as the negated sentence do.
 */
export class SetNumbers {
  readonly #ofKey: Map<string, number>;
  readonly #ofSet = new Map<NodeSet, number>();
  #size = 0;

  constructor(count: number) {
    this.#ofKey = new Map([
      [keyOf({ nodes: [] }), EMPTY],
      [keyOf({ nodes: [...Array(count).keys()] }), WHOLE],
    ]);
  }

  /** The same numbers, to which other sets can be added. */
  copy(): SetNumbers {
    const numbers = new SetNumbers(0);
    this.#ofKey.forEach((number, key) => numbers.#ofKey.set(key, number));
    numbers.#size = this.#size;
    return numbers;
  }

  add(sets: readonly NodeSet[]): NodeSet[] {
    return sets.filter((set) => {
      const key = keyOf(set);
      if (this.#ofKey.has(key)) return false;
      this.#ofKey.set(key, this.#size++);
      return true;
    });
  }

  /** What a set scores in a row. */
  scoreOf(set: NodeSet, { affirmative, negated, scores }: SetScores): number {
    let number = this.#ofSet.get(set);
    if (number === undefined) {
      number = this.#ofKey.get(keyOf(set))!;
      this.#ofSet.set(set, number);
    }
    if (number === EMPTY) return affirmative;
    return number === WHOLE ? negated : scores[number]!;
  }
}

/** Stand for the set without nodes and that of all nodes. */
const [EMPTY, WHOLE] = [-1, -2];

interface SetScores {
  /** The score of no node. */
  readonly affirmative: number;
  /** The score of all nodes. */
  readonly negated: number;
  /** Those of distinct sets, by number. */
  readonly scores: readonly number[];
}

/** The same for two lists of the same nodes. */
function keyOf({ nodes }: Pick<NodeSet, "nodes">): string {
  return [...new Set(nodes)].sort((a, b) => a - b).join();
}

export interface CircuitTests {
  readonly circuit: NodeSet;
  /** It without each node, in the order of its nodes. */
  readonly drops: readonly { readonly node: number; readonly set: NodeSet }[];
  /** It and the whole model without the same part of it, all parts different: each node is in a part with probability 1/2. */
  readonly subsets: readonly NodeSet[];
  /** Random circuits with as many heads in each block and as many MLPs, all different, none of them the circuit. */
  readonly random: readonly NodeSet[];
}

const MOST_PARTS = 10;

const MOST_CIRCUITS = 100;

/** A block has one MLP, so that all MLPs are one group: by block, random circuits could not differ in them. */
export function testsOf(nodes: readonly number[], sizes: NodeSizes, seed: number): CircuitTests {
  const model = modelNodes(sizes);
  const all = [...model.nodes.keys()];
  const without = (name: string, from: readonly number[], removed: readonly number[]): NodeSet => (
    { name, nodes: from.filter((node) => !removed.includes(node)) }
  );
  const kindOf = (node: number) => {
    const { kind, layer } = model.nodes[node]!;
    return kind === "head" ? `heads of block ${layer}` : "MLPs";
  };
  const [forParts, forCircuits] = [seededRandom(seed), seededRandom(seed)];
  const parts = drawn(() => nodes.filter(() => forParts.below(2) === 1), MOST_PARTS);
  const alike = () => drawAlike(nodes, all, { kindOf, random: forCircuits });
  return {
    circuit: { name: "circuit", nodes },
    drops: nodes.map((node) => (
      { node, set: without(`circuit without ${model.names[node]}`, nodes, [node]) }
    )),
    subsets: parts.flatMap((removed, i) => [
      without(`circuit without subset ${i + 1}`, nodes, removed),
      without(`model without subset ${i + 1}`, all, removed),
    ]),
    random: drawn(alike, MOST_CIRCUITS, nodes)
      .map((nodes, i) => ({ name: `random ${i + 1}`, nodes })),
  };
}

/** Different sets, the places of each in rising order: as many as there are, or as are wanted. */
function drawn(draw: () => readonly number[], count: number, circuit: readonly number[] = []) {
  const sorted = () => draw().toSorted((a, b) => a - b);
  return drawDistinct(sorted, { count, keyOf: String, excluded: [circuit] });
}

/** The most sets of the tests of a circuit. */
export function circuitTestRuns(size: number): number {
  return 1 + size + 2 * MOST_PARTS + MOST_CIRCUITS;
}

export function setsOfTests({ circuit, drops, subsets, random }: CircuitTests): NodeSet[] {
  return [circuit, ...drops.map(({ set }) => set), ...subsets, ...random];
}
