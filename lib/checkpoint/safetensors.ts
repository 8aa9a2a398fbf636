/** The arrays of a safetensors file: its header is read, its numbers are not. */

import { shown } from "../errors.ts";
import { type Json, jsonFailure, parseJson } from "../reading/json.ts";
import {
  NUMBER_BYTES,
  type NumberType,
  packedStrides,
  shapeSize,
  type StoredArray,
} from "./stored_array.ts";
import type { WeightFile } from "./weight_file.ts";

/** Bytes that a header may have; that of a model with 100,000 tensors has about 12 MB. */
const LONGEST_HEADER = 1 << 25;
/** The marks of JSON in it, each of which may cost a parser a hundred bytes; 100,000 tensors have some 1.5 million. */
const MOST_MARKS = 1 << 21;
const [COMMA, COLON, BRACKET, BRACE] = [0x2c, 0x3a, 0x5b, 0x7b];
/** Bytes before the header, which give its length. */
const LENGTH = 8;
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
