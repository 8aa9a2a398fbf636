/** Activations as users see them: float32 values with a shape and named axes. */

import { tensorIndexOutside, tensorSizeMismatch } from "../errors.ts";

/** The meaning of one axis of an activation or an image. */
export type Axis =
  | "batch"
  | "position"
  | "width"
  | "head"
  | "head width"
  | "query"
  | "key"
  | "neuron"
  | "scale"
  | "projection"
  | "token"
  | "neuron"
  | "channel"
  | "row"
  | "column";

/**
 * A dense float32 array in row-major order.
 *
 * `data` is the live storage: a hook function that writes into it changes the activation.
 */
export class Tensor {
  /** The values, last axis fastest. */
  readonly data: Float32Array;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** What each axis counts, in the order of `shape`. */
  readonly axes: readonly Axis[];

  /**
   * Wraps values.
   *
   * @param data The values, used without a copy.
   * @param shape The size of each axis; their product is the number of values.
   * @param axes What each axis counts.
   * @throws {TypeError} If `data` does not hold exactly the product of `shape`, or `axes` names another number of axes.
   */
  constructor(data: Float32Array, shape: readonly number[], axes: readonly Axis[]) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (data.length !== size || axes.length !== shape.length) {
      throw tensorSizeMismatch(data.length, shape, axes);
    }
    this.data = data;
    this.shape = shape;
    this.axes = axes;
  }

  /** The number of values that one step along `axis` passes over. */
  stride(axis: number): number {
    return this.shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  }

  /**
   * One value.
   *
   * @param indices One index per axis, from 0.
   * @throws {RangeError} If an index is outside its axis or their number is not that of the axes.
   */
  at(...indices: number[]): number {
    return this.data[this.#offset(indices)]!;
  }

  /**
   * The part at one index of the first axis, without a copy.
   *
   * @param index Index along the first axis, from 0.
   * @throws {RangeError} If there is no such index.
   */
  row(index: number): Tensor {
    const start = this.#offset([index, ...this.shape.slice(1).map(() => 0)]);
    const data = this.data.subarray(start, start + this.stride(0));
    return new Tensor(data, this.shape.slice(1), this.axes.slice(1));
  }

  /** A copy with storage of its own. */
  clone(): Tensor {
    return new Tensor(this.data.slice(), this.shape, this.axes);
  }

  /** A line to read: axes with their sizes. */
  toString(): string {
    return `Tensor [${this.axes.map((axis, i) => `${axis} ${this.shape[i]}`).join(", ")}]`;
  }

  /** What a terminal and a notebook show. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  #offset(indices: readonly number[]): number {
    const valid = indices.length === this.shape.length &&
      indices.every((i, axis) => Number.isInteger(i) && i >= 0 && i < this.shape[axis]!);
    if (!valid) throw tensorIndexOutside(indices, this.toString());
    return indices.reduce((offset, index, axis) => offset * this.shape[axis]! + index, 0);
  }
}
