import { CsvError, parse as parseRecords } from "csv-parse/sync";

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** What separates the fields of a record. @default {","} */
  separator?: string;
  /** A line that starts with this character is left out. Without it every line counts. */
  comment?: string;
  /** Removes the white space before each field. @default {false} */
  trimLeadingSpace?: boolean;
  /** Fields that each record must have; 0 for as many as the first, negative or absent for any number. */
  fieldsPerRecord?: number;
  /** Leaves the first record out of the result; without `columns` it names the columns. @default {false} */
  skipFirstRow?: boolean;
  /** Names of the columns. */
  columns?: readonly string[];
}

/** A record whose keys are the column names, where these are known to the type checker. */
export type RecordWithColumn<C extends string> = string extends C ? Record<string, string>
  : Record<C, string>;

/** What {@linkcode parse} returns for options of type `T`: objects if columns are named, else lists of fields. */
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
 * @returns One list of fields per record.
 * @throws {SyntaxError} If a quote is out of place.
 */
export function parse(input: string): string[][];
/**
 * Reads the records of a CSV text.
 *
 * @param input The text, fields quoted as in RFC 4180.
 * @param options See {@linkcode ParseOptions}.
 * @returns One object per record with `columns` or `skipFirstRow`, else one list of fields per record.
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
  const records = readRecords(input, options);
  checkFieldCounts(records, options.fieldsPerRecord);
  const { skipFirstRow = false, columns } = options;
  if (!skipFirstRow && columns === undefined) return records;
  const names = columns ?? records[0];
  if (names === undefined || (skipFirstRow && records.length === 0)) {
    throw new TypeError("Cannot parse input: headers must be defined");
  }
  const first = skipFirstRow ? 1 : 0;
  return records.slice(first).map((record, row) => {
    if (record.length !== names.length) {
      throw new Error(
        `Syntax error on line ${row + first + 1}: ` +
          `The record has ${record.length} fields, but the header has ${names.length} fields`,
      );
    }
    return Object.fromEntries(names.map((name, column) => [name, record[column] ?? ""]));
  });
}

function readRecords(input: string, options: ParseOptions): string[][] {
  const { separator = ",", comment, trimLeadingSpace = false } = options;
  const reserved = ["\r", "\n", '"'];
  if (
    reserved.includes(separator) || separator === comment ||
    (comment !== undefined && reserved.includes(comment))
  ) {
    throw new Error("Cannot parse input: invalid delimiter");
  }
  try {
    return parseRecords(input.replace(/\r$/, "").replaceAll("\r\n", "\n"), {
      bom: true,
      comment: comment ?? null,
      comment_no_infix: true,
      delimiter: separator,
      ltrim: trimLeadingSpace,
      record_delimiter: "\n",
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    throw error instanceof CsvError ? asSyntaxError(error) : error;
  }
}

function asSyntaxError(error: CsvError): SyntaxError {
  const problem = error.code === "INVALID_OPENING_QUOTE"
    ? 'bare " in non-quoted-field'
    : 'extraneous or missing " in quoted-field';
  return new SyntaxError(`Syntax error on line ${error.lines}: ${problem}`, { cause: error });
}

function checkFieldCounts(records: readonly string[][], fieldsPerRecord = -1): void {
  if (fieldsPerRecord < 0) return;
  const expected = fieldsPerRecord === 0 ? records[0]?.length : fieldsPerRecord;
  records.forEach((record, index) => {
    if (record.length !== expected) {
      throw new SyntaxError(
        `Syntax error on line ${index + 1}: expected ${expected} fields but got ${record.length}`,
      );
    }
  });
}
