/** An array in a weight file, described without reading it; and parts of it, as other arrays. */

import type { FileAt } from "../reading/files.ts";

/** How the numbers of an array are stored, little-endian; the names are those of safetensors. */
export type NumberType =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U8"
  | "BOOL";

export const NUMBER_BYTES: Readonly<Record<NumberType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** An array of a weight file, {@linkcode FileAt.path}. */
export interface StoredArray extends FileAt {
  readonly type: NumberType;
  readonly shape: readonly number[];
  /** The distance between neighbours along each axis, in numbers. */
  readonly strides: readonly number[];
  /** The place of its first number, in bytes from the beginning of the file. */
  readonly offset: number;
}

/** The strides of an array whose numbers lie one after another, the last axis fastest. */
export function packedStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}

export function sizeOf({ shape }: Pick<StoredArray, "shape">): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Whether an array's numbers lie one after another in its file, the last axis fastest. */
export function isPacked({ shape, strides }: Pick<StoredArray, "shape" | "strides">): boolean {
  const packed = packedStrides(shape);
  return shape.every((length, axis) => length <= 1 || strides[axis] === packed[axis]);
}

export function transposed(matrix: StoredArray): StoredArray {
  return { ...matrix, shape: matrix.shape.toReversed(), strides: matrix.strides.toReversed() };
}

export function entriesOf(array: StoredArray, first: number, count: number): StoredArray {
  const { type, shape, strides, offset } = array;
  return {
    ...array,
    shape: [count, ...shape.slice(1)],
    offset: offset + first * strides[0]! * NUMBER_BYTES[type],
  };
}

/** The number of numbers in a shape from outside; undefined if the product of its axes that are not 0 is 2^53 or more. */
export function shapeSize(shape: readonly number[]): number | undefined {
  let size = 1;
  for (const length of shape) {
    size *= length || 1;
    if (!Number.isSafeInteger(size)) return undefined;
  }
  return shape.includes(0) ? 0 : size;
}
