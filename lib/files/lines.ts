/** Reads long texts line by line. */

import { OpenedFile } from "./opened_file.ts";

const LINE_FEED = "\n".charCodeAt(0); // only here: JSON leaves other line breaks of Unicode as they are

/** The lines of a file as bytes, each with its line feed; what follows the last line feed is left out. */
export async function* linesOf(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  using file = new OpenedFile(path);
  let rest = new Uint8Array();
  for await (const piece of file.pieces()) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    let from = 0;
    for (let at = rest.length; (at = bytes.indexOf(LINE_FEED, at)) >= 0; at++) {
      yield bytes.subarray(from, from = at + 1);
    }
    rest = bytes.slice(from);
  }
}
