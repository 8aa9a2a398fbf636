/** The arrays of a safetensors file: its header is read, its numbers are not. */

import { firstLine, shown } from "../../errors.ts";
import {
  NUMBER_BYTES,
  type NumberType,
  packedStrides,
  shapeSize,
  type StoredArray,
} from "../stored_array.ts";
import type { WeightFile } from "../weight_file.ts";
import { type HeaderEntry, parseHeader } from "./header_text.ts";

/** Bytes that a header may have, as in the reference implementation. */
const LONGEST_HEADER = 100_000_000;
/** Bytes before the header, which give its length. */
const LENGTH = 8;

/** Finds the arrays of a safetensors file. Returns the arrays by name, in the order of the header. */
export function safetensorsArrays(file: WeightFile): Map<string, StoredArray> {
  const length = Number(new DataView(file.read(0, LENGTH).buffer).getBigUint64(0, true));
  if (length > LONGEST_HEADER) {
    throw file.tooLarge(`its header claims ${length} bytes, where ${LONGEST_HEADER} are allowed`);
  }
  const entries = headerOf(file, length);
  const start = LENGTH + length;
  const arrays = new Map<string, StoredArray>();
  for (const [name, { dtype, shape, offsets }] of entries) {
    if (!Object.hasOwn(NUMBER_BYTES, dtype)) throw file.wrongType(dtype, name);
    const type = dtype as NumberType;
    const bytes = (shapeSize(shape) ?? Infinity) * NUMBER_BYTES[type];
    const [begin, end] = offsets as [number, number];
    if (end - begin !== bytes) {
      throw file.damaged(
        `${shown(name)} has ${end - begin} bytes where ${type} of [${
          shape.join(", ")
        }] has ${bytes}`,
      );
    }
    const array = {
      type,
      shape,
      strides: packedStrides(shape),
      files: file.files,
      path: file.path,
    };
    arrays.set(name, { ...array, offset: start + begin });
  }
  checkCover(file, entries, start);
  return arrays;
}

function headerOf(file: WeightFile, length: number): Map<string, HeaderEntry> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(file.read(LENGTH, length));
    return parseHeader(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw file.damaged(`its header is wrong, ${firstLine(error)}`, error);
    }
    throw error;
  }
}

/** Checks that the tensors lie one after another, without gaps, up to the end of the file. */
function checkCover(
  file: WeightFile,
  entries: ReadonlyMap<string, HeaderEntry>,
  start: number,
): void {
  const inOrder = [...entries].toSorted(([, a], [, b]) =>
    a.offsets[0]! - b.offsets[0]! || a.offsets[1]! - b.offsets[1]!
  );
  let end = 0;
  for (const [name, { offsets }] of inOrder) {
    if (offsets[0] !== end) {
      throw file.damaged(
        `${shown(name)} begins at byte ${offsets[0]} of the data instead of ${end}`,
      );
    }
    end = offsets[1]!;
  }
  if (start + end !== file.size) {
    throw file.damaged(`its tensors end at byte ${start + end}, but it has ${file.size} bytes`);
  }
}
