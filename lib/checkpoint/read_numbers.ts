/** The numbers of a stored array, as float32. */

import { NegscopeError } from "../errors.ts";
import {
  isPacked,
  NUMBER_BYTES,
  type NumberType,
  sizeOf,
  type StoredArray,
} from "./stored_array.ts";
import { WeightFile } from "./weight_file.ts";

/** Numbers that are read at once; the largest embedding of a published CLIP has less than half as many. */
const MOST_NUMBERS = 2 ** 30;

/** Reads an array as float32, the last axis fastest: other numbers are rounded to the nearest; of BOOL, everything but 0 is 1. */
export function readNumbers(array: StoredArray): Float32Array<ArrayBuffer> {
  using file = new WeightFile(array);
  return numbersIn(file, array);
}

export function numbersIn(file: WeightFile, array: StoredArray): Float32Array<ArrayBuffer> {
  const { offset, type } = array;
  const { buffer } = file.read(offset, spanOf(array) * NUMBER_BYTES[type]);
  return inOrder(array, asFloat32(type, buffer));
}

/** The number of numbers from an array's first in the file to its last, others between them included. */
function spanOf(array: StoredArray): number {
  const { shape, strides, path } = array;
  if (shape.includes(0)) return 0;
  const span = shape.reduce((span, length, axis) => span + (length - 1) * strides[axis]!, 1);
  const count = Math.max(span, sizeOf(array));
  if (count <= MOST_NUMBERS) return span;
  throw new NegscopeError("weights-damaged", {
    problem: `Cannot read numbers of "${path}"`,
    reason: `one of its arrays has ${count} of them, where ${MOST_NUMBERS} are allowed`,
  });
}

function asFloat32(type: NumberType, buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  switch (type) {
    case "F32":
      return new Float32Array(buffer);
    case "F64":
      return new Float32Array(new Float64Array(buffer));
    case "F16":
      return new Float32Array(new Float16Array(buffer));
    case "BF16": {
      const bits = new Uint32Array(new Uint16Array(buffer));
      for (let i = 0; i < bits.length; i++) bits[i]! <<= 16; // it is the upper half of a float32
      return new Float32Array(bits.buffer);
    }
    case "I64":
      return fromInt64(new BigInt64Array(buffer));
    case "I32":
      return new Float32Array(new Int32Array(buffer));
    case "I16":
      return new Float32Array(new Int16Array(buffer));
    case "I8":
      return new Float32Array(new Int8Array(buffer));
    case "U8":
      return new Float32Array(new Uint8Array(buffer));
    case "BOOL":
      return new Float32Array(new Uint8Array(buffer).map((byte) => byte === 0 ? 0 : 1));
  }
}

/** Whole numbers, rounded once: through float64 alone, large ones would be rounded twice. */
function fromInt64(whole: BigInt64Array): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(whole.length);
  for (let i = 0; i < whole.length; i++) {
    const value = Number(whole[i]!);
    numbers[i] = Number.isSafeInteger(value) ? value : roundedToOdd(whole[i]!);
  }
  return numbers;
}

/** A number whose rounding to float32 is that of another (Boldo and Melquiond 2008): its upper 53 bits, the last of them set if any other is. */
function roundedToOdd(value: bigint): number {
  const upper = value >> 11n;
  const isExact = upper << 11n === value;
  return Number(isExact ? upper : upper | 1n) * 2 ** 11;
}

/** The numbers in the order of the axes, of those from an array's first to its last. */
function inOrder(
  array: StoredArray,
  span: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  if (isPacked(array)) return span;
  const { shape, strides } = array;
  const numbers = new Float32Array(sizeOf(array));
  const [rows, rowStride] = [shape.at(-1)!, strides.at(-1)!];
  const index = new Array<number>(shape.length - 1).fill(0);
  let from = 0; // of the first number of a row
  for (let to = 0; to < numbers.length;) {
    for (let i = 0; i < rows; i++) numbers[to++] = span[from + i * rowStride]!;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return numbers;
}
