/** Arrays of files whose header describes them, .safetensors and NumPy's .npy (NEP 1): the header is read, the numbers are not. */

import { shown } from "../errors/errors.ts";
import { type Json, jsonFailure, parseJson } from "../reading/json.ts";
import {
  NUMBER_BYTES,
  type NumberType,
  packedStrides,
  shapeSize,
  type StoredArray,
  WeightFile,
} from "./stored_array.ts";
import { FETCH_LFS, type FileAt, isLfsPointer, LFS_HEAD, LFS_POINTER } from "../reading/files.ts";

/** Bytes that a header may have; that of a model with 100,000 tensors has about 12 MB. */
const LONGEST_HEADER = 1 << 25;
/** The marks of JSON in it, each of which may cost a parser a hundred bytes; 100,000 tensors have some 1.5 million. */
const MOST_MARKS = 1 << 21;
const [COMMA, COLON, BRACKET, BRACE] = [0x2c, 0x3a, 0x5b, 0x7b];
const LENGTH = 8; // bytes before the header, which give its length
const MOST_AXES = 64;

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
    throw file.tooLarge(`its header claims ${length} bytes, where ${LONGEST_HEADER} are allowed`);
  }
  const entries = headerOf(file, length);
  const start = LENGTH + length;
  const { files, path } = file;
  const arrays = new Map<string, StoredArray>();
  for (const [name, { dtype, shape, offsets: [begin, end] }] of entries) {
    if (!Object.hasOwn(NUMBER_BYTES, dtype)) throw file.wrongType(dtype, name);
    const type = dtype as NumberType;
    const bytes = (shapeSize(shape) ?? Infinity) * NUMBER_BYTES[type];
    if (end - begin !== bytes) {
      throw file.damaged(
        `${shown(name)} has ${end - begin} bytes where ${type} of [${
          shape.join(", ")
        }] has ${bytes}`,
      );
    }
    const strides = packedStrides(shape);
    arrays.set(name, { type, shape, strides, files, path, offset: start + begin });
  }
  checkCover(file, entries, start);
  return arrays;
}

function headerOf(file: WeightFile, length: number): Map<string, HeaderEntry> {
  const bytes = file.read(LENGTH, length);
  const marks = marksIn(bytes);
  if (marks > MOST_MARKS) {
    throw file.tooLarge(`its header has ${marks} parts, where ${MOST_MARKS} are allowed`);
  }
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

function marksIn(bytes: Uint8Array): number {
  let marks = 0;
  for (const byte of bytes) {
    if (byte === COMMA || byte === COLON || byte === BRACKET || byte === BRACE) marks++;
  }
  return marks;
}

function entryOf(file: WeightFile, name: string, value: Json): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = Object(value);
  const isRight = typeof dtype === "string" && areSizes(shape) && shape.length <= MOST_AXES &&
    areSizes(offsets) && offsets.length === 2;
  if (isRight) return { dtype, shape, offsets: offsets as [number, number] };
  throw file.damaged(`in its header ${shown(name)} has no proper dtype, shape and data_offsets`);
}

function areSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Checks that the tensors lie one after another, without gaps, up to the end of the file. */
function checkCover(
  file: WeightFile,
  entries: ReadonlyMap<string, HeaderEntry>,
  start: number,
): void {
  const inOrder = [...entries].toSorted(([, a], [, b]) =>
    a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1]
  );
  let end = 0;
  for (const [name, { offsets }] of inOrder) {
    if (offsets[0] !== end) {
      throw file.damaged(
        `${shown(name)} begins at byte ${offsets[0]} of the data instead of ${end}`,
      );
    }
    end = offsets[1];
  }
  if (start + end !== file.size) {
    throw file.damaged(`its tensors end at byte ${start + end}, but it has ${file.size} bytes`);
  }
}

const [MAGIC, PREFIX] = ["\x93NUMPY", 8]; // magic word, and the version
const LONGEST_NPY_HEADER = 10_000; // bytes that a header may have, as in NumPy itself

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
  if (length > LONGEST_NPY_HEADER) {
    throw file.tooLarge(
      `its header claims ${length} bytes, where ${LONGEST_NPY_HEADER} are allowed`,
    );
  }
  const start = PREFIX + bytesOfLength + length;
  const header = new TextDecoder().decode(file.read(PREFIX + bytesOfLength, length));
  const { descr, shape, isFortran } = parse(file, header);
  const type = TYPES.get(descr);
  if (type === undefined) throw file.wrongType(nameOf(descr));
  const count = shapeSize(shape);
  if (count === undefined) {
    throw file.damaged("its header claims more numbers than a file can hold");
  }
  const end = start + count * NUMBER_BYTES[type];
  if (end !== file.size) {
    throw file.damaged(
      `${descr} of [${shape.join(", ")}] ends at byte ${end}, the file at ${file.size}`,
    );
  }
  const strides = isFortran ? packedStrides(shape.toReversed()).reverse() : packedStrides(shape);
  return { ...at, type, shape, strides, offset: start };
}

/** Reads a header: a dictionary of Python with three entries. */
function parse(file: WeightFile, header: string) {
  const entries = new Map<string, string>();
  const entry = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([^()]*\)|\[.*\])\s*(?:,|(?=\}))/y;
  entry.lastIndex = header.indexOf("{") + 1;
  let end = entry.lastIndex;
  for (let match = entry.exec(header); match !== null; match = entry.exec(header)) {
    if (entries.has(match[1]!)) throw file.damaged(`its header has "${match[1]}" twice`);
    entries.set(match[1]!, match[2]!);
    end = entry.lastIndex;
  }
  const order = entries.get("fortran_order") ?? "";
  const shape = sizesOf(entries.get("shape") ?? "");
  const descr = entries.get("descr");
  const isRight = entries.size === 3 && /^\s*\}\s*$/.test(header.slice(end)) &&
    /^(True|False)$/.test(order) && descr !== undefined;
  if (!isRight || shape === undefined || shape.length > MOST_AXES) {
    throw file.damaged("its header is not the dictionary that NumPy writes");
  }
  return { descr: descr.replace(/^'(.*)'$/, "$1"), shape, isFortran: order === "True" };
}

/** The numbers of a tuple, which has a comma after its only one; undefined if it is none. */
function sizesOf(tuple: string): number[] | undefined {
  if (!/^\(.*\)$/s.test(tuple)) return undefined;
  const sizes = tuple.slice(1, -1).split(",").map((size) => size.trim());
  if (sizes.at(-1) === "") sizes.pop();
  else if (sizes.length === 1) return undefined;
  return sizes.every((size) => /^\d+L?$/.test(size)) ? sizes.map(parseFloat) : undefined; // 3L of Python 2
}

function nameOf(descr: string): string {
  if (descr.startsWith(">")) return `${descr}, which is big-endian`;
  return descr.startsWith("[") ? "records of several fields" : descr;
}
