/** Arrays of files whose header describes them, .safetensors and NumPy's .npy (NEP 1): the header is read, the numbers are not. */

import { shown } from "../errors/errors.ts";
import { type Json, jsonFailure, parseJson } from "../reading/json.ts";
import {
  NUMBER_BYTES,
  type NumberType,
  packedStrides,
  sizeOf,
  type StoredArray,
  WeightFile,
} from "./stored_array.ts";
import { FETCH_LFS, type FileAt, isLfsPointer, LFS_HEAD, LFS_POINTER } from "../reading/files.ts";

/** Bytes that a header may have; that of a model with 100,000 tensors has about 12 MB. */
const LONGEST_HEADER = 1 << 25;
const LENGTH = 8; // bytes before the header, which give its length

/** A tensor as the header describes it; the values are not checked against each other. */
interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The first byte and the byte after the last, from the end of the header. */
  readonly offsets: readonly [number, number];
}

export function safetensorsArrays(file: WeightFile): Map<string, StoredArray> {
  const length = Number(new DataView(file.read(0, LENGTH).buffer).getBigUint64(0, true));
  if (length > LONGEST_HEADER) {
    throw file.damaged(`its header claims ${length} bytes, where ${LONGEST_HEADER} are allowed`);
  }
  const entries = headerOf(file, length);
  const start = LENGTH + length;
  const { files, path } = file;
  const arrays = new Map<string, StoredArray>();
  let last = start;
  for (const [name, { dtype, shape, offsets: [begin, end] }] of entries) {
    if (!Object.hasOwn(NUMBER_BYTES, dtype)) throw file.wrongType(dtype, name);
    const type = dtype as NumberType;
    const bytes = sizeOf({ shape }) * NUMBER_BYTES[type];
    if (end - begin !== bytes) {
      throw file.damaged(
        `${shown(name)} has ${end - begin} bytes where ${type} of [${
          shape.join(", ")
        }] has ${bytes}`,
      );
    }
    last = Math.max(last, start + end);
    const strides = packedStrides(shape);
    arrays.set(name, { type, shape, strides, files, path, offset: start + begin });
  }
  if (last !== file.size) {
    throw file.damaged(`its tensors end at byte ${last}, but it has ${file.size} bytes`);
  }
  return arrays;
}

function headerOf(file: WeightFile, length: number): Map<string, HeaderEntry> {
  const bytes = file.read(LENGTH, length);
  let header: Json;
  try {
    header = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw file.damaged(`its header is wrong, ${jsonFailure(error)}`, error);
  }
  const entries = Object.entries(header as object).filter(([name]) => name !== "__metadata__");
  return new Map(entries.map(([name, value]) => [name, entryOf(file, name, value)]));
}

function entryOf(file: WeightFile, name: string, value: Json): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = Object(value);
  const isRight = typeof dtype === "string" && areSizes(shape) &&
    areSizes(offsets) && offsets.length === 2;
  if (isRight) return { dtype, shape, offsets: offsets as [number, number] };
  throw file.damaged(`in its header ${shown(name)} has no proper dtype, shape and data_offsets`);
}

function areSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

const [MAGIC, PREFIX] = ["\x93NUMPY", 8]; // magic word, and the version

const TYPES: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ...[["<f8", "F64"], ["<f4", "F32"], ["<f2", "F16"], ["<i8", "I64"]] as const,
  ...[["<i4", "I32"], ["<i2", "I16"], ["|i1", "I8"], ["|u1", "U8"], ["|b1", "BOOL"]] as const,
]);

/** Finds the array of a .npy file, of version 1, 2 or 3, in C or Fortran order. Its numbers are not read. */
export function openNpy(at: FileAt): StoredArray {
  using file = new WeightFile(at, "array file");
  const beginning = file.read(0, Math.min(file.size, LFS_HEAD));
  const magic = String.fromCharCode(...beginning.subarray(0, MAGIC.length));
  const major = beginning[MAGIC.length] ?? 0;
  if (isLfsPointer(String.fromCharCode(...beginning))) {
    throw file.otherKind(`it is ${LFS_POINTER}`, "a .npy file", FETCH_LFS);
  }
  if (magic !== MAGIC) throw file.otherKind("it does not begin as a .npy file does", "a .npy file");
  if (major < 1 || major > 3) {
    throw file.otherKind(`its version is ${major}`, "a .npy file of version 1, 2 or 3");
  }
  if (beginning.length < PREFIX + 4) throw file.damaged("it ends within its header");
  const view = new DataView(beginning.buffer);
  const [length, bytesOfLength] = major === 1
    ? [view.getUint16(PREFIX, true), 2]
    : [view.getUint32(PREFIX, true), 4];
  const start = PREFIX + bytesOfLength + length;
  const header = new TextDecoder().decode(file.read(PREFIX + bytesOfLength, length));
  const { descr, shape, isFortran } = parse(file, header);
  const type = TYPES.get(descr);
  if (type === undefined) {
    throw file.wrongType(descr.replace(/^>.*/, "$&, which is big-endian"));
  }
  const end = start + sizeOf({ shape }) * NUMBER_BYTES[type];
  if (end !== file.size) {
    throw file.damaged(
      `${descr} of [${shape.join(", ")}] ends at byte ${end}, the file at ${file.size}`,
    );
  }
  const strides = isFortran ? packedStrides(shape.toReversed()).reverse() : packedStrides(shape);
  return { ...at, type, shape, strides, offset: start };
}

/** Reads a header: a dictionary of Python with three entries; a tuple of one number ends in a comma. */
function parse(file: WeightFile, header: string) {
  const [, descr = "records of several fields"] = /'descr'\s*:\s*'([^']*)'/.exec(header) ?? [];
  const [, order] = /'fortran_order'\s*:\s*(True|False)/.exec(header) ?? [];
  const [, tuple] = /'shape'\s*:\s*\(((?:\s*\d+L?\s*,?)*)\s*\)/.exec(header) ?? []; // 3L of Python 2
  if (!header.includes("'descr'") || order === undefined || tuple === undefined) {
    throw file.damaged("its header is not the dictionary that NumPy writes");
  }
  const shape = tuple.split(",").filter((size) => size.trim() !== "").map(parseFloat);
  return { descr, shape, isFortran: order === "True" };
}
