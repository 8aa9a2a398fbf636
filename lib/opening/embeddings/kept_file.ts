/** Files of kept numbers: a line of JSON with a checksum of the rest, the keys with the counts of their numbers, and these. */

import { sha256Text } from "../../files/sha256.ts";

/** Maximum bytes of the first line. */
export const HEADER_BYTES = 1024;

/** Bytes of a SHA-256. */
const KEY_BYTES = 32;

/** Bytes of a key with the count of its numbers. */
export const PLACE_BYTES = KEY_BYTES + 4;

/** A file with vectors by keys in hexadecimal, in the machine's byte order. */
export function keptFile(
  header: object,
  vectors: readonly (readonly [string, Float32Array])[],
): Uint8Array {
  const numbers = vectors.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
  const body = new Uint8Array(4 + vectors.length * PLACE_BYTES + numbers);
  const view = new DataView(body.buffer);
  view.setUint32(0, vectors.length);
  let to = 4 + vectors.length * PLACE_BYTES;
  vectors.forEach(([key, { buffer, byteOffset, byteLength, length }], i) => {
    const place = 4 + i * PLACE_BYTES;
    body.set(Uint8Array.fromHex(key), place);
    view.setUint32(place + KEY_BYTES, length);
    body.set(new Uint8Array(buffer, byteOffset, byteLength), to);
    to += byteLength;
  });
  const line = new TextEncoder().encode(`${headLine(header, body)}\n`);
  const file = new Uint8Array(line.length + body.length);
  file.set(line);
  file.set(body, line.length);
  return file;
}

/** The vectors of a file by key; undefined unless the file has this header and is not damaged. */
export function keptVectors(
  bytes: Uint8Array<ArrayBuffer>,
  header: object,
): Map<string, Float32Array> | undefined {
  const end = bytes.subarray(0, HEADER_BYTES).indexOf("\n".charCodeAt(0));
  const body = bytes.subarray(end + 1);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
  if (line !== headLine(header, body)) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = view.getUint32(0);
  const numbers = new Float32Array(body.slice(4 + count * PLACE_BYTES).buffer);
  const vectors = new Map<string, Float32Array>();
  let from = 0;
  for (let i = 0; i < count; i++) {
    const place = 4 + i * PLACE_BYTES;
    const length = view.getUint32(place + KEY_BYTES);
    const key = body.subarray(place, place + KEY_BYTES).toHex();
    vectors.set(key, numbers.subarray(from, from += length));
  }
  return vectors;
}

/** The first line, with a checksum by which damage is known. */
function headLine(header: object, body: Uint8Array): string {
  return JSON.stringify({ ...header, sha256: sha256Text(body) });
}
