/** An array in NumPy's file format (NEP 1), described without reading it. */

import { FETCH_LFS, type FileAt, isLfsPointer, LFS_HEAD, LFS_POINTER } from "../reading/files.ts";
import {
  NUMBER_BYTES,
  type NumberType,
  packedStrides,
  shapeSize,
  type StoredArray,
} from "./stored_array.ts";
import { WeightFile } from "./weight_file.ts";

/** The magic word, and the version. */
const [MAGIC, PREFIX] = ["\x93NUMPY", 8];
/** Bytes that a header may have, as in NumPy itself. */
const LONGEST_HEADER = 10_000;
const MOST_AXES = 64;

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
  if (length > LONGEST_HEADER) {
    throw file.tooLarge(`its header claims ${length} bytes, where ${LONGEST_HEADER} are allowed`);
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
