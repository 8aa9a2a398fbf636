/** How the vectors of a kind are written into a file of the cache. */

/** Bytes of a key: a SHA-256. */
export const KEY_BYTES = 32;

/** How vectors are written and read; keys are in hexadecimal. */
export interface KeptFormat<Vector> {
  /** The first line without its seal, for a body of so many bytes; `tower` is a checksum of everything that determines the numbers. */
  readonly headerOf: (tower: string, length: number) => object;
  /** Bytes of a vector with its key. */
  readonly bytesOf: (vector: Vector) => number;
  readonly encode: (vectors: readonly (readonly [string, Vector])[]) => Uint8Array;
  /** Reads a body whose seal is right; undefined if the vectors are none that this kit has made. */
  readonly decode: (body: Uint8Array<ArrayBuffer>) => Map<string, Vector> | undefined;
}
