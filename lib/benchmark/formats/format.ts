/** What a benchmark's format is, and how the content of its file and its rows are read. */

import type { BadRow } from "../../data/bad_rows.ts";
import type { GivenRow } from "../../data/formats/pair_rows.ts";
import {
  dataEmpty,
  parseJsonRows,
  readEach,
  type RowPlace,
  RowReader,
} from "../../data/formats/format.ts";
import { negatorOf } from "../../data/words.ts";
import { type DroppedRows, droppedRows } from "../../data/read.ts";
import { firstLine, NegscopeError, shown } from "../../errors/errors.ts";
import { type Box, isBox } from "../../reading/picture.ts";
import type { CaptionedImage, Choice } from "../choice.ts";
import { csvRecords, tableRows } from "../../data/formats/lists.ts";
import { TorchArchive } from "../../checkpoint/torch/archive.ts";
import { readPickle } from "../../checkpoint/torch/read_pickle.ts";
import type { Value } from "../../checkpoint/torch/values.ts";
import { WeightFile } from "../../checkpoint/stored_array.ts";
import { MemoryFiles } from "../../reading/files.ts";

/** The rows of a benchmark's file: either choices, or images with captions for retrieval. */
export interface BenchmarkRows {
  readonly choices: readonly Choice[];
  readonly retrieval: readonly CaptionedImage[];
  readonly leftOut: readonly DroppedRows[];
  readonly bad: readonly BadRow[];
  /** The number of all rows of the file. */
  readonly rows: number;
  readonly part?: string | undefined;
}

/**
 * How the script that belongs to a set counts a row whose options share the largest score: `first` takes the first of them, the right one
 * being first in most sets; `strict` counts it as wrong, as does a script that takes the first of them and puts the right one last.
 */
export type Rule = "first" | "strict";

export interface ReadingOptions {
  readonly source: string;
  /** Whether rows and sentences are those of the set's own script. */
  readonly published: boolean;
}

export interface BenchmarkFormat {
  /** What `--benchmark` calls it. */
  readonly name: string;
  /** What a summary calls it. */
  readonly title: string;
  /** How such a file looks, for messages. */
  readonly form: string;
  /** Undefined where no script counts the scores. */
  readonly rule: Rule | undefined;
  /** That no script counts the scores, and why, for a summary. @default {one does} */
  readonly unscripted?: string;
  matches(content: Content): boolean;
  read(content: Content, options: ReadingOptions): BenchmarkRows;
}

/** A row before it is read, with its id if the file has ids, and its number in the file if this has a header. */
export type RowValue = Omit<GivenRow, "row"> & Partial<Pick<GivenRow, "row">> & {
  readonly id?: string;
};

interface RowOptions extends Pick<ReadingOptions, "source"> {
  /** The place in the file of the first of the rows, from 0. @default {0} */
  readonly first?: number;
}

export type RowParts = Omit<Choice, "id" | "row" | "where">;

/** A format of choices, which a file has that is of one of the kinds and has all the keys, if its form and its match do not say more. */
export function choicesFormat(
  { kinds, keys = [], more = "", row: read, ...named }:
    & Omit<BenchmarkFormat, "form" | "matches" | "read">
    & Partial<Pick<BenchmarkFormat, "form" | "matches">>
    & {
      readonly kinds: readonly Content["kind"][];
      readonly keys?: readonly string[];
      /** What its form says after the keys. @default {nothing} */
      readonly more?: string;
      /** Reads a row, or says why a rule of the set leaves it out. */
      readonly row: (row: RowReader, place: RowPlace, options: ReadingOptions) => RowParts | string;
    },
): BenchmarkFormat {
  const names = kinds.map((kind) => `${kind === "table" ? "" : "a "}${KIND_NAMES[kind]}`);
  return {
    form: `${names.join(" or ")} with ${keys.join(", ")}${more}`,
    matches: (content) => kinds.includes(content.kind) && hasKeys(content, ...keys),
    ...named,
    read: (content, options) =>
      readChoices(rowsOf(content), options, (row, place) => read(row, place, options)),
  };
}

/** Reads rows as choices; a text in place of a row is the reason why a rule of the set leaves it out. */
export function readChoices(
  values: readonly RowValue[],
  options: RowOptions,
  read: (row: RowReader, place: RowPlace) => RowParts | string,
): BenchmarkRows {
  const { found, ...rest } = readUnique(values, options, (row, place): Choice | string => {
    const parts = read(row, place);
    const { id, where } = place;
    return typeof parts === "string" ? parts : { id, row: place.row, where, ...withNegator(parts) };
  });
  return { choices: found, retrieval: [], ...rest };
}

/** Reads rows whose ids are unique, or whose places stand for ids. */
export function readUnique<Row extends object>(
  values: readonly RowValue[],
  { source, first = 0 }: RowOptions,
  read: (row: RowReader, place: RowPlace & Pick<Choice, "id" | "row">) => Row | string,
): Omit<BenchmarkRows, "choices" | "retrieval"> & { readonly found: readonly Row[] } {
  const given = values.map(({ id = "", row: number, ...value }, i) => {
    const row = first + i;
    const where = `row ${id === "" ? number ?? row + 1 : shown(id)}`;
    return { ...value, id: id || `${row}`, row, where };
  });
  const ids = new Set<string>();
  const { found, dropped, bad } = readEach(given, source, (row, place) => {
    const { id } = place;
    if (ids.has(id)) throw rowWrong(place, `its id ${shown(id)} is not unique`);
    ids.add(id);
    return read(row, place);
  });
  return { found, leftOut: droppedRows(dropped), bad, rows: values.length };
}

/** The error for a row whose values do not fit together. */
export function rowWrong(
  { source, where }: RowPlace,
  reason: string,
): NegscopeError {
  return new NegscopeError("row-wrong", {
    problem: `Cannot read ${where} from "${source}"`,
    subject: where,
    reason,
    gist: "its values are wrong",
  });
}

/** The texts of a cell that holds a list as Python writes it. */
export function pythonTexts(row: RowReader, key: string, place: RowPlace): string[] {
  const text = row.text(key);
  try {
    return new RowReader({ [key]: parsePythonTexts(text) }, place).texts(key);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw rowWrong(place, `"${key}" is no list of texts as Python writes it: ${error.message}`);
  }
}

/**
 * The keys that are a stem with a number, in the order of their numbers whatever the order in the file.
 *
 * @param from The first number; from there on none may be missing.
 */
export function numberedKeys(
  keys: readonly string[],
  { stem, from }: { readonly stem: string; readonly from: number },
  place: RowPlace,
): string[] {
  const found = keys.filter((key) => key.startsWith(stem) && /^\d+$/.test(key.slice(stem.length)))
    .sort((a, b) => Number(a.slice(stem.length)) - Number(b.slice(stem.length)));
  found.forEach((key, i) => {
    const next = `${stem}${from + i}`;
    if (key !== next) throw rowWrong(place, `it lacks "${next}", but has ${found.join(", ")}`);
  });
  return found;
}

export function optionalText(row: RowReader, key: string): string | undefined {
  return row.optional(key) === undefined ? undefined : row.text(key);
}

/** The numbers of pixels that a box may have. */
export const PIXELS = { min: -1e6, max: 1e6 };

/** The box that four cells give, in the order x, y, width, height. */
export function boxIn(row: RowReader, keys: readonly string[], place: RowPlace): Box {
  const numbers = row.withNumbers(...keys);
  return boxOf(keys.map((key) => numbers.number(key, PIXELS)), place);
}

export function boxOf(numbers: readonly number[], place: RowPlace): Box {
  if (isBox(numbers)) return numbers;
  throw rowWrong(place, `its box ${shown(numbers)} is no [x, y, width, height] with an area`);
}

/** Adds the negator of the right sentence or, of two sentences, of the one that has one. */
function withNegator(parts: RowParts): RowParts {
  const { sentences, right, negator, query } = parts;
  const seen = query !== undefined
    ? [query]
    : sentences.length > 2
    ? [sentences[right]!]
    : [sentences[right] ?? sentences[0]!, ...sentences];
  const found = negator ?? seen.map(negatorOf).find((word) => word !== undefined);
  return found === undefined ? parts : { ...parts, negator: found };
}

const STRING = /'((?:[^'\\\n]|\\[^])*)'|"((?:[^"\\\n]|\\[^])*)"/;
const LIST = new RegExp(
  `^\\s*\\[\\s*(?:(?:${STRING.source})\\s*(?:,\\s*(?:${STRING.source})\\s*)*,?)?\\s*\\]\\s*$`,
);
const ESCAPE = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([^]))/gu;
const MARKS: Readonly<Record<string, string>> = {
  ...{ n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' },
};

/** Reads a list of texts as `repr` writes it; throws a SyntaxError if the text is anything else. */
export function parsePythonTexts(text: string): string[] {
  if (!LIST.test(text)) throw new SyntaxError("it is not such a list");
  return [...text.matchAll(new RegExp(STRING, "g"))].map(([, one, two]) => unescaped(one ?? two!));
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (whole, two, four, eight, mark) => {
    const code = parseInt(two ?? four ?? eight, 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    const found = MARKS[mark];
    if (found !== undefined) return found;
    throw new SyntaxError(`${JSON.stringify(whole)} is no escape`);
  });
}

export const KIND_NAMES = {
  table: "CSV",
  array: "JSON array",
  object: "JSON object",
  torch: "torch file",
} as const;

export type Content =
  | { readonly kind: "table"; readonly columns: readonly string[]; readonly rows: RowValue[] }
  | {
    readonly kind: "object";
    readonly value: Readonly<Record<string, unknown>>;
    readonly keys: readonly string[];
  }
  | { readonly kind: "array"; readonly value: readonly unknown[] }
  | { readonly kind: "torch"; readonly value: Value };

/** The bytes that begin a zip archive, and so a file of torch. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

const PARQUET = new TextEncoder().encode("PAR1");

export function readContent(bytes: Uint8Array<ArrayBuffer>, source: string): Content {
  if (ZIP.every((byte, i) => bytes[i] === byte)) {
    return { kind: "torch", value: readTorch(bytes, source) };
  }
  const text = textOf(bytes, source);
  if (text.trim() === "") throw dataEmpty(source, "the file is empty");
  const [first] = text.trimStart();
  const isLines = /^\s*\{.*\}\s*\n\s*\{/.test(text);
  if (first === "{" || first === "[") {
    const json = isLines ? `[${text.replace(/\n(?=\s*\{)/g, "\n,")}]` : text;
    const { value, keys } = parseJsonRows(json, source);
    return first === "[" || isLines
      ? { kind: "array", value: value as readonly unknown[] }
      : { kind: "object", value: value as Readonly<Record<string, unknown>>, keys };
  }
  const [header = [], ...records] = csvRecords(text, source);
  return { kind: "table", columns: header, rows: tableRows(header, records, { source }) };
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const isParquet = PARQUET.every((byte, i) => bytes[i] === byte);
    throw new NegscopeError("data-format-unknown", {
      problem: `Cannot read benchmark "${source}"`,
      reason: isParquet ? "it is in Parquet" : "it is neither text in UTF-8 nor a file of torch",
      expected: "CSV, JSON, or the file that CC-Neg publishes",
      fix: isParquet
        ? "save its pictures as files and its texts as CSV (docs/benchmarks.md)"
        : undefined,
    });
  }
}

/** The value that torch saved, as inert data: nothing of it is run. */
function readTorch(bytes: Uint8Array<ArrayBuffer>, source: string): Value {
  using file = new WeightFile(
    { files: new MemoryFiles(new Map([[source, bytes]])), path: source },
    "benchmark",
  );
  try {
    return readPickle(new TorchArchive(file).pickle());
  } catch (error) {
    throw error instanceof SyntaxError ? file.damaged(firstLine(error), error) : error;
  }
}

/** Whether each of some keys is there: of a table its columns, of an array the keys of its first item. */
export function hasKeys(content: Content, ...keys: readonly string[]): boolean {
  const known = content.kind === "table"
    ? content.columns
    : Object.keys(Object(firstItem(content)));
  return keys.every((key) => known.includes(key));
}

export function firstItem(content: Content): unknown {
  if (content.kind === "array") return content.value[0];
  return content.kind === "table" ? undefined : rowsOf(content)[0]?.value;
}

export function rowsOf(content: Content): readonly RowValue[] {
  switch (content.kind) {
    case "table":
      return content.rows;
    case "array":
      return content.value.map((value) => ({ value: Array.isArray(value) ? { ...value } : value }));
    case "object":
      return content.keys.map((id) => ({ id, value: content.value[id] }));
    case "torch":
      return [];
  }
}
