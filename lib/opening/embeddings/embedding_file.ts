/** A file of kept embeddings: after a line of JSON the keys, and the vectors, float32 in the machine's byte order. */

import { isUnit } from "../../engine/run/hooked_run.ts";
import { type KeptFormat, KEY_BYTES } from "./kept_format.ts";

/**
 * The format of vectors of length 1.
 *
 * @param size How many numbers a vector has.
 */
export function embeddingFormat(size: number): KeptFormat<Float32Array> {
  const entryBytes = KEY_BYTES + 4 * size;
  return {
    headerOf: (tower, length) => (
      { format: "negscope embeddings 2", tower, size, count: length / entryBytes }
    ),
    bytesOf: () => entryBytes,
    encode: (embeddings) => {
      const count = embeddings.length;
      const body = new Uint8Array(count * entryBytes);
      embeddings.forEach(([key, { buffer, byteOffset, byteLength }], i) => {
        body.set(Uint8Array.fromHex(key), i * KEY_BYTES);
        body.set(new Uint8Array(buffer, byteOffset, byteLength), count * KEY_BYTES + i * 4 * size);
      });
      return body;
    },
    decode: (body) => {
      const count = body.length / entryBytes;
      const vectors = new Float32Array(body.slice(count * KEY_BYTES).buffer);
      const embeddings = new Map<string, Float32Array>();
      for (let i = 0; i < count; i++) {
        const vector = vectors.subarray(i * size, (i + 1) * size);
        if (!isUnit(vector)) return undefined;
        embeddings.set(body.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES).toHex(), vector);
      }
      return embeddings;
    },
  };
}
