/** One tensor as a .npy file, which `numpy.load` reads. */

import { writeWhole } from "../disk/write_whole.ts";
import type { Tensor } from "../hooks/tensor.ts";

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
