/** The rows of a CSV file with a header, as values by column. */

import { firstLine, NegscopeError } from "../../errors.ts";
import { decimal } from "../../reading/decimal.ts";
import { readCsvLines } from "../../tables/csv.ts";
import { refuseMisspelt } from "./misspelt_key.ts";
import type { GivenRow } from "./pair_rows.ts";

/** A column that may be the only known one of a table. */
const ALONE = "sentence";

/** What else may separate the cells of a table. */
const SEPARATORS = [[";", "semicolons"], ["\t", "tabs"], ["|", "bars"]] as const;

export interface CsvForm {
  readonly source: string;
  /** What is read, for messages, e.g. `pairs`. */
  readonly what: string;
  readonly columns: readonly string[];
  /** The columns of numbers, which may be missing unless they are among `columns`. */
  readonly numbers: readonly string[];
}

/** Reads CSV with a header line. Unknown columns are left in. Rows are counted as in a spreadsheet: the header is row 1. */
export function csvRows(text: string, form: CsvForm): GivenRow[] {
  const [header = [], ...records] = csvRecords(text, form.source);
  checkHeader(header, form);
  return tableRows(header, records, { source: form.source, numbers: form.numbers });
}

/** The rows of a table whose columns are known; one with another number of cells has the error instead of values. */
export function tableRows(
  columns: readonly string[],
  records: readonly (readonly string[])[],
  { source, numbers = [], isTabbed = false, nameOf = (index) => `row ${index + 2}` }: {
    readonly source: string;
    readonly numbers?: readonly string[];
    readonly isTabbed?: boolean;
    /** The name of a record in messages, by its place. @default {as in a spreadsheet, with the header as row 1} */
    readonly nameOf?: (index: number) => string;
  },
): GivenRow[] {
  return records.map((record, index): GivenRow => {
    const row = index + 2;
    if (record.length === columns.length) {
      const cells = columns.map((column, i) => {
        const cell = record[i]!;
        return [column, numbers.includes(column) ? numberIn(cell) : cell] as const;
      });
      return { value: Object.fromEntries(cells), row };
    }
    const error = new NegscopeError("row-wrong", {
      problem: `Cannot read ${nameOf(index)} from "${source}"`,
      subject: row,
      reason: `it has ${record.length} fields, but the header has ${columns.length}`,
      gist: "its fields do not fit the header",
      fix: isTabbed ? "take tabs out of its cells" : "put quotes around text with commas",
    });
    return { value: undefined, row, error };
  });
}

/** Refuses the first line of a table whose cells something else than commas separates. */
export function refuseSeparator(
  line: string,
  columns: readonly string[],
  { source, what }: Pick<CsvForm, "source" | "what">,
): void {
  for (const [mark, name] of SEPARATORS) {
    const cells = line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const known = cells.filter((cell) => columns.includes(cell));
    if (known.length < 2 && !(cells.length > 1 && known.includes(ALONE))) continue;
    throw new NegscopeError("data-format-unknown", {
      problem: `Cannot read ${what} from "${source}"`,
      reason: `its cells are separated by ${name}`,
      expected: "commas",
      fix: "save it as CSV with commas",
    });
  }
}

function checkHeader(
  header: readonly string[],
  { source, what, columns, numbers }: CsvForm,
): void {
  const missing = columns.filter((column) => !header.includes(column));
  refuseSeparator(header[0] ?? "", columns, { source, what });
  if (missing.length > 0) {
    const names = missing.map((column) => `"${column}"`).join(", ");
    const optional = numbers.filter((column) => !columns.includes(column));
    throw new NegscopeError("data-columns-wrong", {
      problem: `Cannot read ${what} from "${source}"`,
      subject: missing.join(),
      reason: missing.length === 1
        ? `column ${names} is missing among ${header.join(", ")}`
        : `columns ${names} are missing among ${header.join(", ")}`,
      expected: `${columns.join(", ")}${optional.map((column) => `[, ${column}]`).join("")}`,
    });
  }
  refuseMisspelt(header, numbers, { source, where: what });
  refuseTwice(header, [...columns, ...numbers], { source, what });
}

export function refuseTwice(
  header: readonly string[],
  columns: readonly string[],
  { source, what }: Pick<CsvForm, "source" | "what">,
): void {
  const column = columns.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (column === undefined) return;
  throw new NegscopeError("data-columns-wrong", {
    problem: `Cannot read ${what} from "${source}"`,
    subject: column,
    reason: `column "${column}" is there twice`,
    fix: "rename or remove one",
  });
}

export function csvRecords(text: string, source: string): string[][] {
  try {
    return readCsvLines(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new NegscopeError("file-malformed", {
      problem: `Cannot read "${source}" as CSV`,
      reason: firstLine(error),
      fix: "correct it or write it again",
      cause: error,
    });
  }
}

/** The value of a cell in a number's column, unless its text is not a number; the message then quotes it. */
function numberIn(cell: string): string | number {
  const value = decimal(cell);
  return Number.isNaN(value) ? cell : value;
}
