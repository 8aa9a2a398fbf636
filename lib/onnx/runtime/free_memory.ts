/** Memory that is given back when it is done with. */

/**
 * Frees an array's memory at once; the array is empty from then on.
 *
 * The collector leaves hundreds of megabytes alone, and does not count what another thread has handed over.
 *
 * @param array An array that nothing else looks at.
 */
export function freeMemory({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0); // what threads share stays
}
