/** Weights that lie in files of their own, not in the bytes of a graph. */

import type { TensorProto } from "onnx-buf";

/** Where the bytes of a weight are. */
export interface WeightPlace {
  readonly path: string;
  /** The first byte, from the beginning of the file. */
  readonly offset: number;
  /** The number of bytes. */
  readonly length: number;
}

/** The files that hold a graph's weights. Weights are read on request and not kept in memory. */
export interface WeightStore {
  /** What each file was when its weights were found, by path, see `Files.stampOf`. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The place of a weight's bytes; undefined if no file has them in the type and order of the tensor. */
  placeOf(tensor: TensorProto): WeightPlace | undefined;
  /** Reads a weight's bytes, in the type and order of the tensor. */
  read(tensor: TensorProto): Uint8Array<ArrayBuffer>;
}
