/** Reads the pairs of a data file in any known format. */

import { MOST_CHARACTERS, NegscopeError, readingFailure } from "../errors.ts";
import { dataEmpty, type DataRows } from "./formats/format.ts";
import { sha256Text } from "../files/sha256.ts";
import { FORMATS } from "./formats/all.ts";
import type { Protocol } from "./pairs.ts";

/** The pairs of a text. */
export interface DataText extends DataRows {
  /** The name of the text's format: `valse`, or `list` for a list of pairs in the kit's own form. */
  readonly format: string;
}

/** The pairs of a data file. */
export interface DataFile extends DataText {
  /** SHA-256 of the bytes that the pairs were read from. */
  readonly sha256: string;
}

/**
 * Reads a data file: a VALSE file (a JSON object) or a list of pairs (a JSON array, or CSV).
 *
 * Under the rephrased protocol a VALSE file is rephrased by rule; the sentences of a list are checked but not changed.
 *
 * @param path The file.
 * @param options The protocol.
 * @throws {NegscopeError} If the file cannot be read or is in neither form, a value is missing or wrong, or no row is left to use.
 */
export async function readPairs(
  path: string,
  { protocol }: { readonly protocol: Protocol },
): Promise<DataFile> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new NegscopeError("data-file-unreadable", {
      problem: `Cannot read data file "${path}"`,
      subject: path,
      reason: readingFailure(error),
      fix: "check the data file",
      cause: error,
    });
  });
  const parsed = parsePairs(textOf(bytes, path), { source: path, protocol });
  return { ...parsed, sha256: sha256Text(bytes) };
}

async function readFile(path: string): Promise<Uint8Array> {
  const { isFile, size } = await Deno.stat(path);
  if (!isFile) throw new Error("it is not a file"); // reading from a pipe might never end
  if (size > MOST_CHARACTERS) {
    const [bytes, most] = [size, MOST_CHARACTERS].map((n) => n.toLocaleString("en"));
    throw new Error(`it has ${bytes} bytes, more than the ${most} that can be read`);
  }
  return await Deno.readFile(path);
}

/**
 * Reads the text of a data file; see {@linkcode readPairs}.
 *
 * @param text The file's text.
 * @param options The protocol, and the file's name for messages.
 * @throws {NegscopeError} If it is in none of the known forms, a value is missing or wrong, or no row is left to use.
 */
export function parsePairs(
  text: string,
  options: { readonly source: string; readonly protocol: Protocol },
): DataText {
  const { source } = options;
  if (text.trim() === "") throw dataEmpty(source, "the file is empty");
  const format = FORMATS.find((format) => format.matches(text));
  if (format === undefined) {
    throw formatUnknown(source, `it begins with ${JSON.stringify(text.slice(0, 40))}`);
  }
  return { ...format.read(text, options), format: format.name };
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw formatUnknown(source, "it is not text in UTF-8");
  }
}

function formatUnknown(source: string, reason: string): NegscopeError {
  return new NegscopeError("data-format-unknown", {
    problem: `Cannot read pairs from "${source}"`,
    subject: source,
    reason,
    expected: FORMATS.map(({ form }) => form).join(", "),
  });
}
