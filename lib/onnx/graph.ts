/** An ONNX graph as data: its nodes, who makes and who reads each value, and which values are constant. */

import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import { onnxEmpty, onnxUnreadable, onnxUnsorted } from "../errors.ts";

/** A decoded graph. Weights stay where they are in the file's bytes. */
export class Graph {
  /** The file that it came from, as messages name it. */
  readonly source: string;
  /** The decoded model. */
  readonly model: ModelProto;
  /** The nodes, each after those whose values it reads. */
  readonly nodes: readonly NodeProto[];
  /** The names that each node reads, outer values of its subgraphs included. */
  readonly reads: readonly (readonly string[])[];
  /** Stored weights by name. */
  readonly initializers: ReadonlyMap<string, TensorProto>;
  /** What must be fed, by name. */
  readonly inputs: ReadonlyMap<string, ValueInfoProto>;
  /** Names of the graph's outputs. */
  readonly outputs: readonly string[];
  /** Index of the node that makes a value. */
  readonly producer: ReadonlyMap<string, number>;
  /** Indices of the nodes that read a value, ascending. */
  readonly consumers: ReadonlyMap<string, readonly number[]>;
  readonly #constant = new Set<string>();

  /**
   * @param model A decoded model; it is not changed.
   * @param source The file's name for messages.
   * @throws {SyntaxError} If the model has no graph, or a node reads a value that nothing before it makes.
   */
  constructor(model: ModelProto, source: string) {
    const graph = model.graph;
    if (graph === undefined || graph.node.length === 0) throw onnxEmpty(source);
    this.model = model;
    this.source = source;
    this.nodes = inOrder(graph.node);
    this.reads = this.nodes.map(readsOf);
    this.initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.inputs = new Map(
      graph.input.filter(({ name }) => !this.initializers.has(name)).map((
        info,
      ) => [info.name, info]),
    );
    this.outputs = graph.output.map(({ name }) => name);
    this.producer = new Map(
      this.nodes.flatMap((node, index) => node.output.map((name) => [name, index] as const)),
    );
    this.consumers = this.#index();
  }

  /** Whether a value is the same in every run: a weight, a Constant node, or computed from such values alone. */
  isConstant(name: string): boolean {
    return this.#constant.has(name);
  }

  /** The node that makes a value, if a node does. */
  producerOf(name: string): NodeProto | undefined {
    const index = this.producer.get(name);
    return index === undefined ? undefined : this.nodes[index];
  }

  #index(): Map<string, number[]> {
    const consumers = new Map<string, number[]>();
    for (const name of this.initializers.keys()) this.#constant.add(name);
    const known = new Set([...this.initializers.keys(), ...this.inputs.keys()]);
    this.nodes.forEach((node, index) => {
      const reads = this.reads[index]!;
      for (const name of reads) {
        if (!known.has(name)) throw onnxUnsorted(this.source, node.name || node.opType, name);
        const readers = consumers.get(name);
        if (readers === undefined) consumers.set(name, [index]);
        else if (readers.at(-1) !== index) readers.push(index);
      }
      const constant = !node.opType.startsWith("Random") &&
        reads.every((name) => this.#constant.has(name));
      for (const name of node.output) {
        known.add(name);
        if (constant) this.#constant.add(name);
      }
    });
    return consumers;
  }
}

/**
 * Decodes a model without copying its weights.
 *
 * @param bytes The file's content; it must stay unchanged as long as the graph is used.
 * @param source The file's name for messages.
 * @throws {SyntaxError} If the bytes are not an ONNX model.
 */
export function decodeGraph(bytes: Uint8Array, source: string): Graph {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw onnxUnreadable(source, error);
  }
  return new Graph(model, source);
}

/** An empty model with the versions, operator sets and functions of another, for pieces of it. */
export function emptyModelLike(model: ModelProto): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: model.irVersion,
    producerName: model.producerName,
    opsetImport: model.opsetImport,
    functions: model.functions,
    graph: { name: "piece" },
  });
}

/** The nodes, each after those whose values it reads: ONNX asks for this order, but half-precision converters break it. */
function inOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const makers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const seen = new Set<NodeProto>();
  const ordered: NodeProto[] = [];
  const place = (node: NodeProto | undefined) => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    readsOf(node).forEach((name) => place(makers.get(name)));
    ordered.push(node);
  };
  nodes.forEach(place);
  return ordered;
}

function readsOf(node: NodeProto): string[] {
  const inner = node.attribute.flatMap(subgraphs).flatMap(outerReads);
  return [...node.input, ...inner].filter((name) => name !== "");
}

function subgraphs(attribute: AttributeProto): GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

function outerReads(graph: GraphProto): string[] {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap((node) => node.output),
  ]);
  const reads = [...graph.node.flatMap(readsOf), ...graph.output.map(({ name }) => name)];
  return reads.filter((name) => !own.has(name));
}
