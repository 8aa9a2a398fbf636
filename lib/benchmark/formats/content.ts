/** The content of a benchmark's file, whatever its format: a table, JSON, or what torch saved. */

import { csvRecords, tableRows } from "../../data/formats/csv_rows.ts";
import { dataEmpty, parseJsonRows } from "../../data/formats/format.ts";
import { TorchArchive } from "../../checkpoint/torch/archive.ts";
import { PickleTooLarge, readPickle } from "../../checkpoint/torch/pickle/read_pickle.ts";
import type { Value } from "../../checkpoint/torch/pickle/values.ts";
import { WeightFile } from "../../checkpoint/weight_file.ts";
import { firstLine, NegscopeError } from "../../errors.ts";
import { MemoryFiles } from "../../reading/files.ts";
import { rowName } from "../choice.ts";
import type { RowValue } from "./format.ts";

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

const LARGEST = { opcodes: 100_000_000, objects: 20_000_000, bytes: 2 ** 29 };

export function readContent(bytes: Uint8Array<ArrayBuffer>, source: string): Content {
  if (ZIP.every((byte, i) => bytes[i] === byte)) {
    return { kind: "torch", value: readTorch(bytes, source) };
  }
  const text = textOf(bytes, source);
  if (text.trim() === "") throw dataEmpty(source, "the file is empty");
  const [first] = text.trimStart();
  if (first === "{" || first === "[") {
    const { value, keys } = parseJsonRows(text, source);
    return first === "["
      ? { kind: "array", value: value as readonly unknown[] }
      : { kind: "object", value: value as Readonly<Record<string, unknown>>, keys };
  }
  const [header = [], ...records] = csvRecords(text, source);
  const nameOf = (row: number) => rowName({ id: `${row}`, row });
  return { kind: "table", columns: header, rows: tableRows(header, records, { source, nameOf }) };
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NegscopeError("data-format-unknown", {
      problem: `Cannot read benchmark "${source}"`,
      reason: "it is neither text in UTF-8 nor a file of torch",
      expected: "CSV, JSON, or the file that CC-Neg publishes",
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
    return readPickle(new TorchArchive(file).pickle(LARGEST.bytes), LARGEST);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PickleTooLarge) {
      throw file.damaged(firstLine(error), error);
    }
    throw error;
  }
}

/** Whether each of some keys is there: of a table its columns, of an array the keys of its first item. */
export function hasKeys(content: Content, ...keys: readonly string[]): boolean {
  const known = content.kind === "table" ? content.columns : keysOf(firstItem(content));
  return keys.every((key) => known.includes(key));
}

/** Whether a table, an array or an object has no rows. */
export function isEmpty(content: Content): boolean {
  return content.kind !== "torch" && rowsOf(content).length === 0;
}

export function firstItem(content: Content): unknown {
  if (content.kind === "array") return content.value[0];
  return content.kind === "object" ? content.value[content.keys[0] ?? ""] : undefined;
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : [];
}

export function rowsOf(content: Content): readonly RowValue[] {
  switch (content.kind) {
    case "table":
      return content.rows;
    case "array":
      return content.value.map((value) => ({ value }));
    case "object":
      return content.keys.map((id) => ({ id, value: content.value[id] }));
    case "torch":
      return [];
  }
}
