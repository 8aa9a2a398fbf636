/** Weight files by their content: safetensors, NumPy's .npy (NEP 1), torch's, and the index of several; what they hold is described, and the numbers are not read. */

import { NegscopeError, shown } from "../errors/errors.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";
import {
  areSizes,
  bytesOf,
  isNumberType,
  type NumberType,
  packedStrides,
  READABLE,
  sizeOf,
  type StoredArray,
  WeightFile,
} from "./stored_array.ts";
import { FETCH_LFS, type FileAt, isLfsPointer, LFS_HEAD, LFS_POINTER } from "../reading/files.ts";
import { basename, dirname, join } from "../reading/path.ts";
import { torchArrays } from "./torch/arrays.ts";

/** Bytes that a header may have; that of a model with 100,000 tensors has about 12 MB. */
const LONGEST_HEADER = 1 << 25;
const LENGTH = 8; // bytes before the header, which give its length

export function safetensorsArrays(file: WeightFile): Map<string, StoredArray> {
  const length = Number(new DataView(file.read(0, LENGTH).buffer).getBigUint64(0, true));
  if (length > LONGEST_HEADER) {
    throw file.damaged(`its header claims ${length} bytes, where ${LONGEST_HEADER} are allowed`);
  }
  const start = LENGTH + length;
  const { files, path } = file;
  const arrays = new Map<string, StoredArray>();
  let last = start;
  for (const [name, value] of Object.entries(headerOf(file, length))) {
    if (name === "__metadata__") continue;
    const { dtype: type, shape, data_offsets: offsets } = Object(value);
    const isRight = typeof type === "string" && areSizes(shape) && areSizes(offsets);
    if (!isRight || offsets.length !== 2) {
      throw file.damaged(
        `in its header ${shown(name)} has no proper dtype, shape and data_offsets`,
      );
    }
    const [begin, end] = offsets as [number, number];
    if (!isNumberType(type)) throw file.wrongType(type, name);
    const bytes = sizeOf({ shape }) * bytesOf(type);
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

function headerOf(file: WeightFile, length: number): object {
  const bytes = file.read(LENGTH, length);
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as object;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw file.damaged(`its header is wrong, ${jsonFailure(error)}`, error);
  }
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
  const end = start + sizeOf({ shape }) * bytesOf(type);
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

const USUAL_FIX = "check the path, or download the file again";

export interface Checkpoint {
  /** All files that decide its numbers, the one that was opened first: by path, what each was when it was read, see {@linkcode WeightFile.stamp}. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly arrays: ReadonlyMap<string, StoredArray>;
}

/**
 * Opens weights; their numbers are not read. The content decides, not the name: safetensors, the zip format of `torch.save` or
 * `torch.jit.save`, or the index of such files. Nothing in a file is run. If a file of `torch.save` holds the weights beside other things,
 * such as an optimizer, only the weights are taken.
 */
export function openCheckpoint({ files, path }: FileAt): Checkpoint {
  using file = new WeightFile({ files, path });
  const kind = fileKind(file);
  const stamps = new Map([[path, file.stamp]]);
  if (kind !== "index") return { stamps, arrays: arraysOf(file) };
  const arrays = new Map<string, StoredArray>();
  const shards = readIndex(file);
  for (const [shard, names] of shards) {
    using part = new WeightFile({ files, path: shard });
    stamps.set(shard, part.stamp);
    const found = arraysOf(part);
    for (const name of names) {
      const array = found.get(name);
      if (array === undefined) {
        throw indexWrong(path, `it puts ${shown(name)} into "${basename(shard)}", which lacks it`);
      }
      arrays.set(name, array);
    }
  }
  return { stamps, arrays };
}

function arraysOf(file: WeightFile): Map<string, StoredArray> {
  const kind = fileKind(file);
  if (kind === "index") {
    throw file.otherKind("it is an index or another JSON file", READABLE, USUAL_FIX);
  }
  const arrays = kind === "zip" ? torchArrays(file) : safetensorsArrays(file);
  if (arrays.size === 0) throw file.withoutWeights("its header names no tensor");
  return arrays;
}

/** Reads an index, such as `model.safetensors.index.json`: the path of each file that it names, and the names of the weights in it. */
function readIndex(file: WeightFile): Map<string, string[]> {
  const shards = new Map<string, string[]>();
  for (const [weight, shard] of Object.entries(weightMap(file))) {
    if (typeof shard !== "string" || !/^[^/\\:\0]+$/.test(shard) || /^\.{1,2}$/.test(shard)) {
      const reason = `it puts ${shown(weight)} into ${shown(shard)}, which is no plain file name`;
      throw indexWrong(file.path, reason);
    }
    const path = join(dirname(file.path), shard);
    shards.getOrInsertComputed(path, () => []).push(weight);
  }
  if (shards.size === 0) throw indexWrong(file.path, "it names no weight");
  return shards;
}

function weightMap(file: WeightFile): object {
  const text = new TextDecoder().decode(file.read(0, file.size));
  let value;
  try {
    value = parseJson(text);
  } catch (error) {
    throw indexWrong(file.path, `it cannot be read as JSON, ${jsonFailure(error)}`);
  }
  if (!isObject(value) || !("weight_map" in value)) {
    const reason = 'it is a JSON file without a "weight_map", such as settings or a tokeniser';
    throw file.otherKind(reason, READABLE, "name the file that holds the weights");
  }
  const map = value["weight_map"];
  if (isObject(map)) return map;
  throw indexWrong(file.path, `its "weight_map" is no object`);
}

function indexWrong(path: string, reason: string): NegscopeError {
  return new NegscopeError("weights-damaged", {
    problem: `Cannot read "${path}" as the index of a model's weight files`,
    reason,
    fix: "download it and the files that it names again",
  });
}

const HEAD = 1024;
/** The number 0x1950a86a20f9469cfc6c, with which torch's first pickle begins. */
const OLD_TORCH = "6cfc9c46f9206aa85019";

/** Other kinds by their first bytes in hexadecimal. */
const BEGINNINGS: readonly (readonly [beginning: RegExp, what: string, fix?: string])[] = [
  [/^1f8b/, "a gzip archive"],
  [/^934e554d5059/, "a single NumPy array (.npy)"],
  [/^894844460d0a1a0a/, "an HDF5 file, as Keras writes them"],
  [/^47475546/, "a GGUF file"],
  [/^800[2-5]/, "a bare pickle, not one of torch.save"],
  [/^(8[1-f]|de....|df.{8})([ab].|d9|da|c4)/, "a msgpack file, as Flax writes them"],
  [
    /^08[01].(12|1a|22|28|32|3a|42|72|a2)/,
    "an ONNX model",
    "give it as --onnx-text or --onnx-vision",
  ],
];

/** What a file is by its content; one of another kind is refused. */
function fileKind(file: WeightFile): "safetensors" | "zip" | "index" {
  const bytes = file.read(0, Math.min(HEAD, file.size));
  const other = (what: string, fix = USUAL_FIX) => file.otherKind(`it is ${what}`, READABLE, fix);
  if (file.size === 0) throw other("empty");
  const isHeader = bytes[8] === 0x7b; // "{" after the eight bytes with its length
  if (isHeader && bytes.subarray(4, 8).every((byte) => byte === 0)) return "safetensors";
  const hex = bytes.subarray(0, 64).toHex();
  if (hex.startsWith("504b0304") || hex.startsWith("504b0506")) return "zip";
  if (hex.startsWith("80") && hex.includes(OLD_TORCH)) {
    const [from, to] = [basename(file.path), `new_${basename(file.path)}`].map((name) =>
      JSON.stringify(name)
    );
    const line = `import torch; torch.save(torch.load(${from}, map_location="cpu"), ${to})`;
    const fix = `save it again with this line of Python: ${line}`;
    throw other("in torch's format before version 1.6", fix);
  }
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.slice(257, 262) === "ustar") throw other("a tar archive");
  if (isLfsPointer(text)) throw other(LFS_POINTER, FETCH_LFS);
  if (/^\s*<(!doctype|html|\?xml|head)/i.test(text)) throw other("a web page");
  const known = BEGINNINGS.find(([beginning]) => beginning.test(hex));
  if (known !== undefined) throw other(known[1], known[2]);
  if (/^\s*\{\s*("|\})/.test(text)) return "index";
  if (isHeader) return "safetensors";
  throw other("of no known format");
}
