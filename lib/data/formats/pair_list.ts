/** Lists of pairs in the kit's own form: a JSON array or CSV with id, image, negation, caption, foil[, negator][, subject_size]. */

import { firstLine, NegscopeError } from "../../errors.ts";
import { type DataFormat, parseJson, type ReadOptions, type ReadRows } from "./format.ts";
import { textKindOf } from "./named_rows.ts";
import type { Pair } from "../pairs.ts";
import { type GivenRow, readRows } from "./pair_rows.ts";
import { readCsvLines } from "../../tables/csv_lines.ts";

const COLUMNS = ["id", "image", "negation", "caption", "foil"] as const;
const NUMBER_COLUMNS = ["negator", "subject_size"] as const;

/** The kit's own form. Sentences are not changed but checked: under `rephrased` they must differ in exactly one word. */
export const PAIR_LIST: DataFormat = {
  name: "list",
  form: `a JSON array of pairs, CSV with columns ${COLUMNS.join(", ")}`,
  matches: (text) => (isJson(text) || hasHeader(text)) && textKindOf(text) === undefined,
  read: (text, options) =>
    isJson(text)
      ? listRows(parseJson(text, options.source).value as readonly unknown[], options)
      : csvRows(text, options),
};

function isJson(text: string): boolean {
  return /^\s*\[/.test(text);
}

/** Whether CSV begins with the name of a column. */
function hasHeader(text: string): boolean {
  const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
  const cells = header.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1"));
  return COLUMNS.some((column) => cells.includes(column));
}

/**
 * Reads a JSON array of pairs. Unknown keys are ignored; sentences are checked but not changed.
 *
 * @param list The parsed JSON.
 * @param options See {@linkcode ReadOptions}.
 * @throws {NegscopeError} If the list is empty.
 */
function listRows(list: readonly unknown[], options: ReadOptions): ReadRows {
  return readRows(list.map((value, index) => ({ value, row: index + 1 })), options);
}

/**
 * Reads CSV with a header line. Unknown columns are ignored; sentences are checked but not changed. Rows are counted as in a
 * spreadsheet: the header is row 1.
 *
 * @throws {NegscopeError} If the text is not CSV, a column is missing or repeated, or the list is empty.
 */
function csvRows(text: string, options: ReadOptions): ReadRows {
  const [header = [], ...records] = readRecords(text, options.source);
  checkHeader(header, options);
  const rows = records.map((record, index): GivenRow => {
    const row = index + 2;
    if (record.length !== header.length) {
      return { value: undefined, row, error: fieldsDiffer(record, { header, row, ...options }) };
    }
    const cells = header.map((column, i) => [column, cellValue(column, record[i]!)] as const);
    return { value: Object.fromEntries(cells), row };
  });
  return readRows(rows, options);
}

function checkHeader(header: readonly string[], { source }: ReadOptions): void {
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    const names = missing.map((column) => `"${column}"`).join(", ");
    throw new NegscopeError("data-column-missing", {
      problem: `Cannot read pairs from "${source}"`,
      subject: missing.join(),
      reason: missing.length === 1
        ? `column ${names} is missing among ${header.join(", ")}`
        : `columns ${names} are missing among ${header.join(", ")}`,
      expected: "id, image, negation, caption, foil[, negator][, subject_size]",
    });
  }
  for (const column of [...COLUMNS, ...NUMBER_COLUMNS]) {
    const isTwice = header.indexOf(column) !== header.lastIndexOf(column);
    if (!isTwice) continue;
    throw new NegscopeError("data-column-repeated", {
      problem: `Cannot read pairs from "${source}"`,
      subject: column,
      reason: `column "${column}" is there twice`,
      fix: "rename or remove one",
    });
  }
}

function fieldsDiffer(
  record: readonly string[],
  { header, row, source }: ReadOptions & {
    readonly header: readonly string[];
    readonly row: number;
  },
): NegscopeError {
  return new NegscopeError("data-fields-differ", {
    problem: `Cannot read row ${row} from "${source}"`,
    subject: row,
    reason: `it has ${record.length} fields, but the header has ${header.length}`,
    fix: "put quotes around text with commas",
  });
}

function readRecords(text: string, source: string): string[][] {
  try {
    return readCsvLines(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new NegscopeError("data-malformed", {
      problem: `Cannot read "${source}" as CSV`,
      subject: source,
      reason: firstLine(error),
      fix: "correct it or write it again",
      cause: error,
    });
  }
}

/** The value of a CSV cell: a number in a number's column, unless its text is not a number; the message then quotes it. */
function cellValue(column: string, cell: string): string | number {
  const isNumber = NUMBER_COLUMNS.some((name) => name === column);
  if (!isNumber || cell.trim() === "") return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}

/**
 * Checks pairs made by a script in the same way as those of a file.
 *
 * @param pairs The pairs.
 * @param options See {@linkcode ReadOptions}.
 * @returns The pairs, without properties that no pair has, and those that cannot be used.
 * @throws {NegscopeError} If there are no pairs.
 */
export function checkPairs(pairs: readonly Pair[], options: ReadOptions): ReadRows {
  const list = pairs.map((pair: unknown) => {
    if (typeof pair !== "object" || pair === null) return pair; // refused below
    const { subjectSize, ...rest } = pair as Pair;
    return { ...rest, subject_size: subjectSize };
  });
  return listRows(list, options);
}
