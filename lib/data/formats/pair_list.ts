/** Lists of pairs in the kit's own form: a JSON array or CSV with id, image, negation, caption, foil[, negator][, subject_size][, frame][, scope][, noun][, truth]. */

import { csvRows } from "./csv_rows.ts";
import { type DataFormat, parseJsonRows, type ReadOptions, type ReadRows } from "./format.ts";
import { textKindOf } from "./named_rows.ts";
import type { Pair } from "../pairs.ts";
import { refuseMisspelt } from "./misspelt_key.ts";
import { NegscopeError } from "../../errors.ts";
import type { RowPlace } from "./row_reader.ts";
import { type GivenRow, OPTIONAL, readRows } from "./pair_rows.ts";

const COLUMNS = ["id", "image", "negation", "caption", "foil"] as const;
const FORM = { what: "pairs", columns: COLUMNS, numbers: OPTIONAL };

/** The kit's own form. Sentences are not changed but checked: under `rephrased` they must differ in exactly one word. */
export const PAIR_LIST: DataFormat = {
  name: "list",
  form: `a JSON array of pairs, CSV with columns ${COLUMNS.join(", ")}`,
  matches: (text) => (isJson(text) || hasHeader(text)) && textKindOf(text) === undefined,
  read: (text, options) =>
    isJson(text)
      ? listRows(parseJsonRows(text, options.source).value as readonly unknown[], options)
      : readRows(csvRows(text, { source: options.source, ...FORM }), options),
};

function isJson(text: string): boolean {
  return /^\s*\[/.test(text);
}

function hasHeader(text: string): boolean {
  const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
  const cells = header.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1"));
  return COLUMNS.some((column) => cells.includes(column));
}

/** Reads a JSON array of pairs. Unknown keys are ignored unless they look like an optional one; sentences are checked but not changed. */
function listRows(list: readonly unknown[], options: ReadOptions): ReadRows {
  return readRows(list.map((value, index) => ({ value, row: index + 1 })), options);
}

/** The error for a key of a pair that looks like one that it lacks. */
function misspelt(pair: object, place: RowPlace): NegscopeError | undefined {
  try {
    refuseMisspelt(Object.keys(pair), ["negator", "subjectSize"], place);
    return undefined;
  } catch (error) {
    if (error instanceof NegscopeError) return error;
    throw error;
  }
}

/** Checks pairs made by a script in the same way as those of a file. */
export function checkPairs(pairs: readonly Pair[], options: ReadOptions): ReadRows {
  const rows = pairs.map((pair: unknown, index): GivenRow => {
    const row = index + 1;
    if (typeof pair !== "object" || pair === null) return { value: pair, row }; // refused below
    const { subjectSize, negatorWord, ...rest } = pair as Pair;
    const value = { negator: negatorWord, ...rest, subject_size: subjectSize };
    return { value, row, error: misspelt(pair, { source: options.source, where: `row ${row}` }) };
  });
  return readRows(rows, options);
}
