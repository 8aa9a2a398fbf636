/** What kind of file a file is, by its first and last bytes. */

import { FETCH_LFS, isLfsPointer, LFS_POINTER } from "../reading/lfs_pointer.ts";
import { basename } from "../reading/path.ts";
import type { WeightFile } from "./weight_file.ts";

export interface OtherKind {
  readonly what: string;
  /** What to do about it, if that is more than to look for another file. */
  readonly fix?: string;
}

export type FileKind =
  | { readonly kind: "safetensors" | "zip" | "index" }
  | { readonly kind: "other" } & OtherKind;

const HEAD = 1024;
/** The last bytes of the tables that TensorFlow's checkpoints are made of. */
const TABLE_END = "57fb808b247547db";
/** The number 0x1950a86a20f9469cfc6c, with which torch's first pickle begins. */
const OLD_TORCH = "6cfc9c46f9206aa85019";

/** Other kinds by their first bytes in hexadecimal. */
const BEGINNINGS: readonly (readonly [beginning: RegExp, what: string, fix?: string])[] = [
  [/^1f8b/, "a gzip archive"],
  [/^425a68/, "a bzip2 archive"],
  [/^fd377a585a00/, "an xz archive"],
  [/^28b52ffd/, "a Zstandard archive"],
  [/^377abcaf271c/, "a 7z archive"],
  [/^934e554d5059/, "a single NumPy array (.npy)"],
  [/^894844460d0a1a0a/, "an HDF5 file, as Keras writes them"],
  [/^47475546/, "a GGUF file"],
  [/^.{8}54464c33/, "a TensorFlow Lite model"],
  [/^800[2-5]/, "a bare pickle, not one of torch.save"],
  [/^(8[1-f]|de....|df.{8})([ab].|d9|da|c4)/, "a msgpack file, as Flax writes them"],
  [
    /^08[01].(12|1a|22|28|32|3a|42|72|a2)/,
    "an ONNX model",
    "give it as --onnx-text or --onnx-vision",
  ],
];

const TEXTS: typeof BEGINNINGS = [
  [/^\s*<(!doctype|html|\?xml|head)/i, "a web page"],
];

export function fileKind(file: WeightFile): FileKind {
  const bytes = file.read(0, Math.min(HEAD, file.size));
  const other = (what: string): FileKind => ({ kind: "other", what });
  if (file.size === 0) return other("empty");
  const isHeader = bytes[8] === 0x7b; // "{" after the eight bytes with its length
  if (isHeader && bytes.subarray(4, 8).every((byte) => byte === 0)) return { kind: "safetensors" };
  const hex = bytes.subarray(0, 64).toHex();
  if (hex.startsWith("504b0304") || hex.startsWith("504b0506")) return { kind: "zip" };
  if (hex.startsWith("80") && hex.includes(OLD_TORCH)) return oldTorch(file);
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.slice(257, 262) === "ustar") return tarKind(file, text);
  if (isLfsPointer(text)) return { kind: "other", what: LFS_POINTER, fix: FETCH_LFS };
  const known = BEGINNINGS.find(([beginning]) => beginning.test(hex)) ??
    TEXTS.find(([beginning]) => beginning.test(text));
  if (known !== undefined) {
    const [, what, fix] = known;
    return { kind: "other", what, ...(fix === undefined ? {} : { fix }) };
  }
  if (/^\s*\{\s*("|\})/.test(text)) return { kind: "index" };
  if (isHeader) return { kind: "safetensors" };
  if (file.size >= 48 && file.read(file.size - 8, 8).toHex() === TABLE_END) {
    return other("a checkpoint of TensorFlow");
  }
  return other("of no known format");
}

/** A tar archive; torch before version 0.1.10 wrote one. */
function tarKind(file: WeightFile, text: string): FileKind {
  const name = text.slice(0, text.indexOf("\0"));
  const isTorch = /^(\.\/)?(sys_info|pickle|storages|tensors)$/.test(name);
  return isTorch ? oldTorch(file) : { kind: "other", what: "a tar archive" };
}

function oldTorch({ path }: WeightFile): FileKind {
  const [from, to] = [basename(path), `new_${basename(path)}`].map((name) => JSON.stringify(name));
  const line = `import torch; torch.save(torch.load(${from}, map_location="cpu"), ${to})`;
  const what = "in torch's format before version 1.6";
  return { kind: "other", what, fix: `save it again with this line of Python: ${line}` };
}
