/** Lists in the kit's own form: pairs as a JSON array or CSV, and sentences without an image, each of which gets its twin by rule. */

import { firstLine, NegscopeError } from "../../errors/errors.ts";
import { decimal } from "../../reading/json.ts";
import { readCsvLines, readTsvLines } from "../../tables/csv.ts";
import {
  allDropped,
  dataEmpty,
  type DataFormat,
  parseJsonRows,
  readEach,
  type ReadOptions,
  type ReadRows,
  refuseMisspelt,
  type RowPlace,
  type RowReader,
} from "./format.ts";
import { type GivenRow, OPTIONAL, readRows } from "./pair_rows.ts";
import type { Pair } from "../pairs.ts";
import { affirmativeTwin, nounTwin, type Twin } from "../twin.ts";

const ALONE = "sentence"; // column that may be the only known one of a table

/** What else may separate the cells of a table. */
const SEPARATORS = [[";", "semicolons"], ["\t", "tabs"], ["|", "bars"]] as const;

interface CsvForm {
  readonly source: string;
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
  { source, numbers = [], isTabbed = false }: {
    readonly source: string;
    readonly numbers?: readonly string[];
    readonly isTabbed?: boolean;
  },
): GivenRow[] {
  return records.map((record, index): GivenRow => {
    const row = index + 2; // as in a spreadsheet, with the header as row 1
    if (record.length === columns.length) {
      const cells = columns.map((column, i) => {
        const cell = record[i]!;
        const number = numbers.includes(column) ? decimal(cell) : NaN;
        return [column, Number.isNaN(number) ? cell : number] as const; // what is no number is quoted in a message
      });
      return { value: Object.fromEntries(cells), row };
    }
    const error = new NegscopeError("row-wrong", {
      problem: `Cannot read row ${row} from "${source}"`,
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
      reason: `${
        missing.length === 1 ? `column ${names} is` : `columns ${names} are`
      } missing among ${header.join(", ")}`,
      expected: `${columns.join(", ")}${optional.map((column) => `[, ${column}]`).join("")}`,
    });
  }
  refuseMisspelt(header, numbers, { source, where: what });
  refuseTwice(header, [...columns, ...numbers], { source, what });
}

function refuseTwice(
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

const START = 10_000; // most characters that are looked at to find what a text holds
const LINES = 20; // most lines that are looked at to find whether a text has a sentence on each

/** Columns of tables of pairs: a first line with two of them is a header, whatever separates them. */
export const OF_PAIRS: readonly string[] = [
  "id",
  "image",
  "negation",
  "caption",
  "foil",
  "premise",
  "hypothesis",
  "label",
];

/** Which kind of data without images a text holds, judged by its beginning; undefined if it has columns of pairs with images, or is none. */
function textKindOf(text: string): "premises" | "sentences" | undefined {
  const start = text.slice(0, START);
  const columns = columnsOf(start);
  const has = (...names: readonly string[]) => names.every((name) => columns.includes(name));
  if (has("caption", "foil")) return undefined;
  if (has("premise", "hypothesis")) return "premises";
  return has("sentence") || /^\s*\[\s*"/.test(start) || isProse(start) ? "sentences" : undefined;
}

/** Whether a text has a sentence on each line, as at least half of its first lines show; a table's header is none of its sentences. */
function isProse(text: string): boolean {
  if (isHeader(headerOf(text))) return false;
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "").slice(0, LINES);
  return lines.filter(isSentence).length >= lines.length / 2;
}

/** Whether a line names the columns of a table: two of the known ones, or names with no space between them. */
function isHeader(line: string): boolean {
  const known = line.split(/[\s,;|]+/).filter((word) => OF_PAIRS.includes(word.toLowerCase()));
  return known.length > 1 || !/ /.test(line.trim()) && (known.length > 0 || /[,\t;|]/.test(line));
}

/** Whether a line is surely a sentence: three words or more, and neither markup nor cells of a table. */
function isSentence(line: string): boolean {
  return /^\ufeff?\s*[\p{L}\p{N}"'“‘].*\s\S+\s.*[\p{L}\p{N}.!?…"'”’)]\s*$/u.test(line) &&
    !/[\t;|<>{}]/.test(line);
}

/** The names of the columns of CSV or tab-separated cells, judged by the first line; of a JSON array, the keys of its first object. */
function columnsOf(text: string): readonly string[] {
  if (isArray(text)) {
    const [first = ""] = /\{[^}]*\}?/.exec(text) ?? [];
    return [...first.matchAll(/"([^"\\]+)"\s*:/g)].map(([, key]) => key!);
  }
  const header = headerOf(text);
  return header.split(header.includes("\t") ? "\t" : ",")
    .map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function hasColumn(text: string, column: string): boolean {
  return columnsOf(text.slice(0, START)).includes(column);
}

export function isArray(text: string): boolean {
  return /^\s*\[/.test(text);
}

function headerOf(text: string): string {
  return text.replace(/^\ufeff/, "").trimStart().split(/[\r\n]/, 1)[0]!;
}

/** Reads rows with named values. Rows of a file are counted as in a spreadsheet, with the header as row 1, and those of an array from 1. */
function namedRows(
  text: string,
  { source, column, optional = [] }: {
    readonly source: string;
    readonly column: string;
    readonly optional?: readonly string[];
  },
): GivenRow[] {
  const rows = isArray(text) ? rowsOfArray(text, source) : rowsOfTable(text, source, column);
  if (rows.length === 0) throw dataEmpty(source, "it has no rows");
  const keys = Object.keys(rows[0]!.value ?? {});
  refuseMisspelt(keys, optional, { source, where: "sentences" });
  return rows;
}

/** The rows of a JSON array, counted from 1. */
function rowsOfArray(text: string, source: string): GivenRow[] {
  const values = parseJsonRows(text, source).value as readonly unknown[];
  return values.map((value, i) => ({ value, row: i + 1 }));
}

function rowsOfTable(text: string, source: string, column: string): GivenRow[] {
  const isTabbed = headerOf(text).includes("\t");
  const [header = [], ...records] = isTabbed
    ? readTsvLines(text.replace(/^\ufeff/, ""))
    : csvRecords(text, source);
  const columns = header.map((column) => column.trim());
  refuseTwice(columns, [column], { source, what: "sentences" });
  return tableRows(columns, records, { source, isTabbed });
}

const COLUMNS = ["id", "image", "negation", "caption", "foil"] as const;
const FORM = { what: "pairs", columns: COLUMNS, numbers: OPTIONAL };

/** The kit's own form. Sentences are not changed but checked: under `rephrased` they must differ in exactly one word. */
export const PAIR_LIST: DataFormat = {
  name: "list",
  form: `a JSON array of pairs, CSV with columns ${COLUMNS.join(", ")}`,
  matches: (text) =>
    (isArray(text) || COLUMNS.some((column) => hasColumn(text, column))) &&
    textKindOf(text) === undefined,
  read: (text, options) => {
    const { source } = options;
    const rows = isArray(text) ? rowsOfArray(text, source) : csvRows(text, { source, ...FORM });
    return readRows(rows, options);
  },
};

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

/** Reads rows of sentences, whose ids are their numbers. Without an image the negated sentence counts as the foil, its twin as the caption. */
function readTextRows(
  rows: readonly GivenRow[],
  source: string,
  { sentenceOf, twinOf, unused }: {
    readonly sentenceOf: (row: RowReader) => string | undefined;
    readonly twinOf: (sentence: string) => Twin;
    readonly unused?: string; // why a row without a negated sentence is left out
  },
): ReadRows {
  const numbered = rows.map(({ row, ...given }) => ({
    id: `${row}`,
    where: `row ${row}`,
    ...given,
  }));
  const { found: pairs, dropped, bad } = readEach(
    numbered,
    source,
    (row, { id }): Pair | string => {
      const foil = sentenceOf(row);
      if (foil === undefined) return unused!;
      const twin = twinOf(foil);
      if ("reason" in twin) return twin.reason;
      return { id, image: "", negation: "foil", caption: twin.affirmative, foil };
    },
  );
  if (pairs.length === 0 && bad.length === 0) throw allDropped(source, rows.length, dropped);
  return { pairs, dropped, bad, rows: rows.length };
}

const NEGATED = "1";

/**
 * Premise and hypothesis without an image, as tab-separated cells, CSV or a JSON array. Used are the rows whose `label` is 1, or all without
 * such a column, with the word "no" before a noun in the hypothesis (Quantmeyer et al. 2024, section 5); the twin has "some" in its place.
 * The premise is not used, since it may differ in any way.
 */
export const PREMISES: DataFormat = {
  name: "premises",
  form: "CSV or TSV with columns premise, hypothesis",
  textOnly: true,
  matches: (text) => textKindOf(text) === "premises",
  read: (text, { source }) =>
    readTextRows(namedRows(text, { source, column: "hypothesis", optional: ["label"] }), source, {
      sentenceOf: (row) => isNegated(row) ? row.text("hypothesis") : undefined,
      twinOf: nounTwin,
      unused: `its label is not ${NEGATED}`,
    }),
};

function isNegated(row: RowReader): boolean {
  const label = row.optional("label");
  return label === undefined || `${label}`.trim() === NEGATED;
}

const COLUMN = "sentence";

/** Sentences of which the negated ones are used; a twin is made by the first negator. */
export const SENTENCES: DataFormat = {
  name: "sentences",
  form: "or one sentence on each line, most of them with three words or more",
  textOnly: true,
  matches: (text) => textKindOf(text) === "sentences",
  read: (text, { source }) =>
    readTextRows(rowsOf(text, source), source, {
      sentenceOf: (row) => row.text(COLUMN),
      twinOf: affirmativeTwin,
    }),
};

function rowsOf(text: string, source: string): GivenRow[] {
  if (isArray(text)) {
    return namedRows(text, { source, column: COLUMN }).map(({ value, row }) => ({
      value: typeof value === "string" ? { [COLUMN]: value } : value,
      row,
    }));
  }
  if (hasColumn(text, COLUMN)) return namedRows(text, { source, column: COLUMN });
  return text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/)
    .map((line, index) => ({ value: { [COLUMN]: line.trim() }, row: index + 1 }))
    .filter(({ value }) => value[COLUMN] !== "");
}
