/** Cuts a graph into a chain of subgraphs, so that the values between two subgraphs can be read and replaced. */

import { create } from "@bufbuild/protobuf";
import {
  ModelProtoSchema,
  type NodeProto,
  type TensorProto_DataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { type Graph, widenNode } from "./graph.ts";
import { NegscopeError } from "../errors/errors.ts";
import { graphUnsupported } from "./weight_files.ts";
import { elementType } from "./weight_numbers.ts";
import { modelBytes } from "./build.ts";

const SHAPE_ONLY = new Set(["Shape", "Size"]);

/** The values that are the same for all inputs of one shape (masks, position indices, sizes), inputs other than the data counting as fixed. */
export function shapeOnlyValues(graph: Graph, dataInput: string): ReadonlySet<string> {
  const fixed = new Set([...graph.initializers.keys(), ...graph.inputs.keys()]);
  fixed.delete(dataInput);
  graph.nodes.forEach((node, index) => {
    const onlyShape = SHAPE_ONLY.has(node.opType) ||
      graph.reads[index]!.every((name) => fixed.has(name));
    if (onlyShape) node.output.forEach((name) => fixed.add(name));
  });
  return fixed;
}

/** The values that follow from the inputs' shape alone and are read where data is computed, such as the causal mask or the number of rows. */
export function shapeFrontier(graph: Graph, dataInput: string, output: string): string[] {
  const leading = new Set(ancestors(graph, output));
  const fromInputs = new Set([...graph.initializers.keys(), ...graph.inputs.keys()]);
  fromInputs.delete(dataInput);
  const frontier = new Set<string>();
  graph.nodes.forEach((node, index) => {
    const reads = graph.reads[index]!;
    const ofInputShape = SHAPE_ONLY.has(node.opType) && reads[0] === dataInput;
    if (ofInputShape || reads.every((name) => fromInputs.has(name))) {
      node.output.forEach((name) => fromInputs.add(name));
    } else if (leading.has(index)) {
      reads.filter((name) => graph.producer.has(name) && fromInputs.has(name))
        .forEach((name) => frontier.add(name));
    }
  });
  return [...frontier].filter((name) => !graph.isConstant(name));
}

/** Indices of all nodes that a value is computed from, ascending; the search ends at values for which `skip` is true. */
export function ancestors(
  graph: Graph,
  value: string,
  skip: (name: string) => boolean = () => false,
): number[] {
  const found = new Set<number>();
  const open = [value];
  while (open.length > 0) {
    const name = open.pop()!;
    const index = graph.producer.get(name);
    if (index === undefined || found.has(index) || skip(name)) continue;
    found.add(index);
    for (const read of graph.reads[index]!) open.push(read);
  }
  return [...found].sort((a, b) => a - b);
}

/** All nodes that read a value or anything computed from it, in the order of the graph; nodes that read only a shape do not count. */
export function descendants(graph: Graph, value: string): NodeProto[] {
  const below = new Set([value]);
  return graph.nodes.filter(({ opType, output }, index) => {
    const reads = !SHAPE_ONLY.has(opType) && graph.reads[index]!.some((name) => below.has(name));
    if (reads) output.forEach((name) => below.add(name));
    return reads;
  });
}

const MAX_BYTES = 2 ** 31; // the limit of a protocol buffer

export interface Subgraph {
  readonly nodes: readonly number[]; // indices of the graph's nodes that it runs, ascending
  /** Names of the values that it reads: inputs of the graph and outputs of earlier subgraphs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[]; // names of the values that it makes for its caller and for later subgraphs
}

/**
 * Divides the nodes that lead to the last target among subgraphs, so that subgraph i ends when the targets of stage i are known. Every node
 * that depends on an input runs in exactly one subgraph, the earliest that needs it. A chain of subgraphs therefore does exactly the graph's
 * own arithmetic, in the same order; only constants are repeated, wherever they are read. A value that a later subgraph reads is an output
 * of the subgraph that makes it. `stages`: the values that each subgraph must make, in the order of computation. `early`: further values
 * that the first subgraph makes, such as a mask that every block reads.
 */
export function cutChain(
  graph: Graph,
  stages: readonly (readonly string[])[],
  early: readonly string[] = [],
): Subgraph[] {
  const subgraphOf = new Map<number, number>();
  const isConstant = (name: string) => graph.isConstant(name);
  const nodesOf = stages.map((targets, stage) => {
    const made = (name: string) =>
      isConstant(name) || subgraphOf.has(graph.producer.get(name) ?? -1);
    const wanted = stage === 0 ? [...targets, ...early] : targets;
    const nodes = [...new Set(wanted.flatMap((target) => ancestors(graph, target, made)))];
    nodes.sort((a, b) => a - b).forEach((node) => subgraphOf.set(node, stage));
    checkTargets(graph, targets, nodes);
    return nodes;
  });
  const readLater = new Map<string, number>();
  subgraphOf.forEach((stage, node) => {
    for (const name of graph.reads[node]!) {
      readLater.set(name, Math.max(stage, readLater.get(name) ?? -1));
    }
  });
  return nodesOf.map((nodes, stage) => {
    const made = new Set(nodes.flatMap((node) => graph.nodes[node]!.output));
    const reads = new Set(nodes.flatMap((node) => graph.reads[node]!));
    const targets = stages[stage]!;
    return {
      nodes,
      inputs: [...reads].filter((name) => !made.has(name) && !isConstant(name)),
      outputs: [...made].filter((name) =>
        targets.includes(name) || (readLater.get(name) ?? -1) > stage
      ),
    };
  });
}

/** The part of a graph that leads from some values to others. Returns the subgraph, or undefined if the inputs alone do not determine the outputs. */
export function cutBetween(
  graph: Graph,
  inputs: readonly string[],
  outputs: readonly string[],
): Subgraph | undefined {
  const known = (name: string) => inputs.includes(name) || graph.isConstant(name);
  const nodes = [...new Set(outputs.flatMap((output) => ancestors(graph, output, known)))];
  nodes.sort((a, b) => a - b);
  const made = new Set(nodes.flatMap((node) => graph.nodes[node]!.output));
  const reads = new Set(nodes.flatMap((node) => graph.reads[node]!));
  if (![...reads].every((name) => made.has(name) || known(name))) return undefined;
  return { nodes, inputs: [...inputs], outputs: [...outputs] };
}

/** Writes a subgraph as an ONNX model of its own, with the weights that it reads. Half precision is widened. */
export function encodeSubgraph(graph: Graph, subgraph: Subgraph): Uint8Array<ArrayBuffer> {
  const { irVersion, producerName, opsetImport, functions } = graph.model;
  const part = { name: "subgraph" };
  const model = create(ModelProtoSchema, { irVersion, producerName, opsetImport, graph: part });
  const constants = constantsOf(graph, subgraph);
  const nodes = [...constants.nodes, ...subgraph.nodes];
  model.functions = functions.map((each) => ({ ...each, node: each.node.map(widenNode) }));
  model.graph!.node = nodes.map((index) => widenNode(graph.nodes[index]!));
  model.graph!.initializer = constants.weights.map((name) => graph.weight(name)!);
  model.graph!.input = subgraph.inputs.map((name) => valueInfo(name, elementType(graph, name)));
  model.graph!.output = subgraph.outputs.map((name) => valueInfo(name));
  const size = model.graph!.initializer.reduce((sum, { rawData }) => sum + rawData.length, 0);
  if (size >= MAX_BYTES) {
    const reason = `a part between two hook points has ${size} bytes of weights, 2 GB at most`;
    throw graphUnsupported(graph.source, graph.source, reason, "use a model with smaller blocks");
  }
  return modelBytes(model);
}

function constantsOf(graph: Graph, subgraph: Subgraph): { nodes: number[]; weights: string[] } {
  const read = new Set(subgraph.nodes.flatMap((node) => graph.reads[node]!));
  const names = [...read].filter((name) => graph.isConstant(name));
  const makers = new Set(names.flatMap((name) => ancestors(graph, name)));
  makers.forEach((node) => graph.reads[node]!.forEach((name) => read.add(name)));
  return {
    nodes: [...makers].sort((a, b) => a - b),
    weights: [...read].filter((name) => graph.initializers.has(name)),
  };
}

function checkTargets(graph: Graph, targets: readonly string[], nodes: readonly number[]): void {
  const makers = targets.map((target) => graph.producer.get(target) ?? -1);
  const early = targets.find((_, i) => !nodes.includes(makers[i]!));
  if (early !== undefined) throw cutOutOfOrder(graph.source, early);
  for (const node of nodes) {
    const read = graph.reads[node]!.find((name) => targets.includes(name));
    if (read !== undefined) throw cutOutOfOrder(graph.source, read);
  }
}

function cutOutOfOrder(source: string, value: string): NegscopeError {
  return new NegscopeError("value-wrong", {
    problem: `Cannot cut "${source}" at "${value}"`,
    subject: value,
    reason: "it is made before its stage, or depends on another target of the stage",
    fix: "list targets in the order of computation",
  });
}

export function valueInfo(name: string, elemType?: TensorProto_DataType): ValueInfoProto {
  if (elemType === undefined) return create(ValueInfoProtoSchema, { name });
  const value = { case: "tensorType" as const, value: { elemType } };
  return create(ValueInfoProtoSchema, { name, type: { value } });
}
