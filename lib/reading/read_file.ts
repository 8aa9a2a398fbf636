/** Whole files, read once. Whoever reads one says how many bytes it may have. */

import type { FileAt } from "./files.ts";

/** The most bytes of a file by what it is: more than any that is right has, and no more than its reader can bear. */
export const MOST_BYTES = {
  /** A text of rows, tables or results: the most UTF-16 code units of a text in V8. */
  rows: 2 ** 29 - 24,
  /** Settings or a tokeniser: CLIP's tokenizer.json has 2 to 4 MB. */
  settings: 50_000_000,
  /** An image: of the most pixels that are decoded, 179 million, an uncompressed one has 537 MB. */
  image: 600_000_000,
  /** A text that people write or read, such as a page, a notebook with its outputs, or a list of nodes. */
  page: 100_000_000,
  /** A file of the kit or of a package that it uses. */
  own: 20_000_000,
} as const;

export async function readBytes(
  { files, path }: FileAt,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  using file = files.open(path);
  return await file.whole(most);
}

/** Reads a text in UTF-8, without the mark that some programs put before it. */
export async function readText(at: FileAt, most: number): Promise<string> {
  return textOf(await readBytes(at, most));
}

/** The text of bytes in UTF-8, without the mark that some programs put before it. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is not text in UTF-8", { cause });
  }
}
