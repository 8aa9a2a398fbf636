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
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation as Location,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  type TypeProto_TensorSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { Graph } from "./graph.ts";
import { byteLength, isExternal } from "./weight_files.ts";
import { freeMemory } from "./runtime.ts";

const LARGEST = 2 ** 31 - 1; // most bytes of a protocol buffer, and so of an ONNX file

/** Weights in a file of their own begin at multiples of it, so that the system can map them into memory. */
const PAGE = 4096;

/** The numbers of the fields that come with their length: of a model, a graph and a weight. */
const FIELD = { graph: 7, initializer: 5, rawData: 9 } as const;

/** Bytes, or the number of bytes that are read only when they are written. */
type Piece = Uint8Array | { readonly length: number; readonly read: () => Uint8Array };

/** The files of a graph, the same bytes each time. Weights of other files go into the ONNX file or one beside it; the graph must stay open. */
export function graphBytes(
  graph: Graph,
  { dataName, largest = LARGEST, properties = {} }: {
    /** The name of the file for weights, should there be one; it lies beside the ONNX file. */
    readonly dataName: string;
    /** The most bytes of the ONNX file; the weights of a larger one get a file of their own. @default {2^31 - 1} */
    readonly largest?: number | undefined;
    /** Properties of the model besides its own (`metadata_props`), by name. @default {none} */
    readonly properties?: Readonly<Record<string, string>>;
  },
): {
  readonly model: Iterable<Uint8Array>;
  /** The file beside it that holds its weights; absent if the ONNX file holds them. */
  readonly data?: Iterable<Uint8Array>;
} {
  const model = {
    ...graph.model,
    metadataProps: [...graph.model.metadataProps, ...entriesOf(properties)],
  };
  const numbersOf = (tensor: TensorProto): Piece => ({
    length: Number(byteLength(graph.source, tensor)),
    read: () => graph.bytesOf(tensor),
  });
  const withExternal = (piecesOf: (tensor: TensorProto) => Piece[]) =>
    modelPieces<Piece>(
      model,
      (tensor) => isExternal(tensor) ? piecesOf(tensor) : [toBinary(TensorProtoSchema, tensor)],
    );
  const whole = withExternal((tensor) => [
    toBinary(TensorProtoSchema, { ...tensor, dataLocation: 0, externalData: [] }),
    ...fieldOf(FIELD.rawData, [numbersOf(tensor)]),
  ]);
  if (lengthOf(whole) <= largest) return { model: contentOf(whole) };
  const data: Piece[] = [];
  let end = 0;
  const beside = withExternal((tensor) => {
    const numbers = numbersOf(tensor);
    const { length } = numbers;
    const offset = Math.ceil(end / PAGE) * PAGE;
    data.push(new Uint8Array(offset - end), numbers);
    end = offset + length;
    const externalData = entriesOf({ location: dataName, offset, length });
    return [toBinary(TensorProtoSchema, { ...tensor, externalData })];
  });
  return { model: contentOf(beside), data: contentOf(data) };
}

/** The pieces of a model; `piecesOf` makes those of each weight. */
function modelPieces<Of extends Piece>(
  { graph, ...model }: ModelProto,
  piecesOf: (tensor: TensorProto) => Of[],
): (Of | Uint8Array<ArrayBuffer>)[] {
  const { initializer, ...rest } = graph!;
  return [
    toBinary(ModelProtoSchema, model),
    ...fieldOf(FIELD.graph, [
      toBinary(GraphProtoSchema, { ...rest, initializer: [] }),
      ...initializer.flatMap((tensor) => fieldOf(FIELD.initializer, piecesOf(tensor))),
    ]),
  ];
}

function entriesOf(values: Readonly<Record<string, string | number>>): StringStringEntryProto[] {
  return Object.entries(values)
    .map(([key, value]) => create(StringStringEntryProtoSchema, { key, value: `${value}` }));
}

function fieldOf<Of extends Piece>(
  number: number,
  content: readonly Of[],
): (Of | Uint8Array<ArrayBuffer>)[] {
  const head = [number << 3 | 2];
  let length = lengthOf(content);
  for (; length >= 128; length = Math.floor(length / 128)) head.push(length % 128 + 128);
  return [Uint8Array.of(...head, length), ...content];
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function contentOf(pieces: readonly Piece[]): Iterable<Uint8Array> {
  return { [Symbol.iterator]: () => bytesOf(pieces) };
}

function* bytesOf(pieces: readonly Piece[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      yield piece;
      continue;
    }
    const bytes = piece.read();
    try {
      yield bytes;
    } finally {
      freeMemory(bytes); // nobody needs them any more
    }
  }
}

/** A model as the bytes of an ONNX file. `toBinary` alone would copy weights four times, at every level of the message; here they are copied once. */
export function modelBytes(model: ModelProto): Uint8Array<ArrayBuffer> {
  const pieces = modelPieces(model, tensorPieces);
  const bytes = new Uint8Array(lengthOf(pieces));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

function tensorPieces(tensor: TensorProto): Uint8Array<ArrayBufferLike>[] {
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
  const { FLOAT, INT, STRING, INTS, TENSOR } = Kind;
  switch (typeof value) {
    case "number":
      return create(AttributeProtoSchema, { name, type: FLOAT, f: value });
    case "bigint":
      return create(AttributeProtoSchema, { name, type: INT, i: value });
    case "string":
      return create(
        AttributeProtoSchema,
        { name, type: STRING, s: new TextEncoder().encode(value) },
      );
  }
  return "dims" in value
    ? create(AttributeProtoSchema, { name, type: TENSOR, t: value })
    : create(AttributeProtoSchema, { name, type: INTS, ints: [...value] });
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
