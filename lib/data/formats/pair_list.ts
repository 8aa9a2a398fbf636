/** Lists of pairs in the kit's own form: a JSON array or CSV with id, image, negation, caption, foil[, negator][, subject_size]. */

import { firstLine, NegscopeError } from "../../errors.ts";
import { dataEmpty, type DataFormat, parseJson, type ReadOptions } from "./format.ts";
import type { Pair } from "../pairs.ts";
import { type RowPlace, RowReader } from "./row_reader.ts";
import { readCsvLines } from "../../tables/csv_lines.ts";
import { differingWords, wordsOf } from "../words.ts";

const COLUMNS = ["id", "image", "negation", "caption", "foil"] as const;
const NUMBER_COLUMNS = ["negator", "subject_size"] as const;

/** The kit's own form. Sentences are not changed but checked: under `rephrased` they must differ in exactly one word. */
export const PAIR_LIST: DataFormat = {
  name: "list",
  form: `a JSON array of pairs, or CSV with columns ${COLUMNS.join(", ")}`,
  matches: (text) => isJson(text) || hasHeader(text),
  read: (text, options) => {
    const pairs = isJson(text)
      ? parsePairList(parseJson(text, options.source).value as readonly unknown[], options)
      : parsePairCsv(text, options);
    return { pairs, dropped: [], rows: pairs.length };
  },
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
 * @throws {NegscopeError} If a row is not an object, a value is missing or wrong, an id occurs twice, or the list is empty; the message
 * names row, id, key and value.
 */
export function parsePairList(list: readonly unknown[], options: ReadOptions): Pair[] {
  return readRows(list.map((value, index) => ({ value, row: index + 1 })), options);
}

/**
 * Reads CSV with a header line. Unknown columns are ignored; sentences are checked but not changed.
 *
 * @param text The file's text. Rows are counted as in a spreadsheet: the header is row 1.
 * @param options See {@linkcode ReadOptions}.
 * @throws {NegscopeError} If the text is not CSV, a row has another number of fields than the header, a column is missing or repeated, a
 * value is missing or wrong, an id occurs twice, or the list is empty; the message names row, id, column and value.
 */
export function parsePairCsv(text: string, options: ReadOptions): Pair[] {
  const [header = [], ...records] = readRecords(text, options.source);
  for (const column of COLUMNS) {
    if (header.includes(column)) continue;
    throw new NegscopeError("data-column-missing", {
      problem: `Cannot read pairs from "${options.source}"`,
      subject: column,
      reason: `column "${column}" is missing among ${header.join(", ")}`,
      expected: "id, image, negation, caption, foil[, negator][, subject_size]",
    });
  }
  for (const column of [...COLUMNS, ...NUMBER_COLUMNS]) {
    const isTwice = header.indexOf(column) !== header.lastIndexOf(column);
    if (!isTwice) continue;
    throw new NegscopeError("data-column-repeated", {
      problem: `Cannot read pairs from "${options.source}"`,
      subject: column,
      reason: `column "${column}" is there twice`,
      fix: "rename or remove one",
    });
  }
  const rows = records.map((record, index) => {
    const row = index + 2;
    if (record.length !== header.length) {
      throw new NegscopeError("data-fields-differ", {
        problem: `Cannot read row ${row} from "${options.source}"`,
        subject: row,
        reason: `it has ${record.length} fields, but the header has ${header.length}`,
        fix: "put quotes around text with commas",
      });
    }
    const cells = header.map((column, i) => [column, cellValue(column, record[i]!)] as const);
    return { value: Object.fromEntries(cells), row };
  });
  return readRows(rows, options);
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
 * @returns The pairs, without properties that no pair has.
 * @throws {NegscopeError} If a value is missing or wrong, an id occurs twice, or there are no pairs.
 */
export function checkPairs(pairs: readonly Pair[], options: ReadOptions): Pair[] {
  const list = pairs.map((pair: unknown) => {
    if (typeof pair !== "object" || pair === null) return pair; // refused below
    const { subjectSize, ...rest } = pair as Pair;
    return { ...rest, subject_size: subjectSize };
  });
  return parsePairList(list, options);
}

function readRows(
  rows: readonly { readonly value: unknown; readonly row: number }[],
  options: ReadOptions,
): Pair[] {
  const { source } = options;
  if (rows.length === 0) throw dataEmpty(source, "its list is empty");
  const firstRows = new Map<string, number>();
  return rows.map(({ value, row }) => {
    const pair = readPair(value, { row, ...options });
    const first = firstRows.get(pair.id);
    if (first !== undefined) {
      throw new NegscopeError("pair-id-repeated", {
        problem: `Cannot read ${placeOf(pair.id, row)} from "${source}"`,
        subject: pair.id,
        reason: `"id" must be unique, but row ${first} has it already`,
      });
    }
    firstRows.set(pair.id, row);
    return pair;
  });
}

function readPair(
  value: unknown,
  { row, source, protocol }: ReadOptions & { readonly row: number },
): Pair {
  const unnamed = RowReader.of(value, { source, where: `row ${row}` });
  const id = unnamed.text("id");
  const place = { source, where: placeOf(id, row) };
  const reader = unnamed.at(place);
  const pair = {
    id,
    image: reader.text("image"),
    negation: reader.oneOf("negation", ["caption", "foil"]),
    caption: reader.text("caption"),
    foil: reader.text("foil"),
  };
  const negator = reader.optionalNumber("negator", { min: 1, whole: true });
  const subjectSize = reader.optionalNumber("subject_size", { min: 0, max: 1 });
  if (pair.caption === pair.foil) {
    throw new NegscopeError("pair-sentences-equal", {
      problem: `Cannot read ${place.where} from "${source}"`,
      subject: id,
      reason: '"caption" and "foil" must differ, but they are the same sentence',
    });
  }
  if (protocol === "rephrased") checkWords(pair, place);
  return {
    ...pair,
    ...(negator === undefined ? {} : { negator }),
    ...(subjectSize === undefined ? {} : { subjectSize }),
  };
}

function placeOf(id: string, row: number): string {
  return `pair ${JSON.stringify(id)} (row ${row})`;
}

function checkWords(
  { id, caption, foil }: Pair,
  { source, where }: RowPlace,
): void {
  const places = differingWords(caption, foil);
  if (places?.length === 1) return;
  const found = places === undefined
    ? `have ${wordsOf(caption).length} and ${wordsOf(foil).length} words`
    : `differ in ${places.length}`;
  throw new NegscopeError("pair-words-differ", {
    problem: `Cannot read ${where} from "${source}"`,
    subject: id,
    reason: `caption and foil must differ in exactly one word, but they ${found}`,
    fix: "use the standard protocol (--protocol standard)",
  });
}
