/** A graph as the bytes of ONNX files, made piece by piece, so that its weights need not be in memory together. */

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
export const FIELD = { graph: 7, initializer: 5, rawData: 9 } as const;

/** How a graph is written. */
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

/**
 * The files of a graph. Weights that lie in other files go into the ONNX file, or into one file beside it. The same graph gives the same
 * bytes.
 *
 * @param graph The graph; it must stay open until the last piece is taken.
 */
export function graphBytes(
  graph: Graph,
  { dataName, largest = LARGEST, properties = {} }: GraphBytesOptions,
): GraphBytes {
  const added = entriesOf(properties);
  const numbersOf = (tensor: TensorProto): Piece => ({
    length: Number(byteLength(graph.source, tensor)),
    read: () => graph.bytesOf(tensor),
  });
  const whole = modelPieces(graph, added, (tensor) => [
    toBinary(TensorProtoSchema, { ...tensor, dataLocation: 0, externalData: [] }),
    ...fieldOf(FIELD.rawData, [numbersOf(tensor)]),
  ]);
  if (lengthOf(whole) <= largest) return { model: contentOf(whole) };
  const data: Piece[] = [];
  let end = 0;
  const model = modelPieces(graph, added, (tensor) => {
    const numbers = numbersOf(tensor);
    const { length } = numbers;
    const offset = Math.ceil(end / PAGE) * PAGE;
    data.push(new Uint8Array(offset - end), numbers);
    end = offset + length;
    const externalData = entriesOf({ location: dataName, offset, length });
    return [toBinary(TensorProtoSchema, { ...tensor, externalData })];
  });
  return { model: contentOf(model), data: contentOf(data) };
}

/** The pieces of a model; `external` makes those of weights that lie in other files. */
function modelPieces(
  graph: Graph,
  added: readonly StringStringEntryProto[],
  external: (tensor: TensorProto) => Piece[],
): Piece[] {
  const { graph: own, metadataProps, ...model } = graph.model;
  const { initializer, ...rest } = own!;
  return [
    toBinary(ModelProtoSchema, { ...model, metadataProps: [...metadataProps, ...added] }),
    ...fieldOf(FIELD.graph, [
      toBinary(GraphProtoSchema, { ...rest, initializer: [] }),
      ...initializer.flatMap((tensor) =>
        fieldOf(
          FIELD.initializer,
          isExternal(tensor) ? external(tensor) : [toBinary(TensorProtoSchema, tensor)],
        )
      ),
    ]),
  ];
}

function entriesOf(values: Readonly<Record<string, string | number>>): StringStringEntryProto[] {
  return Object.entries(values)
    .map(([key, value]) => create(StringStringEntryProtoSchema, { key, value: `${value}` }));
}

/** A field of a protocol buffer: its number and type, its length, and its content. */
export function fieldOf<Of extends Piece>(
  number: number,
  content: readonly Of[],
): (Of | Uint8Array<ArrayBuffer>)[] {
  const head = [number << 3 | 2];
  let length = lengthOf(content);
  for (; length >= 128; length = Math.floor(length / 128)) head.push(length % 128 + 128);
  return [Uint8Array.of(...head, length), ...content];
}

/** The number of bytes of pieces together. */
export function lengthOf(pieces: readonly Piece[]): number {
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

const NONE = new Uint8Array(0);

/**
 * Writes a model. `toBinary` alone would copy each weight four times, since it joins what it has at every level of the message. Returns the
 * bytes; weights are copied once, into their place.
 */
export function modelBytes({ graph, ...model }: ModelProto): Uint8Array<ArrayBuffer> {
  const { initializer, ...rest } = graph!;
  const pieces = [
    toBinary(ModelProtoSchema, model),
    ...fieldOf(FIELD.graph, [
      toBinary(GraphProtoSchema, { ...rest, initializer: [] }),
      ...initializer.flatMap((tensor) => fieldOf(FIELD.initializer, tensorPieces(tensor))),
    ]),
  ];
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
    toBinary(TensorProtoSchema, { ...tensor, rawData: NONE }),
    ...fieldOf(FIELD.rawData, [rawData]),
  ];
}
