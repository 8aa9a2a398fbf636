import { NegscopeError, printsItself } from "../errors/errors.ts";

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
  | "component"
  | "token"
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

  /** Wraps values without a copy; there must be as many as the product of `shape`. */
  constructor(data: Float32Array, shape: readonly number[], axes: readonly Axis[]) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (data.length !== size || axes.length !== shape.length) {
      throw new NegscopeError("sizes-differ", {
        problem: `Cannot make a tensor of shape [${shape.join(", ")}] with axes [${
          axes.join(", ")
        }] from ${data.length} values`,
        subject: data.length,
        expected: "one value per cell and one axis name per size",
      });
    }
    this.data = data;
    this.shape = shape;
    this.axes = axes;
  }

  /** The number of values that one step along `axis` passes over. */
  stride(axis: number): number {
    return this.shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  }

  /** One value, at one index per axis, from 0. */
  at(...indices: number[]): number {
    return this.data[this.#offset(indices)]!;
  }

  /** The part at one index of the first axis, from 0, without a copy. */
  row(index: number): Tensor {
    const start = this.#offset([index, ...this.shape.slice(1).map(() => 0)]);
    const data = this.data.subarray(start, start + this.stride(0));
    return new Tensor(data, this.shape.slice(1), this.axes.slice(1));
  }

  /** The mean over an axis, which is then gone: `mean("batch")` of a residual stream is [position, width]. Sums are made in float64. */
  mean(axis: Axis): Tensor {
    const place = this.axes.indexOf(axis);
    const count = this.shape[place] ?? 0;
    if (count === 0) {
      throw new NegscopeError("name-unknown", {
        problem: `Cannot average ${this} over "${axis}"`,
        reason: place < 0 ? "it has no such axis" : "there is nothing to average",
        expected: `one of its axes, of at least 1: ${this.axes.join(", ") || "none"}`,
      });
    }
    const inner = this.stride(place);
    const means = new Float32Array(this.data.length / count);
    for (let i = 0; i < means.length; i++) {
      const first = Math.floor(i / inner) * inner * count + i % inner;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += this.data[first + k * inner]!;
      means[i] = sum / count;
    }
    const isKept = (_: unknown, i: number) => i !== place;
    return new Tensor(means, this.shape.filter(isKept), this.axes.filter(isKept));
  }

  /**
   * The difference from another tensor with the same axes: `negated.minus(affirmative)`; or with only the last ones, such as a vector, which is
   * then subtracted at every place.
   */
  minus(other: Tensor): Tensor {
    this.#checkEnds(other, "minus");
    const { length } = other.data;
    const difference = this.data.map((x, i) => x - other.data[i % length]!);
    return new Tensor(difference, this.shape, this.axes);
  }

  /**
   * The dot product over the last axis, which is then gone: a residual stream [batch, position, width] and a direction [width] give
   * [batch, position]. A tensor with more of this one's last axes has a vector of its own for each place. Sums are made in float64.
   */
  dot(other: Tensor): Tensor {
    this.#checkEnds(other, "dot");
    const count = other.shape.at(-1)!;
    const { length } = other.data;
    const products = new Float32Array(
      this.shape.slice(0, -1).reduce((product, size) => product * size, 1),
    );
    for (let i = 0; i < products.length; i++) {
      let sum = 0;
      for (let k = i * count; k < (i + 1) * count; k++) {
        sum += this.data[k]! * other.data[k % length]!;
      }
      products[i] = sum;
    }
    return new Tensor(products, this.shape.slice(0, -1), this.axes.slice(0, -1));
  }

  /** A copy with its own storage. */
  clone(): Tensor {
    return new Tensor(this.data.slice(), this.shape, this.axes);
  }

  /** One line: the axes with their sizes. */
  toString(): string {
    return `Tensor [${this.axes.map((axis, i) => `${axis} ${this.shape[i]}`).join(", ")}]`;
  }

  /** Checks that another tensor's axes and sizes are the last ones of this. */
  #checkEnds(other: Tensor, operation: "minus" | "dot"): void {
    const before = this.shape.length - other.shape.length;
    const fits = before >= 0 &&
      other.shape.every((size, i) =>
        size === this.shape[before + i] && other.axes[i] === this.axes[before + i]
      );
    if (fits && (operation === "minus" || other.shape.length > 0)) return;
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot use ${other} in ${operation}() of ${this}`,
      subject: `${other}`,
      expected: "the same axes and sizes, or the last of them",
    });
  }

  #offset(indices: readonly number[]): number {
    const valid = indices.length === this.shape.length &&
      indices.every((i, axis) => Number.isInteger(i) && i >= 0 && i < this.shape[axis]!);
    if (valid) {
      return indices.reduce((offset, index, axis) => offset * this.shape[axis]! + index, 0);
    }
    const index = `[${indices.join(", ")}]`;
    throw new NegscopeError("index-outside", {
      problem: `Cannot read index ${index} of ${this}`,
      subject: index,
      expected: "one index per axis, each from 0 to below its size",
    });
  }
}

printsItself(Tensor.prototype);
