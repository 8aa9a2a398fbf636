/** The weights of a graph that is built for a weight file: they stay in the file until a session takes them. */

import type { TensorProto } from "onnx-buf";
import { numbersIn } from "../checkpoint/read_numbers.ts";
import { WeightFile } from "../checkpoint/weight_file.ts";
import { isPacked, NUMBER_BYTES, sizeOf, type StoredArray } from "../checkpoint/stored_array.ts";
import { fileChanged, type WeightPlace, type WeightStore } from "../onnx/graph/model_files.ts";

/** Arrays of weight files by the names of a graph's weights. All are of single precision when they are read. */
export class PlacedWeights implements WeightStore {
  readonly stamps: ReadonlyMap<string, string>;
  readonly #arrays = new Map<string, readonly StoredArray[]>();

  constructor(stamps: ReadonlyMap<string, string>) {
    this.stamps = stamps;
  }

  /** Adds an array under the name of a weight, or several that make it up, one after another along the first axis. */
  add(name: string, ...arrays: readonly StoredArray[]): void {
    this.#arrays.set(name, arrays);
  }

  placeOf({ name }: TensorProto): WeightPlace | undefined {
    const [array, ...others] = this.#arrays.get(name)! as [StoredArray, ...StoredArray[]];
    const isAsNeeded = others.length === 0 && array.type === "F32" && isPacked(array);
    if (!isAsNeeded) return undefined; // it must be joined, converted or brought into order
    const { path, offset, type } = array;
    return { path, offset, length: sizeOf(array) * NUMBER_BYTES[type] };
  }

  read({ name }: TensorProto): Uint8Array<ArrayBuffer> {
    const pieces = this.#arrays.get(name)!.map((array) => this.#bytesOf(array));
    return pieces.length === 1 ? pieces[0]! : joined(pieces);
  }

  #bytesOf(array: StoredArray): Uint8Array<ArrayBuffer> {
    using file = new WeightFile(array);
    if (file.stamp !== this.stamps.get(array.path)) throw fileChanged(array.path);
    const { buffer, byteOffset, byteLength } = numbersIn(file, array);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}
