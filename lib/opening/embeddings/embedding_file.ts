/** A file of kept embeddings: a line of JSON, the keys, and the vectors, float32 in the machine's byte order. */

import { createHmac } from "node:crypto";
import { isUnit } from "../../engine/run/hooked_run.ts";

const FORMAT = "negscope embeddings 2";

/** Bytes of a key: a SHA-256. */
const KEY_BYTES = 32;

/** Maximum bytes of the first line. */
export const HEADER_BYTES = 1024;

/** What a file is of, and the secret that it is sealed with. */
export interface FileOf {
  /** A checksum of everything that determines the embeddings' numbers. */
  readonly tower: string;
  readonly size: number;
  /** The secret, which only the user knows. */
  readonly secret: Uint8Array;
}

/** Bytes of an embedding with its key. */
export function entryBytes(size: number): number {
  return KEY_BYTES + 4 * size;
}

/** The first line without its seal. */
interface Header {
  readonly format: typeof FORMAT;
  readonly tower: string;
  readonly size: number;
  readonly count: number;
}

/**
 * Writes a file.
 *
 * @param embeddings Vectors of length 1 by key, a SHA-256 in hexadecimal.
 */
export function encodeEmbeddings(
  embeddings: readonly (readonly [string, Float32Array])[],
  { tower, size, secret }: FileOf,
): Uint8Array {
  const count = embeddings.length;
  const body = new Uint8Array(count * entryBytes(size));
  embeddings.forEach(([key, { buffer, byteOffset, byteLength }], i) => {
    body.set(Uint8Array.fromHex(key), i * KEY_BYTES);
    body.set(new Uint8Array(buffer, byteOffset, byteLength), count * KEY_BYTES + i * 4 * size);
  });
  const header: Header = { format: FORMAT, tower, size, count };
  const sealed = { ...header, seal: sealOf(header, body, secret) };
  const line = new TextEncoder().encode(`${JSON.stringify(sealed)}\n`);
  const file = new Uint8Array(line.length + body.length);
  file.set(line);
  file.set(body, line.length);
  return file;
}

/** Reads a file. Returns the vectors by key; undefined unless it is sealed with the secret, of this tower, and each vector has length 1. */
export function decodeEmbeddings(
  bytes: Uint8Array<ArrayBuffer>,
  { tower, size, secret }: FileOf,
): Map<string, Float32Array> | undefined {
  const end = bytes.subarray(0, HEADER_BYTES).indexOf("\n".charCodeAt(0));
  const body = bytes.subarray(end + 1);
  const header: Header = { format: FORMAT, tower, size, count: body.length / entryBytes(size) };
  const sealed = { ...header, seal: sealOf(header, body, secret) };
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
  if (line !== JSON.stringify(sealed)) return undefined; // in any part
  const vectors = new Float32Array(body.slice(header.count * KEY_BYTES).buffer);
  const embeddings = new Map<string, Float32Array>();
  for (let i = 0; i < header.count; i++) {
    const vector = vectors.subarray(i * size, (i + 1) * size);
    if (!isUnit(vector)) return undefined;
    embeddings.set(body.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES).toHex(), vector);
  }
  return embeddings;
}

/** What nobody can make without the secret. */
function sealOf(header: Header, body: Uint8Array, secret: Uint8Array): string {
  return createHmac("sha256", secret).update(`${JSON.stringify(header)}\n`).update(body)
    .digest("hex");
}
