/** Rows with named values: of CSV, of tab-separated cells, or of a JSON array. */

import { readTsvLines } from "../../tables/csv.ts";
import { csvRecords, refuseTwice, tableRows } from "./csv_rows.ts";
import { dataEmpty, parseJsonRows } from "./format.ts";
import { refuseMisspelt } from "./misspelt_key.ts";
import type { GivenRow } from "./pair_rows.ts";

/** The most characters that are looked at to find what a text holds. */
const START = 10_000;

/** The most lines that are looked at to find whether a text has a sentence on each. */
const LINES = 20;

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

export type TextKind = "premises" | "sentences";

/**
 * Which kind of data without images a text holds, judged by its beginning: premises with hypotheses, or sentences in a column, in an array
 * or one on each line. Undefined if it has the columns of pairs with images, or is none of these.
 */
export function textKindOf(text: string): TextKind | undefined {
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

export function hasColumn(text: string, column: string): boolean {
  return columnsOf(text.slice(0, START)).includes(column);
}

export function isArray(text: string): boolean {
  return /^\s*\[/.test(text);
}

function headerOf(text: string): string {
  return text.replace(/^\ufeff/, "").trimStart().split(/[\r\n]/, 1)[0]!;
}

/** Reads rows with named values. Rows of a file are counted as in a spreadsheet, with the header as row 1, and those of an array from 1. */
export function namedRows(
  text: string,
  { source, column, optional = [] }: {
    readonly source: string;
    readonly column: string;
    readonly optional?: readonly string[];
  },
): GivenRow[] {
  const rows = isArray(text)
    ? (parseJsonRows(text, source).value as readonly unknown[]).map((value, i) => ({
      value,
      row: i + 1,
    }))
    : rowsOfTable(text, source, column);
  if (rows.length === 0) throw dataEmpty(source, "it has no rows");
  const keys = Object.keys(rows[0]!.value ?? {});
  refuseMisspelt(keys, optional, { source, where: "sentences" });
  return rows;
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
