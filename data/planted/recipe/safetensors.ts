/** Weights as a safetensors file. */

/** An array of the file. */
export interface StoredWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The header's length is a multiple of this. */
const ALIGNMENT = 8;

/**
 * The bytes of a safetensors file. An array is of half precision if that loses nothing, as with the zeros and ones of most arrays here, else
 * of single precision; readers convert each array by itself.
 *
 * @param weights The arrays by name.
 */
export function safetensors(weights: ReadonlyMap<string, StoredWeight>): Uint8Array<ArrayBuffer> {
  const stored = [...weights].map(([name, { shape, data }]) => ({ name, shape, ...packed(data) }))
    .sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1)); // the larger type first, as the Python package aligns them
  let end = 0;
  const header = Object.fromEntries(stored.map(({ name, dtype, shape, bytes }) => {
    const start = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, end] }];
  }));
  const text = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { format: "pt" }, ...header }),
  );
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length);
  file.set(text, 8);
  let at = 8 + length;
  for (const { bytes } of stored) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function packed(data: Float32Array) {
  const halves = Float16Array.from(data);
  const isExact = data.every((value, i) => halves[i] === value);
  const size = isExact ? 2 : 4;
  const bytes = new Uint8Array(size * data.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of data.entries()) {
    if (isExact) view.setFloat16(2 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  }
  return { dtype: isExact ? "F16" : "F32", size, bytes };
}
