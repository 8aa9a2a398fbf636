/** Writes the parts that all towers are made of: embeddings, layer norms and linear layers, with weights that stay in their file. */

import {
  entriesOf,
  isPacked,
  NUMBER_BYTES,
  sizeOf,
  type StoredArray,
  transposed,
} from "../checkpoint/stored_array.ts";
import { GraphWriter } from "../onnx/build.ts";
import type { TowerConfig } from "./sizes.ts";
import type { TensorProto } from "onnx-buf";
import { numbersIn } from "../checkpoint/read_numbers.ts";
import { WeightFile } from "../checkpoint/weight_file.ts";
import { fileChanged, type WeightPlace, type WeightStore } from "../onnx/weight_files.ts";

export interface TowerArrays {
  /** The files that decide their numbers, by path: what each was when it was read, see `Files.stampOf`. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly has: (name: string) => boolean;
  readonly arrayOf: (name: string, shape: readonly number[]) => StoredArray;
}

/**
 * Writes parts of a tower.
 *
 * Values are named after the hook points at which they stand. Linear layers are Gemm nodes, which read a weight as it is stored,
 * [outputs, inputs] or [inputs, outputs]; so they multiply [rows x positions, width], and what follows restores the shape. Names of arrays
 * are canonical, without the tower's before them.
 */
export class TowerWriter extends GraphWriter {
  readonly weights: PlacedWeights;
  readonly prefix: "" | "vision.";
  readonly #module: "text_model" | "vision_model";
  readonly #arrays: TowerArrays;

  constructor(kind: "text" | "image", readonly sizes: TowerConfig, arrays: TowerArrays) {
    super();
    this.weights = new PlacedWeights(arrays.stamps);
    this.prefix = kind === "text" ? "" : "vision.";
    this.#module = kind === "text" ? "text_model" : "vision_model";
    this.#arrays = arrays;
  }

  array(name: string, shape: readonly number[]): string {
    const full = this.#inFull(name);
    return this.#add(full, this.#arrays.arrayOf(full, shape));
  }

  has(name: string): boolean {
    return this.#arrays.has(this.#inFull(name));
  }

  /** Adds a table whose first rows are those of one array, and the rest those of another of the same shape. */
  joinedTable(
    name: string,
    { other, shape, rows }: {
      readonly other: string;
      readonly shape: readonly [number, number];
      readonly rows: number;
    },
  ): string {
    const [first, second] = [name, other].map((each) =>
      this.#arrays.arrayOf(this.#inFull(each), shape)
    ) as [StoredArray, StoredArray];
    const kept = Math.min(rows, shape[0]);
    const full = this.#inFull(name);
    this.weights.add(full, entriesOf(first, 0, kept), entriesOf(second, kept, shape[0] - kept));
    return this.weight(full, shape);
  }

  norm(x: string, name: string, output: string): string {
    const { width, layerNormEps } = this.sizes;
    const gain = this.array(`${name}.weight`, [width]);
    const bias = this.array(`${name}.bias`, [width]);
    const attributes = { axis: -1n, epsilon: layerNormEps };
    return this.node("LayerNormalization", [x, gain, bias], output, attributes);
  }

  /** A linear layer, from [rows, inputs] to [rows, outputs]. */
  linear(
    x: string,
    name: string,
    [inputs, outputs]: readonly [number, number],
    output: string,
    { bias = true } = {},
  ): string {
    const full = this.#inFull(`${name}.weight`);
    const matrix = this.#arrays.arrayOf(full, [outputs, inputs]);
    const isTurned = !isPacked(matrix) && isPacked(transposed(matrix));
    const weight = this.#add(full, isTurned ? transposed(matrix) : matrix);
    const terms = bias ? [this.array(`${name}.bias`, [outputs])] : [];
    return this.node("Gemm", [x, weight, ...terms], output, isTurned ? {} : { transB: 1n });
  }

  /** The residual stream's rows as a matrix: [rows x positions, width]. */
  flat(x: string, output: string): string {
    return this.node("Reshape", [x, this.whole([-1, this.sizes.width])], output);
  }

  /** The canonical name of a part: the projections of CLIP stand outside the towers. */
  #inFull(name: string): string {
    return /^(text|visual)_projection\./.test(name) ? name : `${this.#module}.${name}`;
  }

  #add(name: string, array: StoredArray): string {
    this.weights.add(name, array);
    return this.weight(name, array.shape);
  }
}

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
