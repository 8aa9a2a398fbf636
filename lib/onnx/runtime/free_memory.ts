/** Frees memory as soon as it is no longer needed. */

/**
 * Frees an array's memory at once, which leaves the array empty.
 *
 * The garbage collector may leave hundreds of megabytes unfreed, and does not count memory transferred from another thread.
 */
export function freeMemory({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0); // shared memory stays
}
