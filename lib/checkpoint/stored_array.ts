/** A file of weights, opened, with errors that name it; an array in it, described without reading it; and the array's numbers as float32. */

import type { FileAt, Files, OpenFile } from "../reading/files.ts";
import { NegscopeError, readingFailure, shown } from "../errors/errors.ts";

/** How the numbers of an array are stored, little-endian; the names are those of safetensors. */
const STORED = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Float16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

export type NumberType = keyof typeof STORED;

export function isNumberType(name: string): name is NumberType {
  return Object.hasOwn(STORED, name);
}

/** The bytes of one number. */
export function bytesOf(type: NumberType): number {
  return STORED[type].BYTES_PER_ELEMENT;
}

/** An array of a weight file, {@linkcode FileAt.path}. */
export interface StoredArray extends FileAt {
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly strides: readonly number[]; // distance between neighbours along each axis, in numbers
  readonly offset: number; // place of its first number, in bytes from the beginning of the file
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

export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function areSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
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
    offset: offset + first * strides[0]! * bytesOf(type),
  };
}

export const READABLE =
  "a file in safetensors format, one of torch.save (.pt, .pth, .bin), or the index of such files";

type FileName = "weight file" | "array file" | "benchmark";

export class WeightFile implements Disposable, FileAt {
  readonly files: Files;
  readonly path: string;
  readonly size: number; // bytes
  readonly stamp: string; // what it was when it was opened, see `OpenFile.stamp`
  readonly #file: OpenFile;

  constructor({ files, path }: FileAt, private readonly name: FileName = "weight file") {
    this.files = files;
    this.path = path;
    try {
      this.#file = files.open(path);
      this.size = this.#file.size;
      this.stamp = this.#file.stamp;
    } catch (error) {
      throw unreadable(path, error, name);
    }
  }

  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (offset + length > this.size) {
      throw this.damaged(`it ends at byte ${this.size} instead of ${offset + length} or later`);
    }
    try {
      return this.#file.readSync(offset, length);
    } catch (error) {
      throw unreadable(this.path, error, this.name);
    }
  }

  damaged(reason: string, cause?: unknown): NegscopeError {
    return new NegscopeError("weights-damaged", {
      problem: `Cannot read ${this.name} "${this.path}"`,
      reason,
      fix: "download it again",
      cause,
    });
  }

  withoutWeights(reason: string): NegscopeError {
    return new NegscopeError("weights-not-one-model", {
      problem: `Cannot find weights in "${this.path}"`,
      reason,
      fix: "save the model's state_dict() alone",
    });
  }

  otherKind(reason: string, expected: string, fix?: string): NegscopeError {
    return new NegscopeError("weights-format-unknown", {
      problem: `Cannot read ${this.name} "${this.path}"`,
      reason,
      expected,
      fix,
    });
  }

  wrongType(type: string, weight?: string): NegscopeError {
    const of = weight === undefined ? this.name : `weight ${shown(weight)} of`;
    return new NegscopeError("weights-format-unknown", {
      problem: `Cannot read ${of} "${this.path}"`,
      subject: weight ?? this.path,
      reason: `its numbers are stored as ${shown(type)}`,
      expected: "float64, float32, float16, bfloat16, signed integers, uint8 or bool",
    });
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

function unreadable(path: string, cause: unknown, name: FileName): NegscopeError {
  const reason = readingFailure(cause);
  return new NegscopeError("file-unreadable", {
    problem: `Cannot read ${name} "${path}"`,
    reason,
    fix: reason === "it is a folder"
      ? "name a file in it"
      : "check the path, and that all files of the model were downloaded",
    cause,
  });
}

/** Reads an array as float32, the last axis fastest: other numbers are rounded to the nearest; of BOOL, everything but 0 is 1. */
export function readNumbers(array: StoredArray): Float32Array<ArrayBuffer> {
  using file = new WeightFile(array);
  return numbersIn(file, array);
}

export function numbersIn(file: WeightFile, array: StoredArray): Float32Array<ArrayBuffer> {
  const { offset, type } = array;
  const { buffer } = file.read(offset, spanOf(array) * bytesOf(type));
  return inOrder(array, asFloat32(type, buffer));
}

/** The number of numbers from an array's first in the file to its last, others between them included. */
export function spanOf({ shape, strides }: Pick<StoredArray, "shape" | "strides">): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, length, axis) => span + (length - 1) * strides[axis]!, 1);
}

function asFloat32(type: NumberType, buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  const stored = new STORED[type](buffer);
  if (stored instanceof Float32Array) return stored;
  if (stored instanceof BigInt64Array) return Float32Array.from(stored, Number);
  if (type === "BOOL") return Float32Array.from(stored, (byte) => byte === 0 ? 0 : 1);
  if (type !== "BF16") return new Float32Array(stored);
  const bits = new Uint32Array(stored);
  for (let i = 0; i < bits.length; i++) bits[i]! <<= 16; // it is the upper half of a float32
  return new Float32Array(bits.buffer);
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
