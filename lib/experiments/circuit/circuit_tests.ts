/** The sets that test a circuit: it without each of its nodes, it and the model without some of them, and random circuits. */

import { seededRandom } from "../../stats/random.ts";
import { allNodes, type NodeSizes } from "../nodes/node.ts";
import { modelNodes, type NodeSet } from "./node_sets.ts";

/** The sets that test a circuit. */
export interface CircuitTests {
  /** The circuit. */
  readonly circuit: NodeSet;
  /** It without each node, in the order of its nodes. */
  readonly drops: readonly { readonly node: number; readonly set: NodeSet }[];
  /** It and the whole model without the same random nodes of it. */
  readonly subsets: readonly {
    readonly removed: readonly number[];
    readonly circuit: NodeSet;
    readonly model: NodeSet;
  }[];
  /** Random circuits of the same size with as many heads in each block and the same MLPs; none if there is no other such circuit. */
  readonly random: readonly NodeSet[];
}

/** The number of random subsets that are left out. */
const SUBSETS = 10;

/** The number of random circuits. */
const RANDOM = 100;

/**
 * The sets that test a circuit.
 *
 * @param nodes The places of its nodes.
 * @param sizes The model's sizes.
 * @param seed Decides the draws.
 */
export function testsOf(nodes: readonly number[], sizes: NodeSizes, seed: number): CircuitTests {
  const { names } = modelNodes(sizes);
  const without = (from: readonly number[], removed: readonly number[]) =>
    from.filter((node) => !removed.includes(node));
  const subsets = subsetsOf(nodes, seed).map((removed, i) => ({
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
    random: randomCircuits(nodes, sizes, seed).map((own, i) => (
      { name: `random ${i + 1}`, nodes: own }
    )),
  };
}

/**
 * The most sets of the tests of a circuit.
 *
 * @param size The number of its nodes.
 */
export function circuitTestRuns(size: number): number {
  return 1 + size + 2 * SUBSETS + RANDOM;
}

/** All sets of the tests. */
export function setsOfTests({ circuit, drops, subsets, random }: CircuitTests): NodeSet[] {
  return [
    circuit,
    ...drops.map(({ set }) => set),
    ...subsets.flatMap(({ circuit, model }) => [circuit, model]),
    ...random,
  ];
}

/** Random subsets: each node is in one with probability 1/2; an empty subset is drawn again. */
function subsetsOf(nodes: readonly number[], seed: number): number[][] {
  const random = seededRandom(seed);
  const subsets: number[][] = [];
  while (subsets.length < SUBSETS) {
    const subset = nodes.filter(() => random.below(2) === 1);
    if (subset.length > 0) subsets.push(subset);
  }
  return subsets;
}

/** Draws circuits with as many heads in each block; one that is the circuit itself is drawn again. */
function randomCircuits(nodes: readonly number[], sizes: NodeSizes, seed: number): number[][] {
  const own = new Set(nodes);
  const all = allNodes(sizes);
  const blocks = [
    ...Map.groupBy(all.keys(), (node) => all[node]!.kind === "head" ? all[node]!.layer : 0),
  ].filter(([layer]) => layer > 0).map(([, heads]) => (
    { heads, drawn: heads.filter((node) => own.has(node)).length }
  ));
  if (blocks.every(({ heads, drawn }) => drawn === 0 || drawn === heads.length)) return [];
  const mlps = nodes.filter((node) => all[node]!.kind === "mlp");
  const random = seededRandom(seed);
  const circuits: number[][] = [];
  while (circuits.length < RANDOM) {
    const heads = blocks.flatMap(({ heads, drawn }) => random.shuffle(heads).slice(0, drawn));
    if (heads.some((node) => !own.has(node))) {
      circuits.push([...heads.sort((a, b) => a - b), ...mlps]);
    }
  }
  return circuits;
}
