/** A cache as a .safetensors file, which the Python package of this name reads. */

import { writeWhole } from "../disk/write_whole.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import type { Axis } from "../hooks/tensor.ts";
import { float32Bytes } from "./npy.ts";

/** The header's length is a multiple of this. */
const ALIGNMENT = 8;

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

interface StoredTensor {
  readonly name: string;
  readonly rows: readonly number[];
  readonly axes: readonly Axis[];
  readonly shape: readonly number[];
  readonly bytes: () => Uint8Array;
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
  const padding = (ALIGNMENT - header.length % ALIGNMENT) % ALIGNMENT;
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length + padding), true);
  yield new Uint8Array(length.buffer);
  yield header;
  yield new Uint8Array(padding).fill(SPACE);
  for (const { bytes } of tensors) yield bytes();
}

/** The tensors of a hook point: one, or one for each length of rows. */
function storedTensors(cache: ActivationCache, hook: string): StoredTensor[] {
  const groups = cache.byLength(hook);
  return groups.map(({ rows, value: { axes, shape } }, group) => {
    const length = shape[axes.findIndex((axis) => axis === "position" || axis === "query")];
    const name = groups.length === 1 ? hook : `${hook}@${length}`;
    const bytes = () => float32Bytes(cache.byLength(hook)[group]!.value.data);
    return { name, rows, axes, shape, bytes };
  });
}
