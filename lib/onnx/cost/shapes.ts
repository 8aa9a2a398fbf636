/** The shapes of a graph's values for an input of a given shape, as far as they follow from its nodes. */

import { type NodeProto, type TensorProto, TensorProto_DataType as Type } from "onnx-buf";
import { subgraphsOf } from "../graph/attributes.ts";
import type { Graph } from "../graph/graph.ts";
import { isExternal } from "../graph/weight_check.ts";
import { ARITHMETIC } from "./arithmetic_shapes.ts";
import { MOVES } from "./move_shapes.ts";
import { PRODUCTS } from "./product_shapes.ts";

/** What is known of a value. */
export interface Known {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Its numbers, if they are few whole ones from which shapes may be computed. */
  readonly ints?: readonly number[];
}

/** A node with what is known of the values that it reads. */
export interface Reading {
  readonly node: NodeProto;
  /** What is known of an input. */
  input(place: number): Known | undefined;
  /** A whole number among its attributes. */
  int(name: string, otherwise: number): number;
  /** The whole numbers of an attribute; undefined if it has none. */
  ints(name: string): readonly number[] | undefined;
}

/** How an operator's outputs follow from its inputs; undefined where they do not. */
export type Rule = (reading: Reading) => Known | undefined | readonly (Known | undefined)[];

/** Numbers of a value that are followed; a shape has no more axes. */
const MOST_INTS = 64;
const MOST_AXES = 16;
/** Branches within branches that are followed. */
const DEEPEST = 20;

const RULES: Readonly<Record<string, Rule>> = { ...ARITHMETIC, ...MOVES, ...PRODUCTS };

/**
 * Follows the shapes through a graph.
 *
 * @param graph The graph.
 * @param inputs The shapes of its inputs.
 * @returns What is known of each value, by name.
 */
export function inferShapes(
  graph: Graph,
  inputs: ReadonlyMap<string, readonly number[]>,
): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const [name, shape] of inputs) known.set(name, { shape });
  for (const [name, tensor] of graph.initializers) known.set(name, ofTensor(tensor));
  for (const node of nodesInOrder(graph.nodes)) {
    const branches = node.attribute.flatMap(subgraphsOf);
    for (const tensor of branches.flatMap(({ initializer }) => initializer)) {
      known.set(tensor.name, ofTensor(tensor));
    }
  }
  for (const node of nodesInOrder(graph.nodes)) {
    const found = outputsOf(node, known);
    const outputs = isOne(found) ? [found] : found ?? [];
    outputs.forEach((output, i) => {
      const name = node.output[i] ?? "";
      if (name !== "" && output !== undefined && isPossible(output)) {
        known.set(name, limited(output));
      }
    });
  }
  return known;
}

/** The nodes and those of their branches, each after the nodes that it reads from. */
export function* nodesInOrder(nodes: readonly NodeProto[], depth = 0): Generator<NodeProto> {
  for (const node of nodes) {
    for (const branch of depth < DEEPEST ? node.attribute.flatMap(subgraphsOf) : []) {
      yield* nodesInOrder(branch.node, depth + 1);
    }
    yield node;
  }
}

function outputsOf(node: NodeProto, known: ReadonlyMap<string, Known>): ReturnType<Rule> {
  if (node.opType === "Constant") return ofConstant(node);
  if (node.opType === "If") {
    const [branch] = node.attribute.flatMap(subgraphsOf);
    return branch?.output.map(({ name }) => known.get(name));
  }
  return ruleOf(node)?.(reading(node, known));
}

/** Whether a shape can be one of a tower's; a damaged graph may have any. */
function isPossible({ shape }: Known): boolean {
  return shape.length <= MOST_AXES && shape.every((size) => Number.isInteger(size) && size >= 0);
}

function ruleOf({ opType }: NodeProto): Rule | undefined {
  return Object.hasOwn(RULES, opType) ? RULES[opType] : undefined;
}

function isOne(found: ReturnType<Rule>): found is Known {
  return found !== undefined && "shape" in found;
}

function reading(node: NodeProto, known: ReadonlyMap<string, Known>): Reading {
  const attribute = (key: string) => node.attribute.find(({ name }) => name === key);
  return {
    node,
    input: (place) => known.get(node.input[place] ?? ""),
    int: (name, otherwise) => Number(attribute(name)?.i ?? otherwise),
    ints: (name) => attribute(name)?.ints.map(Number),
  };
}

function limited({ shape, ints }: Known): Known {
  return ints === undefined || ints.length > MOST_INTS ? { shape } : { shape, ints };
}

function ofConstant({ attribute }: NodeProto): Known | undefined {
  for (const { name, t, i, ints, floats } of attribute) {
    if (name === "value" && t !== undefined) return ofTensor(t);
    if (name === "value_int") return { shape: [], ints: [Number(i)] };
    if (name === "value_ints") return { shape: [ints.length], ints: ints.map(Number) };
    if (name === "value_float") return { shape: [] };
    if (name === "value_floats") return { shape: [floats.length] };
  }
  return undefined;
}

function ofTensor(tensor: TensorProto): Known {
  const shape = tensor.dims.map(Number);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > MOST_INTS || isExternal(tensor)) return { shape };
  const { dataType, rawData, int64Data, int32Data } = tensor;
  if (dataType === Type.INT64) {
    const stored = new BigInt64Array(rawData.slice().buffer);
    return { shape, ints: [...int64Data, ...stored].map(Number) };
  }
  if (dataType === Type.INT32) {
    return { shape, ints: [...int32Data, ...new Int32Array(rawData.slice().buffer)] };
  }
  return { shape };
}
