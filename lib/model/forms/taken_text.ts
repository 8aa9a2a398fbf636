/** What was taken of a model, in words. */

import { basename, isAbsolute, relative } from "node:path";
import { shown } from "../../errors.ts";

/**
 * A file by its path within a folder; of a file elsewhere only the name, so that the same files have the same name anywhere.
 *
 * @param folder The folder.
 * @param path The file.
 */
export function nameWithin(folder: string, path: string): string {
  const within = relative(folder, path);
  return within.startsWith("..") || isAbsolute(within) ? basename(path) : within;
}

/**
 * What of a file of weights no tower needs, though it may have been trained: in brackets behind the file's name.
 *
 * @param names The arrays' names in the file.
 * @returns Nothing if there are none.
 */
export function notUsed(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return "";
  const such = others.length === 0 ? "" : `${names.length} arrays, such as `;
  return ` (not used: ${such}${shown(first)})`;
}
