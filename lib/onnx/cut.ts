/** Cutting a graph into a chain of pieces, so that the values between two pieces can be read and replaced. */

import { create, toBinary } from "@bufbuild/protobuf";
import {
  ModelProtoSchema,
  type TensorProto_DataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { cutOutOfOrder, pieceTooLarge } from "../errors.ts";
import { ancestors } from "./dependence.ts";
import { elementType } from "./element_type.ts";
import { emptyModelLike, type Graph } from "./graph.ts";
import { widenNode } from "./half_precision.ts";

const MAX_BYTES = 2 ** 31; // of one protocol buffer

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
 * Half precision is widened, see half_precision.ts.
 *
 * @param graph The graph that the piece was cut from.
 * @param piece The piece.
 * @returns The bytes of the model.
 * @throws {RangeError} If the piece has 2 GB or more.
 */
export function encodePiece(graph: Graph, piece: Piece): Uint8Array<ArrayBuffer> {
  const model = emptyModelLike(graph.model);
  const constants = constantsOf(graph, piece);
  const nodes = [...constants.nodes, ...piece.nodes];
  model.functions = model.functions.map((each) => ({ ...each, node: each.node.map(widenNode) }));
  model.graph!.node = nodes.map((index) => widenNode(graph.nodes[index]!));
  model.graph!.initializer = constants.weights.map((name) => graph.weight(name)!);
  model.graph!.input = piece.inputs.map((name) => valueInfo(name, elementType(graph, name)));
  model.graph!.output = piece.outputs.map((name) => valueInfo(name));
  const size = model.graph!.initializer.reduce((sum, { rawData }) => sum + rawData.length, 0);
  if (size >= MAX_BYTES) throw pieceTooLarge(graph.source, size);
  return toBinary(ModelProtoSchema, model);
}

/** The nodes and weights that a piece's constants are made from, in the graph's order. */
function constantsOf(graph: Graph, piece: Piece): { nodes: number[]; weights: string[] } {
  const read = new Set(piece.nodes.flatMap((node) => graph.reads[node]!));
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

function valueInfo(name: string, elemType?: TensorProto_DataType): ValueInfoProto {
  if (elemType === undefined) return create(ValueInfoProtoSchema, { name });
  const value = { case: "tensorType" as const, value: { elemType } };
  return create(ValueInfoProtoSchema, { name, type: { value } });
}
