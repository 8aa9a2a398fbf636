/** The sets that test a circuit: it without each of its nodes, it and the model without some of them, and random circuits. */

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
  /** It and the whole model without the same part of it, all parts different. */
  readonly subsets: readonly {
    readonly removed: readonly number[];
    readonly circuit: NodeSet;
    readonly model: NodeSet;
  }[];
  /** Random circuits with as many heads in each block and as many MLPs, all different, none of them the circuit. */
  readonly random: readonly NodeSet[];
}

export function testsOf(nodes: readonly number[], sizes: NodeSizes, seed: number): CircuitTests {
  const { names } = modelNodes(sizes);
  const without = (from: readonly number[], removed: readonly number[]) =>
    from.filter((node) => !removed.includes(node));
  const subsets = partsOf(nodes, seed).map((removed, i) => ({
    removed,
    circuit: { name: `circuit without subset ${i + 1}`, nodes: without(nodes, removed) },
    model: { name: `model without subset ${i + 1}`, nodes: without([...names.keys()], removed) },
  }));
  return {
    circuit: { name: "circuit", nodes },
    drops: nodes.map((node) => (
      { node, set: { name: `circuit without ${names[node]}`, nodes: without(nodes, [node]) } }
    )),
    subsets,
    random: otherCircuits(nodes, sizes, seed)
      .map((set, i) => ({ name: `random ${i + 1}`, nodes: set })),
  };
}

/** The most sets of the tests of a circuit. */
export function circuitTestRuns(size: number): number {
  return 1 + size + 2 * MOST_PARTS + MOST_CIRCUITS;
}

export function setsOfTests({ circuit, drops, subsets, random }: CircuitTests): NodeSet[] {
  return [
    circuit,
    ...drops.map(({ set }) => set),
    ...subsets.flatMap(({ circuit, model }) => [circuit, model]),
    ...random,
  ];
}

const MOST_PARTS = 10;

const MOST_CIRCUITS = 100;

/** Parts of a circuit, the places of each in rising order: all of its subsets but the empty one, or some in which each node is with probability 1/2. */
export function partsOf(nodes: readonly number[], seed: number): (readonly number[])[] {
  const count = 2 ** nodes.length - 1;
  const random = seededRandom(seed);
  return count > MOST_PARTS
    ? drawn(() => nodes.filter(() => random.below(2) === 1), MOST_PARTS)
    : Array.from({ length: count }, (_, i) => nodes.filter((_, bit) => ((i + 1) >> bit) & 1));
}

/**
 * Other circuits with as many heads in each block and as many MLPs: all, or some if there are many. A block has one MLP, so that all MLPs
 * are one group: by block they could not differ.
 */
export function otherCircuits(
  nodes: readonly number[],
  sizes: NodeSizes,
  seed: number,
): (readonly number[])[] {
  const model = allNodes(sizes);
  const all = [...model.keys()];
  const kindOf = (node: number) => {
    const { kind, layer } = model[node]!;
    return kind === "head" ? `heads of block ${layer}` : "MLPs";
  };
  const groups = [...Map.groupBy(all, kindOf).values()].map((of) => (
    { of, size: of.filter((node) => nodes.includes(node)).length }
  ));
  const others = groups.reduce((count, { of, size }) => count * choices(of.length, size), 1) - 1;
  if (others > MOST_CIRCUITS) {
    const random = seededRandom(seed);
    return drawn(() => drawAlike(nodes, all, { kindOf, random }), MOST_CIRCUITS, nodes);
  }
  const each = groups.reduce<readonly (readonly number[])[]>(
    (begun, { of, size }) =>
      begun.flatMap((start) => subsetsOf(of, size).map((more) => [...start, ...more])),
    [[]],
  );
  return each.filter((set) => set.some((node) => !nodes.includes(node)));
}

/** Different sets, the places of each in rising order. */
function drawn(draw: () => readonly number[], count: number, circuit: readonly number[] = []) {
  const sorted = () => draw().toSorted((a, b) => a - b);
  return drawDistinct(sorted, { count, keyOf: String, excluded: [circuit] });
}

/** The number of subsets of a size. */
function choices(of: number, size: number): number {
  let count = 1;
  for (let i = 1; i <= size; i++) count = count * (of - size + i) / i;
  return Math.round(count);
}

function subsetsOf(of: readonly number[], size: number): (readonly number[])[] {
  if (size === 0) return [[]];
  return of.flatMap((node, i) =>
    subsetsOf(of.slice(i + 1), size - 1).map((rest) => [node, ...rest])
  );
}
