/** Writes safetensors files for tests. */

import { ascii, join, numbers } from "./zip.ts";

/** A file with a header, and a number of bytes of data. */
export function safetensors(header: unknown, data: number): Uint8Array<ArrayBuffer> {
  const text = ascii(typeof header === "string" ? header : JSON.stringify(header));
  return join(numbers([text.length, 8]), text, new Uint8Array(data));
}

/** The description of a tensor. */
export function entry(shape: readonly unknown[], begin: number, end: number, dtype = "F32") {
  return { dtype, shape, data_offsets: [begin, end] };
}
