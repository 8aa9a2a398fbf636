/**
 * `parse` of `@std/csv`, for places that cannot reach JSR: another reader for the tests.
 *
 * Results are those of the real package. CONTRIBUTING.md says when to delete this folder.
 *
 * @module
 */

/** Reads the records of a CSV text, whose lines end in LF or CRLF, which a quoted field keeps as LF; empty lines are left out. */
export function parse(text: string): string[][];
/** Reads the records after the first as objects, with the first record's fields as keys. */
export function parse(text: string, options: { skipFirstRow: true }): Record<string, string>[];
export function parse(
  text: string,
  options?: { skipFirstRow: true },
): string[][] | Record<string, string>[] {
  const lines = text.replace(/^\ufeff/, "").split("\n").map((line) => line.replace(/\r$/, ""));
  const records: string[][] = [];
  for (let at = 0; at < lines.length;) {
    const { record, next } = readRecord(lines, at);
    if (lines[at] !== "") records.push(record);
    at = next;
  }
  if (options === undefined) return records;
  const names = records.shift();
  if (names === undefined) throw new TypeError("Cannot parse input: headers must be defined");
  return records.map((record, index) => {
    if (record.length !== names.length) {
      throw new Error(
        `Syntax error on line ${index + 2}: ` +
          `The record has ${record.length} fields, but the header has ${names.length} fields`,
      );
    }
    return Object.fromEntries(names.map((name, column) => [name, record[column]!]));
  });
}

/** The record that begins with a line, and the line after it: quoted fields go on over line ends. */
function readRecord(
  lines: readonly string[],
  first: number,
): { readonly record: string[]; readonly next: number } {
  const record: string[] = [];
  let [row, at] = [first, 0];
  const fail = (problem: string): never => {
    throw new SyntaxError(`Syntax error on line ${row + 1}: ${problem}`);
  };
  const misplaced = () => fail('extraneous or missing " in quoted-field');

  const readPlain = (): string => {
    const line = lines[row]!;
    const separated = line.indexOf(",", at);
    const field = line.slice(at, separated === -1 ? line.length : separated);
    if (field.includes('"')) fail('bare " in non-quoted-field');
    at += field.length;
    return field;
  };

  const readQuoted = (): string => {
    let field = "";
    at++;
    while (true) {
      const line = lines[row]!;
      const quote = line.indexOf('"', at);
      if (quote === -1) {
        if (row + 1 === lines.length) misplaced();
        field += `${line.slice(at)}\n`;
        [row, at] = [row + 1, 0];
        continue;
      }
      field += line.slice(at, quote);
      at = quote + 1;
      if (at === line.length || line[at] === ",") return field;
      if (line[at] !== '"') misplaced();
      field += '"';
      at++;
    }
  };

  while (true) {
    record.push(lines[row]![at] === '"' ? readQuoted() : readPlain());
    if (at === lines[row]!.length) return { record, next: row + 1 };
    at++;
  }
}
