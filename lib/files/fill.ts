/** Fills memory from a file: a single read may give fewer bytes than are asked for. */

/**
 * Reads as many bytes as an array holds.
 *
 * @param file The file, at the place of the first byte.
 * @param bytes The array; it is overwritten.
 * @throws {Error} If the file ends before.
 */
export async function fill(
  file: Pick<Deno.FsFile, "read">,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  for (let filled = 0; filled < bytes.length;) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) throw endsEarly();
    filled += count;
  }
}

/** The same as {@linkcode fill}, while the thread waits. */
export function fillSync(
  file: Pick<Deno.FsFile, "readSync">,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  for (let filled = 0; filled < bytes.length;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) throw endsEarly();
    filled += count;
  }
}

function endsEarly(): Error {
  return new Error("it became shorter");
}
