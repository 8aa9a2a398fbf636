/** Lists of pairs in the kit's own form: a JSON array or CSV with id, image, negation, caption, foil[, negator][, subject_size]. */

import { parse } from "@std/csv";
import {
  dataBroken,
  dataColumnMissing,
  dataColumnTwice,
  dataEmpty,
  dataFieldsDiffer,
  dataFormatUnknown,
  pairIdRepeated,
  pairNotObject,
  pairSentencesEqual,
  pairWordsDiffer,
} from "../errors.ts";
import type { Pair, Protocol } from "./pairs.ts";
import { RowReader } from "./row_reader.ts";
import { differingWords, wordsOf } from "./words.ts";

/** How a list is read. */
export interface PairListOptions {
  /** The file's name, for messages. */
  readonly source: string;
  /** `rephrased` demands that the sentences of each pair differ in exactly one word. */
  readonly protocol: Protocol;
}

const COLUMNS = ["id", "image", "negation", "caption", "foil"] as const;
const NUMBER_COLUMNS = ["negator", "subject_size"] as const;

/**
 * Reads a JSON array of pairs. Unknown keys are ignored; the list is taken as it stands and checked.
 *
 * @param list The parsed JSON.
 * @param options See {@linkcode PairListOptions}.
 * @throws {TypeError} If a row is no object, or a value is missing or of the wrong type; row, id, key and value are named.
 * @throws {RangeError} If a value cannot be, an id occurs twice, or the list is empty.
 */
export function parsePairList(list: readonly unknown[], options: PairListOptions): Pair[] {
  return readRows(list.map((value, index) => ({ value, row: index + 1 })), options);
}

/**
 * Reads CSV with a header line. Unknown columns are ignored; the list is taken as it stands and checked.
 *
 * @param text The file's text. Rows are counted as a spreadsheet does: the header is row 1.
 * @param options See {@linkcode PairListOptions}.
 * @throws {SyntaxError} If the text is not CSV, or a row has other fields than the header.
 * @throws {TypeError} If a column is missing or there twice, or a value is missing or of the wrong type; row, id, column and value are
 * named.
 * @throws {RangeError} If a value cannot be, an id occurs twice, or the list is empty.
 */
export function parsePairCsv(text: string, options: PairListOptions): Pair[] {
  const [header = [], ...records] = readRecords(text, options.source);
  if (!COLUMNS.some((column) => header.includes(column))) {
    throw dataFormatUnknown(options.source, `it begins with ${JSON.stringify(text.slice(0, 40))}`);
  }
  for (const column of COLUMNS) {
    if (!header.includes(column)) throw dataColumnMissing(options.source, column, header);
  }
  for (const column of [...COLUMNS, ...NUMBER_COLUMNS]) {
    const isTwice = header.indexOf(column) !== header.lastIndexOf(column);
    if (isTwice) throw dataColumnTwice(options.source, column);
  }
  const rows = records.map((record, index) => {
    const row = index + 2;
    if (record.length !== header.length) {
      const counts = { fields: record.length, columns: header.length };
      throw dataFieldsDiffer(options.source, { row, ...counts });
    }
    const cells = header.map((column, i) => [column, cellValue(column, record[i]!)] as const);
    return { value: Object.fromEntries(cells), row };
  });
  return readRows(rows, options);
}

function readRecords(text: string, source: string): string[][] {
  try {
    return parse(text);
  } catch (error) {
    throw dataBroken(source, "CSV", error);
  }
}

/** Numbers are texts in CSV. What is no number stays a text, for the message. */
function cellValue(column: string, cell: string): string | number {
  const isNumber = NUMBER_COLUMNS.some((name) => name === column);
  if (!isNumber || cell.trim() === "") return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}

function readRows(
  rows: readonly { readonly value: unknown; readonly row: number }[],
  options: PairListOptions,
): Pair[] {
  const { source } = options;
  if (rows.length === 0) throw dataEmpty(source, "its list is empty");
  const firstRows = new Map<string, number>();
  return rows.map(({ value, row }) => {
    const pair = readPair(value, { row, ...options });
    const first = firstRows.get(pair.id);
    if (first !== undefined) {
      throw pairIdRepeated({ source, where: placeOf(pair.id, row) }, `row ${first}`);
    }
    firstRows.set(pair.id, row);
    return pair;
  });
}

function readPair(
  value: unknown,
  { row, source, protocol }: PairListOptions & { readonly row: number },
): Pair {
  const unnamed = RowReader.of(value, { source, where: `row ${row}` });
  if (unnamed === undefined) throw pairNotObject({ source, where: `row ${row}` }, value);
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
  if (pair.caption === pair.foil) throw pairSentencesEqual(place);
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
  { caption, foil }: { readonly caption: string; readonly foil: string },
  place: { readonly source: string; readonly where: string },
): void {
  const places = differingWords(caption, foil);
  if (places === undefined) {
    const counts = `${wordsOf(caption).length} and ${wordsOf(foil).length}`;
    throw pairWordsDiffer(place, `have ${counts} words`);
  }
  if (places.length !== 1) throw pairWordsDiffer(place, `differ in ${places.length}`);
}
