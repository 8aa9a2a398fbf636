/** A cache as a .safetensors file, which the Python package of this name reads. */

import { writeWhole } from "./write_whole.ts";
import type { Axis, Tensor } from "../hooks/tensor.ts";
import type { ActivationCache } from "../hooks/cache.ts";

/** The bytes before the values are a multiple of this, so that a reader can map the file into memory. */
const ALIGNMENT = 64;

/** The magic word, the version 1.0 of the format, and the length of the header in two bytes. */
const PREFIX = [0x93, ..."NUMPY"].map((c) => typeof c === "number" ? c : c.charCodeAt(0));
const PREFIX_LENGTH = PREFIX.length + 4;

/**
 * Writes a tensor as a .npy file: float32, last axis fastest. The names of the axes are not kept. In Python:
 * `numpy.load("pattern.npy")`.
 *
 * @param path The file; its folder must exist. An existing file is replaced.
 * @param tensor The tensor.
 * @throws {NegscopeError} If the file cannot be written.
 */
export async function writeNpy(path: string, tensor: Tensor): Promise<void> {
  const { shape, data } = tensor;
  await writeWhole(path, [...npyHeader("<f4", shape), float32Bytes(data)]);
}

/** What stands before the values of a .npy file, as `numpy.save` writes it, for float32 (`<f4`) or bytes (`|u1`). */
export function npyHeader(type: "<f4" | "|u1", shape: readonly number[]): Uint8Array[] {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const rest = (PREFIX_LENGTH + text.length + 1) % ALIGNMENT;
  const header = `${text}${" ".repeat((ALIGNMENT - rest) % ALIGNMENT)}\n`;
  const prefix = [...PREFIX, 1, 0, header.length % 256, header.length >> 8];
  return [Uint8Array.from(prefix), new TextEncoder().encode(header)];
}

/** The bytes of the values, lowest first, without a copy: Deno runs only on machines that keep them in this order. */
export function float32Bytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const HEADER_ALIGNMENT = 8; // header's length is a multiple of this
const SPACE = 0x20;
const FLOAT32 = 4;

/**
 * Writes a cache as a .safetensors file.
 *
 * Tensors are float32 and have the names of their hook points. If all rows have the same length, the first axis of each is the rows in the
 * order of the run. If the lengths differ, nothing is padded: there is a tensor for the rows of each length, with the number of positions
 * after the name, such as `blocks.0.hook_resid_post@9`.
 *
 * The metadata has one entry, `negscope`, which is JSON: `rows` (the sentences or image names in the order of the run), `tokens` (of
 * each sentence; null for images), and `tensors`, with the `axes` and the `rows` (row numbers from 0) of each by name. In Python:
 *
 * ```python
 * import json
 * from safetensors import safe_open
 * with safe_open("cache.safetensors", "np") as file:
 *     about = json.loads(file.metadata()["negscope"])
 *     resid = file.get_tensor("blocks.0.hook_resid_post")
 * ```
 *
 * @param path The file; its folder must exist. An existing file is replaced.
 * @param cache The cache.
 * @throws {NegscopeError} If the file cannot be written.
 */
export async function writeSafetensors(path: string, cache: ActivationCache): Promise<void> {
  await writeWhole(path, safetensorsPieces(cache));
}

/** The header, then the values of one tensor after the other, as the Python package writes them. */
function* safetensorsPieces(cache: ActivationCache): Generator<Uint8Array> {
  const tensors = cache.names.flatMap((name) => storedTensors(cache, name))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  const about = {
    rows: cache.rowNames,
    tokens: cache.tokens ?? null,
    tensors: Object.fromEntries(tensors.map(({ name, axes, rows }) => [name, { axes, rows }])),
  };
  let end = 0;
  const entries = tensors.map(({ name, shape }) => {
    const start = end;
    end += FLOAT32 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: "F32", shape, data_offsets: [start, end] }];
  });
  const metadata = { negscope: JSON.stringify(about) };
  const header = new TextEncoder().encode(
    JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
  );
  const padding = (HEADER_ALIGNMENT - header.length % HEADER_ALIGNMENT) % HEADER_ALIGNMENT;
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length + padding), true);
  yield new Uint8Array(length.buffer);
  yield header;
  yield new Uint8Array(padding).fill(SPACE);
  for (const { bytes } of tensors) yield bytes();
}

function storedTensors(
  cache: ActivationCache,
  hook: string,
): {
  readonly name: string;
  readonly rows: readonly number[];
  readonly axes: readonly Axis[];
  readonly shape: readonly number[];
  readonly bytes: () => Uint8Array;
}[] {
  const groups = cache.byLength(hook);
  return groups.map(({ rows, value: { axes, shape } }, group) => {
    const length = shape[axes.findIndex((axis) => axis === "position" || axis === "query")];
    const name = groups.length === 1 ? hook : `${hook}@${length}`;
    const bytes = () => float32Bytes(cache.byLength(hook)[group]!.value.data);
    return { name, rows, axes, shape, bytes };
  });
}
