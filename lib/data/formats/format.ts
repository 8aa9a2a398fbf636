/** What a data format is, and what all formats share: the reading of JSON, and the errors for data without a usable pair. */

import { NegscopeError, shown } from "../../errors.ts";
import { jsonFailure, jsonKeys } from "../../reading/json.ts";
import type { BadRow } from "../checks/bad_rows.ts";
import type { Dropped, Pair, Protocol } from "../pairs.ts";

/** The rows of a data file. */
export interface DataRows {
  /** The rows to use, in the order of the file. */
  readonly pairs: readonly Pair[];
  /** The other rows, in the order of the file. */
  readonly dropped: readonly Dropped[];
  /** The number of all rows of the file, used or not. */
  readonly rows: number;
}

/** The rows of a data file as its format reads them; the caller decides whether bad rows are an error or left out. */
export interface ReadRows extends DataRows {
  /** The rows that cannot be used, in the order of the file. */
  readonly bad: readonly BadRow[];
}

/** Options for reading a data file. */
export interface ReadOptions {
  /** The file's name, for messages. */
  readonly source: string;
  /** How the sentences of a pair are aligned. */
  readonly protocol: Protocol;
  /** Whether the sentences will be aligned; if not, those of a list may differ in any way. @default {true} */
  readonly aligned?: boolean;
}

/** A kind of data file. A file is read by the first format that recognises it. */
export interface DataFormat {
  readonly name: string;
  /** How such a file looks, for the message about a file in no known format. */
  readonly form: string;
  /** Whether its rows are sentences without images. @default {false} */
  readonly textOnly?: true;
  /** Whether a file is in this format, judged by its first characters. */
  matches(text: string): boolean;
  read(text: string, options: ReadOptions): ReadRows;
}

/**
 * The value of a data file's JSON, and the keys of its outermost object in the order of the file, which `JSON.parse` does not keep;
 * none if it is a list. Keys of the outermost object are the ids of rows, those within it columns: a repeated one is an error that
 * says so.
 */
export function parseJsonRows(
  text: string,
  source: string,
): { readonly value: unknown; readonly keys: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NegscopeError("file-malformed", {
      problem: `Cannot read "${source}" as JSON`,
      reason: jsonFailure(error),
      fix: "correct it or write it again",
      cause: error,
    });
  }
  const { outermost: keys, repeated } = jsonKeys(text);
  if (repeated === undefined) return { value, keys };
  const { key, depth, line } = repeated;
  const again = `${shown(key)} is there again in line ${line}`;
  if (depth === 0) {
    throw new NegscopeError("row-wrong", {
      problem: `Cannot read pair ${shown(key)} from "${source}"`,
      subject: key,
      reason: `each id must be unique, but ${again}`,
    });
  }
  throw new NegscopeError("data-columns-wrong", {
    problem: `Cannot read pairs from "${source}"`,
    subject: key,
    reason: `a row must have each key once, but ${again}`,
    fix: "rename or remove one",
  });
}

/** The error for a data file without any usable pair. */
export function dataEmpty(source: string, reason: string): NegscopeError {
  return new NegscopeError("rows-too-few", {
    problem: `Cannot use data file "${source}"`,
    reason,
    expected: "at least one pair",
  });
}

/** The error for a data file whose rows were all dropped. */
export function allDropped(
  source: string,
  rows: number,
  dropped: readonly Pick<Dropped, "reason">[],
): NegscopeError {
  const reasons = [...new Set(dropped.map(({ reason }) => reason))].join("; ");
  return dataEmpty(source, `each of its ${rows} rows was dropped (${reasons})`);
}
