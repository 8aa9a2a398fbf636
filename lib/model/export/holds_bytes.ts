/** Whether a file has certain bytes. */

/**
 * Compares a file with bytes, up to the first difference.
 *
 * @param path The file.
 * @param content The bytes, in pieces.
 * @returns False also if it is no file or cannot be read: then it is not known to be the same.
 */
export async function holdsBytes(path: string, content: Iterable<Uint8Array>): Promise<boolean> {
  try {
    if (!(await Deno.stat(path)).isFile) return false;
    using file = await Deno.open(path);
    const there = new Uint8Array(1 << 20);
    for (const piece of content) {
      for (let at = 0; at < piece.length;) {
        const count = await file.read(there.subarray(0, piece.length - at));
        if (count === null || !isSame(there, piece, { at, count })) return false;
        at += count;
      }
    }
    return await file.read(there) === null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return false;
    }
    throw error;
  }
}

function isSame(
  there: Uint8Array,
  piece: Uint8Array,
  { at, count }: { readonly at: number; readonly count: number },
): boolean {
  for (let i = 0; i < count; i++) {
    if (there[i] !== piece[at + i]) return false;
  }
  return true;
}
