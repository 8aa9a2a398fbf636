/** The sets that test a circuit: it without each of its nodes, it and the model without some of them, and random circuits. */

import type { NodeSizes } from "../../tables/nodes.ts";
import { modelNodes, type NodeSet } from "./node_sets.ts";
import { MOST_CIRCUITS, MOST_PARTS, otherCircuits, partsOf } from "./random_sets.ts";

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
  /** Whether there are no other such circuits. */
  readonly randomAreAll: boolean;
  /** The groups of which the circuit has all nodes, so that they are the same in all random circuits. */
  readonly randomFixed: readonly string[];
}

export function testsOf(nodes: readonly number[], sizes: NodeSizes, seed: number): CircuitTests {
  const { names } = modelNodes(sizes);
  const without = (from: readonly number[], removed: readonly number[]) =>
    from.filter((node) => !removed.includes(node));
  const subsets = partsOf(nodes, seed).sets.map((removed, i) => ({
    removed,
    circuit: { name: `circuit without subset ${i + 1}`, nodes: without(nodes, removed) },
    model: { name: `model without subset ${i + 1}`, nodes: without([...names.keys()], removed) },
  }));
  const others = otherCircuits(nodes, sizes, seed);
  return {
    circuit: { name: "circuit", nodes },
    drops: nodes.map((node) => (
      { node, set: { name: `circuit without ${names[node]}`, nodes: without(nodes, [node]) } }
    )),
    subsets,
    random: others.sets.map((set, i) => ({ name: `random ${i + 1}`, nodes: set })),
    randomAreAll: others.areAll,
    randomFixed: others.fixed,
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
