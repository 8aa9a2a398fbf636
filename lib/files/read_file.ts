/** Whole files of the disk, read once. Whoever reads one says how many bytes it may have. */

import { textOf } from "../reading/files.ts";
import { OpenedFile } from "./opened_file.ts";

export { MOST_BYTES, textOf } from "../reading/files.ts";

export async function readBytes(
  path: string | URL,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = new OpenedFile(path);
  return await file.whole(most);
}

/** Reads a text in UTF-8, without the mark that some programs put before it. */
export async function readText(path: string | URL, most: number): Promise<string> {
  return textOf(await readBytes(path, most));
}

/** The same as {@linkcode readText}, while the thread waits. */
export function readTextSync(path: string | URL, most: number): string {
  using file = new OpenedFile(path);
  return textOf(file.wholeSync(most));
}
