/** Whether a file has certain bytes. */

import { OpenedFile } from "../files/opened_file.ts";

const PART = 1 << 20; // bytes that are compared at a time

/**
 * Compares a file with bytes, up to the first difference. Returns false also if it is no file or cannot be read: then it is not known to be
 * the same.
 */
export async function holdsBytes(path: string, content: Iterable<Uint8Array>): Promise<boolean> {
  try {
    using file = new OpenedFile(path);
    let offset = 0;
    for (const piece of content) {
      for (let at = 0; at < piece.length; at += PART) {
        const part = piece.subarray(at, at + PART);
        if (offset + part.length > file.size) return false;
        if (!isSame(await file.read(offset, part.length), part)) return false;
        offset += part.length;
      }
    }
    return offset === file.size;
  } catch {
    return false;
  }
}

function isSame(there: Uint8Array, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) {
    if (there[i] !== part[i]) return false;
  }
  return true;
}
