/** The grammar of CSV. */

/** Options for reading a CSV text. */
export interface ReadOptions {
  /** The separator of the fields of a record. @default {","} */
  separator?: string;
  /** Lines that start with this character are left out. By default every line counts. */
  comment?: string;
  /** Removes the white space before each field. @default {false} */
  trimLeadingSpace?: boolean;
  /** Keeps a misplaced quote as it is, instead of throwing an error. @default {false} */
  lazyQuotes?: boolean;
  /** The number of fields that each record must have; 0 for as many as the first, negative or absent for any number. */
  fieldsPerRecord?: number;
}

/**
 * Reads the records of a text; empty lines and comments are left out.
 *
 * @throws {SyntaxError} If a quote is misplaced or a record breaks `fieldsPerRecord`.
 */
export function readRecords(text: string, options: ReadOptions): string[][] {
  const { comment, fieldsPerRecord = -1 } = options;
  const lines = new Lines(text);
  const records: string[][] = [];
  let expected = fieldsPerRecord > 0 ? fieldsPerRecord : undefined;
  for (let number = 1, line = lines.next(); line !== undefined; number++, line = lines.next()) {
    const isLeftOut = line === "" || (comment && line.startsWith(comment));
    const record = isLeftOut ? [] : readRecord(line, { lines, number, options });
    if (fieldsPerRecord === 0) expected ??= record.length;
    if (isLeftOut) continue;
    if (expected !== undefined && record.length !== expected) {
      throw new SyntaxError(
        `Syntax error on line ${number}: expected ${expected} fields but got ${record.length}`,
      );
    }
    records.push(record);
  }
  return records;
}

/** The lines of a text, one after the other, without their ends: LF, CRLF, or a CR that ends the text. */
class Lines {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    if (this.#position >= this.#text.length) return undefined;
    const feed = this.#text.indexOf("\n", this.#position);
    const end = feed === -1 ? this.#text.length : feed;
    const line = this.#text.slice(this.#position, end);
    this.#position = end + 1;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}

interface Place {
  readonly lines: Lines;
  /** The record's number, counting empty lines and comments; messages call it a line. */
  readonly number: number;
  readonly options: ReadOptions;
}

/** Reads the record that begins with a line, including further lines within its quoted fields. */
function readRecord(line: string, { lines, number, options }: Place): string[] {
  const { separator = ",", trimLeadingSpace = false, lazyQuotes = false } = options;
  const fields: string[] = [];
  let at = 0; // the position in the line
  let passed = 0; // lines before it

  const fail = (column: number, problem: string) => {
    if (lazyQuotes) return;
    throw new SyntaxError(
      `Syntax error on line ${number}; parse error on line ${number + passed}, ` +
        `column ${[...line.slice(0, column)].length + 1}: ${problem}`,
    );
  };
  const misplaced = (column: number) => fail(column, 'extraneous or missing " in quoted-field');

  const readPlain = (): string => {
    const separated = line.indexOf(separator, at);
    const field = line.slice(at, separated === -1 ? line.length : separated);
    const quote = field.indexOf('"');
    if (quote !== -1) fail(at + quote, 'bare " in non-quoted-field');
    at += field.length;
    return field;
  };

  const readQuoted = (): string => {
    let field = "";
    at++;
    while (true) {
      const quote = line.indexOf('"', at);
      if (quote === -1) {
        const rest = line.slice(at);
        const next = lines.next();
        if (next === undefined) {
          misplaced(rest === "" ? line.length : 0);
          at = line.length;
          return field + rest;
        }
        field += `${rest}\n`;
        line = next;
        at = 0;
        passed++;
        continue;
      }
      field += line.slice(at, quote);
      at = quote + 1;
      if (at === line.length || line.startsWith(separator, at)) return field;
      if (line[at] === '"') at++;
      else misplaced(quote);
      field += '"';
    }
  };

  while (true) {
    if (trimLeadingSpace) at = line.length - line.slice(at).trimStart().length;
    fields.push(line[at] === '"' ? readQuoted() : readPlain());
    if (at === line.length) return fields;
    at += separator.length;
  }
}
