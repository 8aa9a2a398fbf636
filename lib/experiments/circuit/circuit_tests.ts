/** Sets of nodes, and those that test a circuit: it without each of its nodes, it and the model without some of them, and random circuits. */

import { allNodes, type Node, nodeName, type NodeSizes } from "../../tables/nodes.ts";
import { drawAlike, drawDistinct, seededRandom } from "../../stats/random.ts";
import { type DifferenceScores, unchangedOf } from "./faithfulness.ts";

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

/** S of rows with sets of nodes, each distinct set once, in the order in which they were added. */
export class SetScores {
  readonly #columns: Map<string, readonly number[]>;

  /** Begins with no node and all of so many, which score as the affirmative and as the negated sentence do without a run. */
  constructor(rows: readonly DifferenceScores[], count: number) {
    this.#columns = new Map([
      ["", rows.map((row) => unchangedOf(row).affirmative)],
      [keyOf({ nodes: [...Array(count).keys()] }), rows.map((row) => unchangedOf(row).negated)],
    ]);
  }

  /** The sets without scores, each once. */
  missing(sets: readonly NodeSet[]): NodeSet[] {
    const known = new Set(this.#columns.keys());
    return sets.filter((set) => !known.has(keyOf(set)) && known.add(keyOf(set)));
  }

  add(set: NodeSet, ofRows: readonly number[]): void {
    this.#columns.set(keyOf(set), ofRows);
  }

  /** For each row S with each distinct set that was added. */
  get byRow(): number[][] {
    const [none, , ...columns] = this.#columns.values();
    return none!.map((_, row) => columns.map((column) => column[row]!));
  }

  /** S of each row with a set. */
  of(set: NodeSet): readonly number[] {
    return this.#columns.get(keyOf(set))!;
  }

  /** The scores of some of the rows, to which other sets can be added. */
  only(places: readonly number[]): SetScores {
    const part = new SetScores([], 0);
    for (const [key, column] of this.#columns) {
      part.#columns.set(key, places.map((row) => column[row]!));
    }
    return part;
  }
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

export function setsOfTests({ circuit, drops, subsets, random }: CircuitTests): NodeSet[] {
  return [circuit, ...drops.map(({ set }) => set), ...subsets, ...random];
}
