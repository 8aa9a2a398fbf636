/** The cells of the tables that the paper and a run have in common. */

import { parse } from "@std/csv";
import { comparedTableBroken } from "../errors.ts";
import type { Negation } from "./pairs.ts";
import { type Role, ROLES } from "./roles.ts";

/** What names a cell within its table. */
export interface CellKey {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The group of rows; undefined where the table is over all rows of the side. */
  readonly segment: string | undefined;
  /** The block's number from 1; 0 for the embeddings in the trace. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number | undefined;
  /** The token's role in the negated sentence. */
  readonly role: Role | undefined;
}

/** A cell and its value. */
export interface ComparedCell extends CellKey {
  /** Undefined where the table has no value. */
  readonly value: number | undefined;
}

/** A column of the published tables, and where a run has it. */
export interface ComparedTable {
  /** The name in comparison.csv. */
  readonly name:
    | "causal_trace"
    | "negator_attention"
    | "correlation_with_d"
    | "negator_attention_layer4";
  /** The file under data/published. */
  readonly published: string;
  /** The file in a run's folder. */
  readonly measured: string;
  /** The task that writes it. */
  readonly task: string;
  /** The columns that name a cell. */
  readonly keys: readonly (keyof CellKey)[];
  /** The column of the values. */
  readonly value: string;
}

/** The name of a compared table. */
export type ComparedName = ComparedTable["name"];

const HEAD = ["negation", "layer", "head"] as const;

/** All compared tables, in the order of comparison.csv. */
export const COMPARED_TABLES: readonly ComparedTable[] = [
  {
    name: "causal_trace",
    published: "causal_trace.csv",
    measured: "trace.csv",
    task: "trace",
    keys: ["negation", "segment", "layer", "role"],
    value: "cte",
  },
  {
    name: "negator_attention",
    published: "negator_attention.csv",
    measured: "heads.csv",
    task: "attend",
    keys: HEAD,
    value: "selectivity",
  },
  {
    name: "correlation_with_d",
    published: "negator_attention.csv",
    measured: "heads.csv",
    task: "attend",
    keys: HEAD,
    value: "correlation_with_d",
  },
  {
    name: "negator_attention_layer4",
    published: "negator_attention_layer4.csv",
    measured: "head_roles.csv",
    task: "attend",
    keys: [...HEAD, "role"],
    value: "attention_difference",
  },
];

/** A row of a CSV file: its cells as text by column. */
export type TextRow = Readonly<Record<string, string>>;

/**
 * Reads the rows of a CSV file with a header.
 *
 * @param text The file's text.
 * @param source The file's path, for messages.
 * @throws {SyntaxError} If it is no CSV with a header and rows of its length.
 */
export function readTextRows(text: string, source: string): TextRow[] {
  try {
    return parse(text, { skipFirstRow: true });
  } catch (error) {
    throw comparedTableBroken(source, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads the cells of a table.
 *
 * @param rows The rows of its file.
 * @param table Which table.
 * @param source The file's path, for messages.
 * @returns The cells in the order of the rows.
 * @throws {SyntaxError} If a column is missing, a value is not what its column holds, or a cell comes twice.
 */
export function readCells(
  rows: readonly TextRow[],
  { table, source }: { readonly table: ComparedTable; readonly source: string },
): ComparedCell[] {
  const lines = new Map<string, number>();
  return rows.map((row, index) => {
    const line = index + 2; // after the header, from 1
    const wrong = (column: string, expected: string) => {
      const found = row[column] === undefined ? "no such column" : `"${row[column]}"`;
      return comparedTableBroken(source, `line ${line}, ${column}: expected ${expected}, ${found}`);
    };
    const cell: ComparedCell = {
      negation: oneOf(row["negation"], ["caption", "foil"]) ??
        fail(wrong("negation", "caption or foil")),
      segment: table.keys.includes("segment")
        ? row["segment"] || fail(wrong("segment", "a segment"))
        : undefined,
      layer: wholeNumber(row["layer"]) ?? fail(wrong("layer", "a whole number")),
      head: table.keys.includes("head")
        ? wholeNumber(row["head"]) ?? fail(wrong("head", "a whole number"))
        : undefined,
      role: table.keys.includes("role")
        ? oneOf(row["role"], ROLES) ?? fail(wrong("role", "a token's role"))
        : undefined,
      value: row[table.value] === "" ? undefined : finiteNumber(row[table.value]) ??
        fail(wrong(table.value, "a number or nothing")),
    };
    const key = cellKey(cell);
    const first = lines.get(key);
    if (first !== undefined) {
      throw comparedTableBroken(source, `line ${line} holds the same cell as line ${first}`);
    }
    lines.set(key, line);
    return cell;
  });
}

/** A text that two cells of a table share only if they are the same cell. */
export function cellKey({ negation, segment, layer, head, role }: CellKey): string {
  return [negation, segment, layer, head, role].join(",");
}

function oneOf<T extends string>(text: string | undefined, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === text);
}

/** A whole number from 0, written without sign or exponent. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function finiteNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  return Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function fail(error: Error): never {
  throw error;
}
