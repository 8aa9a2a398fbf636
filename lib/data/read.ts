/** Reads the pairs of a data file, whatever its form. */

import { firstLine, NegscopeError, readingFailure } from "../errors.ts";
import { dataEmpty, dataFormatUnknown } from "./data_errors.ts";
import { parsePairCsv, parsePairList } from "./pair_list.ts";
import type { Dropped, Pair, Protocol } from "./pairs.ts";
import { rephrase } from "./rephrase.ts";
import { parseValse } from "./valse.ts";

/** The pairs of a data file. */
export interface DataFile {
  /** The rows to use, in the order of the file. */
  readonly pairs: readonly Pair[];
  /** The other rows, in the order of the file. */
  readonly dropped: readonly Dropped[];
  /** The number of all rows. */
  readonly rows: number;
  /** A VALSE file, or a list of pairs in the kit's own form. */
  readonly format: "valse" | "list";
}

/**
 * Reads a data file: a VALSE file (a JSON object) or a list of pairs (a JSON array, or CSV).
 *
 * Under the rephrased protocol a VALSE file is rephrased by rule; a list is taken as it stands and checked.
 *
 * @param path The file.
 * @param options The protocol.
 * @throws {NegscopeError} If the file cannot be read or is in none of these forms, a value is missing or wrong, or no row is left to use.
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
      fix: "check --data",
      cause: error,
    });
  });
  return parsePairs(textOf(bytes, path), { source: path, protocol });
}

async function readFile(path: string): Promise<Uint8Array> {
  if (!(await Deno.stat(path)).isFile) throw new Error("it is no file"); // a pipe would be waited for
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
  { source, protocol }: { readonly source: string; readonly protocol: Protocol },
): DataFile {
  if (text.trim() === "") throw dataEmpty(source, "the file is empty");
  const json = /^\s*[[{]/.test(text) ? parseJson(text, source) : undefined;
  if (json !== undefined && !Array.isArray(json)) return valsePairs(json, { source, protocol });
  const pairs = json === undefined
    ? parsePairCsv(text, { source, protocol })
    : parsePairList(json, { source, protocol });
  return { pairs, dropped: [], rows: pairs.length, format: "list" };
}

function valsePairs(
  file: Readonly<Record<string, unknown>>,
  { source, protocol }: { readonly source: string; readonly protocol: Protocol },
): DataFile {
  const valse = parseValse(file, { source });
  if (valse.rows === 0) throw dataEmpty(source, "it has no rows");
  const { pairs, dropped } = protocol === "rephrased"
    ? rephrase(valse.pairs)
    : { pairs: valse.pairs, dropped: [] };
  const reasons = new Map([...valse.dropped, ...dropped].map(({ id, reason }) => [id, reason]));
  if (pairs.length === 0) throw dataEmpty(source, noneKept(reasons));
  return {
    pairs,
    dropped: Object.keys(file).flatMap((id) => {
      const reason = reasons.get(id);
      return reason === undefined ? [] : [{ id, reason }];
    }),
    rows: valse.rows,
    format: "valse",
  };
}

function noneKept(reasons: ReadonlyMap<string, string>): string {
  const distinct = [...new Set(reasons.values())];
  return `each of its ${reasons.size} rows was dropped (${distinct.join("; ")})`;
}

function parseJson(text: string, source: string): Record<string, unknown> | unknown[] {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NegscopeError("data-malformed", {
      problem: `Cannot read "${source}" as JSON`,
      subject: source,
      reason: firstLine(error),
      fix: "correct it or write it again",
      cause: error,
    });
  }
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw dataFormatUnknown(source, "it is not text in UTF-8");
  }
}
