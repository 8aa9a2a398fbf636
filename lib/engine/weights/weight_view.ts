/** A weight with named axes, as a view of the numbers that the file stores. */

import { visibleText } from "../../errors.ts";
import { type Axis, checkIndex, Tensor } from "../../hooks/tensor.ts";

/** Where the values of a weight lie among stored numbers. */
export interface WeightLayout {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** For each axis, the distance between neighbouring values, in stored numbers. */
  readonly strides: readonly number[];
  /** The index of the first value. */
  readonly offset: number;
}

/** Calls `visit` with the place of each value of a weight, in the order of its axes, whatever the order in which it is stored. */
export function forEachPlace(
  { shape, strides, offset }: WeightLayout,
  visit: (place: number) => void,
): void {
  const along = (axis: number, from: number): void => {
    if (axis === shape.length) return visit(from);
    for (let i = 0; i < shape[axis]!; i++) along(axis + 1, from + i * strides[axis]!);
  };
  along(0, offset);
}

/**
 * A read-only view of a weight.
 *
 * Exporters store a matrix as [inputs, outputs] or as [outputs, inputs], with all heads side by side, so that one head's W_Q is a block
 * of columns. The view reads such a block through strides, without a copy. A {@linkcode Tensor} is always dense; `toTensor` makes one.
 */
export class WeightView {
  /** The weight's name, e.g. `blocks.0.attn.W_Q`; a part's name ends in its index. */
  readonly name: string;
  /** What each axis counts, in the order of `shape`. */
  readonly axes: readonly Axis[];
  /** The size of each axis. */
  readonly shape: readonly number[];
  readonly #values: Float32Array;
  readonly #layout: WeightLayout;

  /**
   * Wraps stored numbers without copying them.
   *
   * @param name The weight's name.
   * @param axes What each axis counts.
   * @param values The stored numbers, which include the weight's.
   * @param layout Where the weight's values lie among them.
   */
  constructor(
    name: string,
    axes: readonly Axis[],
    { values, layout }: { readonly values: Float32Array; readonly layout: WeightLayout },
  ) {
    this.name = name;
    this.axes = axes;
    this.shape = layout.shape;
    this.#values = values;
    this.#layout = layout;
  }

  /** The values without a copy, if the file stores them in row-major order (last axis fastest); otherwise undefined: use `toTensor`. */
  get data(): Float32Array | undefined {
    const { shape, strides, offset } = this.#layout;
    let size = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] !== 1 && strides[axis] !== size) return undefined;
      size *= shape[axis]!;
    }
    return this.#values.subarray(offset, offset + size);
  }

  /**
   * One value.
   *
   * @param indices One index per axis, from 0.
   * @throws {NegscopeError} If an index is outside its axis, or there is not one index per axis.
   */
  at(...indices: number[]): number {
    return this.#values[this.#placeOf(indices)]!;
  }

  /**
   * The part at one index of the first axis, such as one head's matrix, without a copy.
   *
   * @param index Index along the first axis, from 0.
   * @throws {NegscopeError} If there is no such index.
   */
  row(index: number): WeightView {
    const offset = this.#placeOf([index, ...this.shape.slice(1).map(() => 0)]);
    const { shape, strides } = this.#layout;
    return new WeightView(`${this.name}[${index}]`, this.axes.slice(1), {
      values: this.#values,
      layout: { shape: shape.slice(1), strides: strides.slice(1), offset },
    });
  }

  /** A copy as a dense tensor, last axis fastest. */
  toTensor(): Tensor {
    const data = new Float32Array(this.shape.reduce((product, length) => product * length, 1));
    let next = 0;
    forEachPlace(this.#layout, (place) => void (data[next++] = this.#values[place]!));
    return new Tensor(data, this.shape, this.axes);
  }

  /** One line: the name, and the axes with their sizes. */
  toString(): string {
    return `${this.name} [${this.axes.map((axis, i) => `${axis} ${this.shape[i]}`).join(", ")}]`;
  }

  /** What a terminal and a notebook show. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }

  #placeOf(indices: readonly number[]): number {
    const { strides, offset } = this.#layout;
    checkIndex(indices, this);
    return indices.reduce((place, index, axis) => place + index * strides[axis]!, offset);
  }
}
