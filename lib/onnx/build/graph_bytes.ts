/** Graphs as the bytes of ONNX files, made piece by piece, so that weights are neither copied nor in memory together. */

import { create, toBinary } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "onnx-buf";
import type { Graph } from "../graph/graph.ts";
import { byteLength, isExternal } from "../graph/weight_check.ts";
import { freeMemory } from "../runtime/free_memory.ts";

/** The most bytes of a protocol buffer, and so of an ONNX file. */
const LARGEST = 2 ** 31 - 1;

/** Weights in a file of their own begin at multiples of it, so that the system can map them into memory. */
const PAGE = 4096;

/** The numbers of the fields that come with their length: of a model, a graph and a weight. */
const FIELD = { graph: 7, initializer: 5, rawData: 9 } as const;

export interface GraphBytesOptions {
  /** The name of the file for weights, should there be one; it lies beside the ONNX file. */
  readonly dataName: string;
  /** The most bytes of the ONNX file; the weights of a larger one get a file of their own. @default {2^31 - 1} */
  readonly largest?: number | undefined;
  /** Properties of the model besides its own (`metadata_props`), by name. @default {none} */
  readonly properties?: Readonly<Record<string, string>>;
}

/** The files of a graph, whose bytes are made anew each time that they are asked for. */
export interface GraphBytes {
  readonly model: Iterable<Uint8Array>;
  /** The file beside it that holds its weights; absent if the ONNX file holds them. */
  readonly data?: Iterable<Uint8Array>;
}

/** Bytes, or the number of bytes that are read only when they are written. */
type Piece = Uint8Array | { readonly length: number; readonly read: () => Uint8Array };

/** The files of a graph, the same bytes each time. Weights of other files go into the ONNX file or one beside it; the graph must stay open. */
export function graphBytes(
  graph: Graph,
  { dataName, largest = LARGEST, properties = {} }: GraphBytesOptions,
): GraphBytes {
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
