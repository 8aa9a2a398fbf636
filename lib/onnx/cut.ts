/** Cutting a graph into a chain of pieces, so that the values between two pieces can be read and replaced. */

import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { cutOutOfOrder } from "../errors.ts";
import { ancestors } from "./dependence.ts";
import { elementType } from "./element_type.ts";
import { emptyModelLike, type Graph } from "./graph.ts";

/** A part of a graph that runs on its own. */
export interface Piece {
  /** Indices of the graph's nodes that it runs, ascending. */
  readonly nodes: readonly number[];
  /** Names of the values that it reads: inputs of the graph and outputs of earlier pieces. */
  readonly inputs: readonly string[];
  /** Names of the values that it makes for its caller and for later pieces. */
  readonly outputs: readonly string[];
}

/**
 * Divides what leads to the last target among pieces, so that piece i ends where the targets of stage i are known.
 *
 * Every node that depends on an input runs in exactly one piece, the earliest that needs it, so that a chain of pieces does the
 * graph's own arithmetic, no more and in the same order; constants are repeated where they are read. A value that a later piece
 * reads is an output of the piece that makes it.
 *
 * @param graph The graph to cut.
 * @param stages For each piece the values that it must make, in the order of computation.
 * @param early Values that the first piece makes as well, such as a mask that every block reads.
 * @returns One piece for each stage.
 * @throws {RangeError} If a target is made before its stage or depends on another target of the stage.
 */
export function cutChain(
  graph: Graph,
  stages: readonly (readonly string[])[],
  early: readonly string[] = [],
): Piece[] {
  const pieceOf = new Map<number, number>();
  const isConstant = (name: string) => graph.isConstant(name);
  const nodesOf = stages.map((targets, stage) => {
    const made = (name: string) => isConstant(name) || pieceOf.has(graph.producer.get(name) ?? -1);
    const wanted = stage === 0 ? [...targets, ...early] : targets;
    const nodes = [...new Set(wanted.flatMap((target) => ancestors(graph, target, made)))];
    nodes.sort((a, b) => a - b).forEach((node) => pieceOf.set(node, stage));
    checkTargets(graph, targets, nodes);
    return nodes;
  });
  const readLater = new Map<string, number>();
  pieceOf.forEach((stage, node) => {
    for (const name of graph.reads[node]!) {
      readLater.set(name, Math.max(stage, readLater.get(name) ?? -1));
    }
  });
  return nodesOf.map((nodes, stage) => {
    const own = new Set(nodes.flatMap((node) => graph.nodes[node]!.output));
    const reads = new Set(nodes.flatMap((node) => graph.reads[node]!));
    const targets = stages[stage]!;
    return {
      nodes,
      inputs: [...reads].filter((name) => !own.has(name) && !isConstant(name)),
      outputs: [...own].filter((name) =>
        targets.includes(name) || (readLater.get(name) ?? -1) > stage
      ),
    };
  });
}

/**
 * The part of a graph that leads from some values to others.
 *
 * @param graph The graph to cut.
 * @param inputs Values at hand.
 * @param outputs Values to compute.
 * @returns The piece, or undefined where the inputs alone do not determine the outputs.
 */
export function cutBetween(
  graph: Graph,
  inputs: readonly string[],
  outputs: readonly string[],
): Piece | undefined {
  const known = (name: string) => inputs.includes(name) || graph.isConstant(name);
  const nodes = [...new Set(outputs.flatMap((output) => ancestors(graph, output, known)))];
  nodes.sort((a, b) => a - b);
  const own = new Set(nodes.flatMap((node) => graph.nodes[node]!.output));
  const reads = new Set(nodes.flatMap((node) => graph.reads[node]!));
  if (![...reads].every((name) => own.has(name) || known(name))) return undefined;
  return { nodes, inputs: [...inputs], outputs: [...outputs] };
}

/**
 * Writes a piece as an ONNX model of its own, with the weights that it reads.
 *
 * Half-precision values cross the cut as float32, which holds each of them exactly.
 *
 * @param graph The graph that the piece was cut from.
 * @param piece The piece.
 * @returns The bytes of the model.
 */
export function encodePiece(graph: Graph, piece: Piece): Uint8Array {
  const model = emptyModelLike(graph.model);
  const constants = constantsOf(graph, piece);
  const isHalf = (name: string) => elementType(graph, name) === TensorProto_DataType.FLOAT16;
  const halves = [...piece.inputs, ...piece.outputs].filter(isHalf);
  const inner = new Map(halves.map((name) => [name, `${name}:half`]));
  const own = piece.nodes.map((index) => renameValues(graph.nodes[index]!, inner));
  const widened = piece.inputs.filter((name) => inner.has(name))
    .map((name) => castNode(name, inner.get(name)!, TensorProto_DataType.FLOAT16));
  const narrowed = piece.outputs.filter((name) => inner.has(name))
    .map((name) => castNode(inner.get(name)!, name, TensorProto_DataType.FLOAT));
  model.graph!.node = [...constants.nodes, ...widened, ...own, ...narrowed];
  model.graph!.initializer = constants.initializers;
  model.graph!.input = piece.inputs.map((name) =>
    valueInfo(name, inner.has(name) ? TensorProto_DataType.FLOAT : elementType(graph, name))
  );
  model.graph!.output = piece.outputs.map((name) => valueInfo(name));
  return toBinary(ModelProtoSchema, model);
}

function renameValues(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
  if (names.size === 0) return node;
  const rename = (name: string) => names.get(name) ?? name;
  return { ...node, input: node.input.map(rename), output: node.output.map(rename) };
}

function castNode(from: string, to: string, type: TensorProto_DataType): NodeProto {
  const attribute = create(AttributeProtoSchema, {
    name: "to",
    type: AttributeProto_AttributeType.INT,
    i: BigInt(type),
  });
  return create(NodeProtoSchema, {
    opType: "Cast",
    input: [from],
    output: [to],
    attribute: [attribute],
  });
}

function constantsOf(
  graph: Graph,
  piece: Piece,
): { nodes: NodeProto[]; initializers: TensorProto[] } {
  const read = new Set(piece.nodes.flatMap((node) => graph.reads[node]!));
  const names = [...read].filter((name) => graph.isConstant(name));
  const makers = new Set(names.flatMap((name) => ancestors(graph, name)));
  makers.forEach((node) => graph.reads[node]!.forEach((name) => read.add(name)));
  return {
    nodes: [...makers].sort((a, b) => a - b).map((index) => graph.nodes[index]!),
    initializers: [...read].flatMap((name) => graph.initializers.get(name) ?? []),
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

function valueInfo(name: string, elemType?: TensorProto_DataType): ValueInfoProto {
  if (elemType === undefined) return create(ValueInfoProtoSchema, { name });
  const value = { case: "tensorType" as const, value: { elemType } };
  return create(ValueInfoProtoSchema, { name, type: { value } });
}
