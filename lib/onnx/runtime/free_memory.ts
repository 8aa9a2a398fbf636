/** Frees memory as soon as it is no longer needed. */

/** Empties an array at once: the collector may leave hundreds of megabytes, and does not count memory transferred from another thread. */
export function freeMemory({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0); // shared memory stays
}
