/** The cells of the tables that the paper and a run share. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors.ts";
import { HEAD_ROLES, HEADS } from "../../experiments/attend/tables.ts";
import { TRACE } from "../../experiments/trace/trace_summary.ts";
import { LAYER_OR_EMBEDDING, NEGATION, numberOrNone, ROLE } from "../../study/columns.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import type { CsvRow } from "../../tables/csv.ts";
import { keysOf } from "../../tables/estimates.ts";
import {
  count,
  number,
  optional,
  type Row,
  table,
  type TableSchema,
  text,
} from "../../tables/table.ts";

/** The key of a cell within its table. */
export interface CellKey {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The group of rows; undefined if the table is over all rows of the side. */
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
  /** Undefined if the table has no value. */
  readonly value: number | undefined;
  /** The lower bound of its 95 % interval; absent if the table has none. */
  readonly low?: number | undefined;
  /** The upper bound of the same. */
  readonly high?: number | undefined;
}

/** A column of the published tables, and the table of a run that has it too. */
export interface ComparedTable {
  /** The name in comparison.csv. */
  readonly name:
    | "causal_trace"
    | "negator_attention"
    | "correlation_with_d"
    | "negator_attention_layer4";
  /** The file under data/published. */
  readonly published: string;
  /** The run's table. */
  readonly schema: TableSchema;
  /** The task that writes it. */
  readonly task: string;
  /** The column of the values in both. */
  readonly value: string;
}

/** The name of a compared table. */
export type ComparedName = ComparedTable["name"];

/** All compared tables, in the order of comparison.csv. */
export const COMPARED_TABLES: readonly ComparedTable[] = [
  {
    name: "causal_trace",
    published: "causal_trace.csv",
    schema: TRACE,
    task: "trace",
    value: "cte",
  },
  {
    name: "negator_attention",
    published: "negator_attention.csv",
    schema: HEADS,
    task: "attend",
    value: "selectivity",
  },
  {
    name: "correlation_with_d",
    published: "negator_attention.csv",
    schema: HEADS,
    task: "attend",
    value: "correlation_with_d",
  },
  {
    name: "negator_attention_layer4",
    published: "negator_attention_layer4.csv",
    schema: HEAD_ROLES,
    task: "attend",
    value: "attention_difference",
  },
];

export function readCells(rows: readonly CsvRow[], table: ComparedTable): ComparedCell[] {
  const keys = keysOf(table.schema);
  const has = (key: keyof CellKey) =>
    keys.includes(key) && !(table.schema === TRACE && key === "head"); // the published trace is of no head
  const firstRows = new Map<string, number>();
  return rows.map((row) => {
    const { value, low, high } = estimateIn(
      row,
      table.value,
      table.schema.columns[table.value]!.estimate,
    );
    const cell: ComparedCell = {
      negation: row.oneOf("negation", NEGATIONS),
      segment: has("segment") ? row.text("segment") : undefined,
      layer: row.count("layer"),
      head: has("head") ? row.count("head") : undefined,
      role: has("role") ? row.oneOf("role", ROLES) : undefined,
      value,
      ...low !== undefined && { low, high },
    };
    const key = cellKey(cell);
    const first = firstRows.get(key);
    if (first !== undefined) {
      throw new NegscopeError("run-edited", {
        problem: `Cannot read row ${row.place.row} of table "${row.place.source}"`,
        reason: `row ${first} holds the same cell`,
        fix: "restore the file as it was written",
      });
    }
    firstRows.set(key, row.place.row);
    return cell;
  });
}

/** A text that two cells of a table share only if they are the same cell. */
export function cellKey({ negation, segment, layer, head, role }: CellKey): string {
  return [negation, segment, layer, head, role].join(",");
}

export const COMPARISON = table(
  "comparison",
  "One row for each published cell of the tables that the runs have.",
  {
    table: text<ComparedName>(
      "The published table: `causal_trace`, `negator_attention`, `correlation_with_d` or `negator_attention_layer4`.",
    ),
    negation: NEGATION,
    segment: optional(
      text("The group of rows; empty if the table is over all rows of the side."),
    ),
    layer: LAYER_OR_EMBEDDING,
    head: optional(count("The head's number from 1; empty in the trace.")),
    role: optional(ROLE),
    published: number("", "The paper's figure."),
    measured: numberOrNone(
      "",
      "The run's figure; empty if the run has no such cell, or no value in it.",
    ),
    low: numberOrNone("", "Lower bound of the measured figure's 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
    difference: numberOrNone("", "The measured figure minus the published one."),
    inside: optional(
      text<"yes" | "no">(
        "Whether the published figure is inside the measured one's interval; empty without one, and unless the text tower has as many blocks and heads as the published one, so that equal numbers mean the same place.",
      ),
    ),
  },
);

/** A row of comparison.csv: a published cell and the run's cell. */
export type ComparisonRow = Row<
  {
    table: ComparedName;
    negation: Negation;
    segment: string | undefined;
    role: Role | undefined;
    inside: "yes" | "no" | undefined;
  },
  "layer" | "published",
  "head" | "measured" | "low" | "high" | "difference"
>;
