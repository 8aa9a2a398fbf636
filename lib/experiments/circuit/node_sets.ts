/** Sets of nodes: lists of places among all nodes of a model, with names. */

import { allNodes, type Node, nodeName, type NodeSizes } from "../../tables/nodes.ts";

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

export interface SetScores {
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
