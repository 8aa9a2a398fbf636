import { type ReadOptions, readRecords } from "./records.ts";

/** Options of {@linkcode parse}. */
export interface ParseOptions extends ReadOptions {
  /** Leaves the first record out of the result; without `columns` it names the columns. @default {false} */
  skipFirstRow?: boolean;
  /** Names of the columns. */
  columns?: readonly string[];
}

/** A record with the column names as keys, if the type checker knows them. */
export type RecordWithColumn<C extends string> = string extends C ? Record<string, string>
  : Record<C, string>;

/** What {@linkcode parse} returns for options of type `T`: objects if columns are named, otherwise lists of fields. */
export type ParseResult<Options, T> = T extends
  Options & { columns: readonly (infer C extends string)[] } ? RecordWithColumn<C>[]
  : T extends Options & { skipFirstRow: true } ? Record<string, string>[]
  : T extends Options & { columns?: undefined; skipFirstRow?: false | undefined } ? string[][]
  : Record<string, string>[] | string[][];

/**
 * Reads the records of a CSV text.
 *
 * Lines end in LF or CRLF, which a quoted field keeps as LF. Empty lines and a byte order mark are left out.
 *
 * @param input The text, fields quoted as in RFC 4180.
 * @returns One list of fields for each record.
 * @throws {SyntaxError} If a quote is out of place.
 */
export function parse(input: string): string[][];
/**
 * Reads the records of a CSV text.
 *
 * @param input The text, fields quoted as in RFC 4180.
 * @param options See {@linkcode ParseOptions}.
 * @returns One object for each record with `columns` or `skipFirstRow`, otherwise one list of fields for each record.
 * @throws {SyntaxError} If a quote is out of place or a record breaks `fieldsPerRecord`.
 * @throws {Error} If the separator or the comment character is a quote or a line end, or both are the same.
 * @throws {Error} If columns are named and a record has another number of fields.
 * @throws {TypeError} If `skipFirstRow` finds no first row.
 */
export function parse<const T extends ParseOptions>(
  input: string,
  options: T,
): ParseResult<ParseOptions, T>;
export function parse(
  input: string,
  options: ParseOptions = {},
): string[][] | Record<string, string>[] {
  const { separator = ",", comment, skipFirstRow = false, columns } = options;
  const isReserved = (text: string) => ["\r", "\n", '"'].includes(text);
  if (isReserved(separator) || isReserved(comment ?? "") || separator === comment) {
    throw new Error("Cannot parse input: invalid delimiter");
  }
  const records = readRecords(input.replace(/^\ufeff/, ""), options);
  const header = skipFirstRow ? records.shift() : columns;
  if (skipFirstRow && header === undefined) {
    throw new TypeError("Cannot parse input: headers must be defined");
  }
  const names = columns ?? header;
  if (names === undefined) return records;
  return records.map((record, index) => {
    if (record.length !== names.length) {
      throw new Error(
        `Syntax error on line ${index + (skipFirstRow ? 2 : 1)}: ` +
          `The record has ${record.length} fields, but the header has ${names.length} fields`,
      );
    }
    return Object.fromEntries(names.map((name, column) => [name, record[column]!]));
  });
}
