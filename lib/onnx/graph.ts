/** An ONNX graph as data: its nodes, which of them make and read each value, and which values are constant. */

import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType as Type,
  type ValueInfoProto,
} from "onnx-buf";
import { graphDamaged, isExternal, type WeightPlace, type WeightStore } from "./weight_files.ts";

export function computedType(stored: Type): Type {
  return isHalf(stored) ? Type.FLOAT : stored;
}

/** A stored tensor in the type that it is computed in; the same object unless it is of half precision. */
export function widenTensor(tensor: TensorProto): TensorProto {
  if (!isHalf(tensor.dataType)) return tensor;
  const halves = tensor.rawData.length > 0
    ? new Uint16Array(tensor.rawData.slice().buffer) // a copy, since the file's bytes may be unaligned
    : Uint16Array.from(tensor.int32Data);
  const values = tensor.dataType === Type.BFLOAT16
    ? new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer)
    : Float32Array.from(new Float16Array(halves.buffer));
  const rawData = new Uint8Array(values.buffer);
  return { ...tensor, dataType: Type.FLOAT, int32Data: [], rawData };
}

export function withNumbers(stored: TensorProto, values: Float32Array<ArrayBuffer>): TensorProto {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    ...stored,
    dataType: Type.FLOAT,
    rawData,
    floatData: [],
    int32Data: [],
    externalData: [],
    dataLocation: 0,
  };
}

/** A node that makes single precision instead of half; the same object if nothing changes. */
export function widenNode(node: NodeProto): NodeProto {
  const attribute = node.attribute.map((each) => widenAttribute(node, each));
  return attribute.every((each, i) => each === node.attribute[i]) ? node : { ...node, attribute };
}

function widenAttribute(node: NodeProto, attribute: AttributeProto): AttributeProto {
  const { name, i, t, g } = attribute;
  if (name === "to" && node.opType === "Cast" && isHalf(Number(i))) {
    return { ...attribute, i: BigInt(Type.FLOAT) };
  }
  if (t !== undefined && isHalf(t.dataType)) return { ...attribute, t: widenTensor(t) };
  if (subgraphsOf(attribute).length === 0) return attribute;
  const graphs = attribute.graphs.map(widenGraph);
  return { ...attribute, graphs, ...(g === undefined ? {} : { g: widenGraph(g) }) };
}

function widenGraph(graph: GraphProto): GraphProto {
  return {
    ...graph,
    node: graph.node.map(widenNode),
    initializer: graph.initializer.map(widenTensor),
    input: graph.input.map(widenInfo),
    output: graph.output.map(widenInfo),
    valueInfo: [],
  };
}

function widenInfo(info: ValueInfoProto): ValueInfoProto {
  const value = info.type?.value;
  if (value?.case !== "tensorType" || !isHalf(value.value.elemType)) return info;
  const tensorType = { ...value.value, elemType: Type.FLOAT };
  return { ...info, type: { ...info.type!, value: { case: "tensorType", value: tensorType } } };
}

function isHalf(type: Type): boolean {
  return type === Type.FLOAT16 || type === Type.BFLOAT16;
}

interface WeightSources {
  /** The bytes of the graph's file, of which stored weights are views; absent if the graph was not read from a file. */
  readonly bytes?: Uint8Array;
  readonly external?: WeightStore | undefined;
  /** Numbers of weights that are made on request, instead of those that are stored. */
  readonly made?: ReadonlyMap<string, () => Float32Array<ArrayBuffer>>;
}

/** A decoded graph. Weights stay where they are in the file's bytes. */
export class Graph {
  readonly nodes: readonly NodeProto[]; // nodes, each after those whose values it reads
  /** The names that each node reads, including outer values that its subgraphs read. */
  readonly reads: readonly (readonly string[])[];
  readonly initializers: ReadonlyMap<string, TensorProto>;
  readonly inputs: ReadonlyMap<string, ValueInfoProto>; // inputs that must be fed, by name
  readonly declared: ReadonlyMap<string, Type>; // element types as the file declares them, by value name
  readonly outputs: readonly string[];
  readonly producer: ReadonlyMap<string, number>; // index of the node that makes a value
  readonly consumers: ReadonlyMap<string, readonly number[]>; // indices of the nodes that read a value, ascending
  readonly #constant = new Set<string>();

  constructor(
    readonly model: ModelProto,
    readonly source: string,
    private readonly sources: WeightSources = {},
  ) {
    const graph = model.graph;
    if (graph === undefined || graph.node.length === 0) {
      throw graphDamaged(source, source, "it holds no graph with nodes");
    }
    checkMakers(graph, source);
    this.nodes = inOrder(graph.node);
    this.reads = this.nodes.map(readsOf);
    this.initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.inputs = new Map(
      graph.input.filter(({ name }) => !this.initializers.has(name)).map((
        info,
      ) => [info.name, info]),
    );
    this.declared = new Map(
      [...graph.valueInfo, ...graph.input].flatMap(({ name, type }) =>
        type?.value.case === "tensorType" ? [[name, type.value.value.elemType] as const] : []
      ),
    );
    this.outputs = graph.output.map(({ name }) => name);
    this.producer = new Map(
      this.nodes.flatMap(({ output }, index) => output.map((name) => [name, index] as const))
        .filter(([name]) => name !== ""), // an omitted output
    );
    this.consumers = this.#index();
  }

  /** The same graph with other nodes, which must make every value that is read, and perhaps with more inputs. */
  withNodes(
    nodes: readonly NodeProto[],
    described: readonly ValueInfoProto[] = this.model.graph!.valueInfo,
    inputs: readonly ValueInfoProto[] = [],
  ): Graph {
    const input = [...this.model.graph!.input, ...inputs];
    const graph = { ...this.model.graph!, node: [...nodes], valueInfo: [...described], input };
    return new Graph({ ...this.model, graph }, this.source, this.sources);
  }

  /** The same graph with other numbers in some of its weights, made in the order of storage whenever they are read. */
  withWeights(made: ReadonlyMap<string, () => Float32Array<ArrayBuffer>>): Graph {
    const all = new Map([...this.sources.made ?? [], ...made]);
    return new Graph(this.model, this.source, { ...this.sources, made: all });
  }

  /** Whether a value is the same in every run: a weight, a Constant node, or computed from such values alone. */
  isConstant(name: string): boolean {
    return this.#constant.has(name);
  }

  producerOf(name: string): NodeProto | undefined {
    const index = this.producer.get(name);
    return index === undefined ? undefined : this.nodes[index];
  }

  readersOf(name: string): NodeProto[] {
    return (this.consumers.get(name) ?? []).map((index) => this.nodes[index]!);
  }

  /** The tensor that is stored under a name: a weight, or the value of a Constant node. */
  stored(name: string): TensorProto | undefined {
    const constant = this.producerOf(name);
    return this.initializers.get(name) ??
      (constant?.opType === "Constant" ? attributeOf(constant, "value")?.t : undefined);
  }

  /** A stored tensor with its data, made or read from its file and widened if it is of half precision. */
  weight(name: string): TensorProto | undefined {
    const stored = this.stored(name);
    const made = this.sources.made?.get(name);
    if (stored === undefined) return undefined;
    if (made !== undefined) return withNumbers(stored, made());
    if (!isExternal(stored)) return widenTensor(stored);
    const rawData = this.sources.external!.read(stored);
    return widenTensor({ ...stored, rawData, externalData: [], dataLocation: 0 });
  }

  /** The bytes of a stored tensor as its file has them, read anew if that is another file; empty if it has a list of numbers instead. */
  bytesOf(tensor: TensorProto): Uint8Array {
    return isExternal(tensor) ? this.sources.external!.read(tensor) : tensor.rawData;
  }

  /** The place on disk of a stored tensor's bytes; undefined if its file has a list of numbers instead, or no file has them. */
  placeOf(name: string): WeightPlace | undefined {
    const { bytes, external, made } = this.sources;
    const tensor = this.stored(name);
    if (tensor === undefined || made?.has(name)) return undefined;
    if (isExternal(tensor)) return external!.placeOf(tensor);
    const { buffer, byteOffset, byteLength } = tensor.rawData;
    if (byteLength === 0 || buffer !== bytes?.buffer) return undefined;
    return { path: this.source, offset: byteOffset - bytes.byteOffset, length: byteLength };
  }

  #index(): Map<string, number[]> {
    const consumers = new Map<string, number[]>();
    for (const name of this.initializers.keys()) this.#constant.add(name);
    const known = new Set([...this.initializers.keys(), ...this.inputs.keys()]);
    this.nodes.forEach((node, index) => {
      const reads = this.reads[index]!;
      for (const name of reads) {
        if (!known.has(name)) {
          const reader = node.name || node.opType;
          const reason = `which no weight, input or earlier node provides`;
          throw graphDamaged(this.source, name, `node "${reader}" reads "${name}", ${reason}`);
        }
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

/** Refuses a value that two nodes make, or that is stored twice. */
function checkMakers(graph: GraphProto, source: string): void {
  const made = new Set<string>();
  const names = [
    graph.initializer.map(({ name }) => name),
    ...graph.node.map(({ output }) => output),
  ];
  for (const name of names.flat()) {
    if (name !== "" && made.has(name)) {
      throw graphDamaged(source, name, `value "${name}" is made or stored twice`);
    }
    made.add(name);
  }
}

/** Sorts nodes so that each follows those whose values it reads. ONNX requires this order, but half-precision converters break it. */
function inOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const makers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const opened = new Set<NodeProto>();
  const ordered = new Set<NodeProto>();
  for (const last of nodes) {
    const open = [last]; // an explicit stack, since a long chain of nodes might overflow the engine's
    while (open.length > 0) {
      const node = open.at(-1)!;
      if (opened.has(node)) {
        ordered.add(node);
        open.pop();
        continue;
      }
      opened.add(node);
      for (const name of readsOf(node).toReversed()) {
        const maker = makers.get(name);
        if (maker !== undefined && !opened.has(maker)) open.push(maker);
      }
    }
  }
  return [...ordered];
}

function readsOf(node: NodeProto): string[] {
  const inner = node.attribute.flatMap(subgraphsOf).flatMap(outerReads);
  return [...node.input, ...inner].filter((name) => name !== "");
}

function outerReads(graph: GraphProto): string[] {
  const provided = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap((node) => node.output),
  ]);
  const reads = [...graph.node.flatMap(readsOf), ...graph.output.map(({ name }) => name)];
  return reads.filter((name) => !provided.has(name));
}

export function attributeOf(node: NodeProto | undefined, key: string): AttributeProto | undefined {
  return node?.attribute.find(({ name }) => name === key);
}

/** Whether a flag of a node is set. */
export function isSet(node: NodeProto, name: string): boolean {
  return attributeOf(node, name)?.i === 1n;
}

function subgraphsOf(attribute: AttributeProto): readonly GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

export function withInnerNodes(nodes: readonly NodeProto[]): NodeProto[] {
  const all = [...nodes];
  for (const node of all) { // `all` grows as it is read: recursion might overflow the stack on deeply nested subgraphs
    for (const attribute of node.attribute) {
      for (const graph of subgraphsOf(attribute)) for (const inner of graph.node) all.push(inner);
    }
  }
  return all;
}

/** The tensors in a node's attributes, including the weights of its subgraphs but not their nodes' attributes. */
export function tensorsOf({ attribute }: NodeProto): TensorProto[] {
  return attribute.flatMap((each) => [
    ...(each.t === undefined ? [] : [each.t]),
    ...each.tensors,
    ...subgraphsOf(each).flatMap(({ initializer }) => initializer),
  ]);
}
