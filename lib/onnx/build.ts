import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation as Location,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  type TypeProto_TensorSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { Graph } from "./graph.ts";

/** The numbers of the fields that come with their length: of a model, a graph and a weight. */
const FIELD = { graph: 7, initializer: 5, rawData: 9 } as const;

function fieldOf(number: number, content: readonly Uint8Array[]): Uint8Array[] {
  const head = [number << 3 | 2];
  let length = lengthOf(content);
  for (; length >= 128; length = Math.floor(length / 128)) head.push(length % 128 + 128);
  return [Uint8Array.of(...head, length), ...content];
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** A model as the bytes of an ONNX file. `toBinary` alone would copy weights four times, at every level of the message; here they are copied once. */
export function modelBytes({ graph, ...model }: ModelProto): Uint8Array<ArrayBuffer> {
  const { initializer, ...rest } = graph!;
  const pieces = [
    toBinary(ModelProtoSchema, model),
    ...fieldOf(FIELD.graph, [
      toBinary(GraphProtoSchema, { ...rest, initializer: [] }),
      ...initializer.flatMap((tensor) => fieldOf(FIELD.initializer, tensorPieces(tensor))),
    ]),
  ];
  return joined(pieces);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(pieces));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

function tensorPieces(tensor: TensorProto): Uint8Array[] {
  const { rawData } = tensor;
  if (rawData.length === 0) return [toBinary(TensorProtoSchema, tensor)]; // its numbers are in a list
  return [
    toBinary(TensorProtoSchema, { ...tensor, rawData: new Uint8Array(0) }),
    ...fieldOf(FIELD.rawData, [rawData]),
  ];
}

/** The value of a node's attribute: a bigint for a whole number, a number for a real one. */
type AttributeValue = number | bigint | string | readonly bigint[] | TensorProto;

export function makeNode(
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) => makeAttribute(name, value));
  return create(NodeProtoSchema, { opType, input: [...input], output: [output], attribute });
}

function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const made = (init: MessageInitShape<typeof AttributeProtoSchema>) =>
    create(AttributeProtoSchema, { name, ...init });
  if (typeof value === "number") return made({ type: Kind.FLOAT, f: value });
  if (typeof value === "bigint") return made({ type: Kind.INT, i: value });
  if (typeof value === "string") {
    return made({ type: Kind.STRING, s: new TextEncoder().encode(value) });
  }
  return "dims" in value
    ? made({ type: Kind.TENSOR, t: value })
    : made({ type: Kind.INTS, ints: [...value] });
}

export function scalarTensor(value: number, dims: bigint[] = []): TensorProto {
  return create(TensorProtoSchema, { dataType: Type.FLOAT, floatData: [value], dims });
}

/** Whole numbers: one without axes, or a list. */
export function wholeTensor(value: number | readonly number[]): TensorProto {
  const list = typeof value === "number" ? [value] : value;
  const dims = typeof value === "number" ? [] : [BigInt(list.length)];
  return create(
    TensorProtoSchema,
    { dataType: Type.INT64, dims, int64Data: list.map(BigInt) },
  );
}

/** The first operator set in which a reduction reads its axes as an input. */
const AXES_ARE_INPUT = { ReduceMean: 18n, ReduceSum: 13n };

/** The version of ONNX's own operators that a graph is written in; 0 if it does not say. */
export function operatorVersion({ model }: Graph): bigint {
  const isOwn = ({ domain }: { readonly domain: string }) => domain === "" || domain === "ai.onnx";
  return model.opsetImport.find(isOwn)?.version ?? 0n;
}

/** Writes nodes one after another, whose outputs it names. Every method that adds a node returns its output. */
export class NodeWriter {
  readonly nodes: NodeProto[] = [];

  /** `named`: what the names begin with. */
  constructor(private readonly named: string) {}

  /** Adds a node; a number among its inputs stands for a constant. */
  op(
    opType: string,
    input: readonly (string | number)[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output?: string,
  ): string {
    const names = input.map((x) => typeof x === "string" ? x : this.constant(scalarTensor(x)));
    return this.add(makeNode(opType, names, "", attributes), output);
  }

  /** Adds a reduction along one axis, which is kept with length 1. */
  reduce(graph: Graph, opType: keyof typeof AXES_ARE_INPUT, input: string, axis: number): string {
    return operatorVersion(graph) < AXES_ARE_INPUT[opType]
      ? this.op(opType, [input], { axes: [BigInt(axis)] })
      : this.op(opType, [input, this.constant(wholeTensor([axis]))]);
  }

  constant(value: TensorProto): string {
    return this.add(makeNode("Constant", [], "", { value }));
  }

  /** Adds a node that is like a given one. */
  add(node: NodeProto, output = `${this.named} ${this.nodes.length} ${node.opType}`): string {
    this.nodes.push({ ...node, name: output, output: [output] });
    return output;
  }
}

export interface GraphEnd {
  readonly name: string;
  readonly type: Type;
  /** For each axis its name, or its size if that is fixed. */
  readonly axes: readonly (string | number)[];
}

const OPERATORS = 20n; // version of ONNX's operators: the first with Gelu
const FORMAT = 9n; // version of the file format that belongs to it

/** A graph that is being written. Every method that adds a value returns the value's name. */
export class GraphWriter {
  readonly #nodes: NodeProto[] = [];
  readonly #weights: TensorProto[] = [];
  readonly #whole = new Map<string, string>();

  node(
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const node = makeNode(opType, input, output, attributes);
    node.name = output;
    this.#nodes.push(node);
    return output;
  }

  weight(name: string, shape: readonly number[]): string {
    this.#weights.push(create(
      TensorProtoSchema,
      { name, dataType: Type.FLOAT, dims: shape.map(BigInt), dataLocation: Location.EXTERNAL },
    ));
    return name;
  }

  /** Adds numbers of single precision that are stored in the graph itself. */
  real(name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dims = shape.map(BigInt);
    this.#weights.push(create(TensorProtoSchema, { name, dataType: Type.FLOAT, dims, rawData }));
    return name;
  }

  /** Adds whole numbers, once for each value: one without axes, or a list. */
  whole(value: number | readonly number[]): string {
    const name = `whole ${JSON.stringify(value)}`;
    const known = this.#whole.get(name);
    if (known !== undefined) return known;
    this.#whole.set(name, name);
    this.#weights.push(Object.assign(wholeTensor(value), { name }));
    return name;
  }

  model(
    name: string,
    { inputs, outputs }: Readonly<{ inputs: readonly GraphEnd[]; outputs: readonly GraphEnd[] }>,
  ): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: FORMAT,
      opsetImport: [{ version: OPERATORS }],
      producerName: "negscope",
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#weights,
        input: inputs.map(infoOf),
        output: outputs.map(infoOf),
      },
    });
  }
}

function infoOf({ name, type: elemType, axes }: GraphEnd): ValueInfoProto {
  const value: MessageInitShape<typeof TypeProto_TensorSchema> = {
    elemType,
    shape: {
      dim: axes.map((size) =>
        typeof size === "string"
          ? { value: { case: "dimParam" as const, value: size } }
          : { value: { case: "dimValue" as const, value: BigInt(size) } }
      ),
    },
  };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value } } });
}

/** The smallest model: one matrix product. */
export function productModel(): Uint8Array {
  const matrix = (name: string) => ({ name, type: Type.FLOAT, axes: ["rows", "columns"] });
  const graph = new GraphWriter();
  graph.node("MatMul", ["a", "b"], "c");
  return modelBytes(
    graph.model("product", { inputs: [matrix("a"), matrix("b")], outputs: [matrix("c")] }),
  );
}
