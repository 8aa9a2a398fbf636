/** Float32 values as files store them. */

/** The bytes of the values, lowest first, without a copy: Deno runs only on machines that keep them in this order. */
export function float32Bytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
