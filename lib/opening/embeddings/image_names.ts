/** The names of the images that the rows of a matrix of embeddings are of: a text file beside it. */

import { NegscopeError, readingFailure } from "../../errors.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";

/** The file that names the rows of a matrix: `images.txt` for `images.npy`. */
export function namesFileOf(matrix: string): string {
  return matrix.replace(/\.npy$/i, ".txt");
}

export async function readImageNames(matrix: string, rows: number): Promise<readonly string[]> {
  const path = namesFileOf(matrix);
  const text = await readText(path, MOST_BYTES.rows).catch((cause: unknown) => {
    throw new NegscopeError("image-embeddings-wrong", {
      problem: `Cannot tell which images the rows of "${matrix}" are of: cannot read "${path}"`,
      subject: path,
      reason: readingFailure(cause),
      expected: "a text file with the name of an image on each line, in the order of the rows",
      cause,
    });
  });
  const names = text.split(/\r?\n/);
  if (names.at(-1) === "") names.pop(); // after the last line feed
  const first = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    if (name.trim() === "") throw namesWrong(path, `line ${i + 1} is empty`);
    const twin = first.get(name);
    if (twin !== undefined) {
      throw namesWrong(path, `lines ${twin + 1} and ${i + 1} are both "${name}"`);
    }
    first.set(name, i);
  }
  if (names.length === rows) return names;
  throw namesWrong(path, `it has ${names.length} names, and "${matrix}" has ${rows} rows`);
}

function namesWrong(path: string, reason: string): NegscopeError {
  return new NegscopeError("image-embeddings-wrong", {
    problem: `Cannot use the names of images in "${path}"`,
    reason,
    expected: "the name of another image on each line, one for each row of the matrix",
  });
}
