/** Git LFS pointers: small texts that stand where git keeps a large file elsewhere. */

/** What such a file is, for messages. */
export const LFS_POINTER = "a Git LFS pointer, not the file itself";

/** What to do about it, for messages. */
export const FETCH_LFS = "download the file itself, or run git lfs pull where it was cloned";

/** Bytes at the beginning by which a pointer is known. */
export const LFS_HEAD = 24;

/** Whether a file is a pointer, by its text or at least the first {@linkcode LFS_HEAD} bytes of it. */
export function isLfsPointer(beginning: string): boolean {
  return beginning.startsWith("version https://git-lfs.");
}
