/** The cells that the paper and a run share: where they were published, and in which tables a run has them. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors.ts";
import { HEAD_ROLES, HEADS } from "../../experiments/attend/tables.ts";
import { TRACE } from "../../experiments/trace/tables.ts";
import { LAYER_OR_EMBEDDING, NEGATION, numberOrNone, ROLE } from "../../study/columns.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import { type CsvRow, readCsvRows } from "../../tables/csv.ts";
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
import { DIRECTIONS } from "../../experiments/trace/trace.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { readTables } from "../write_comparison.ts";
import { readFinished, recordOf, type RunRecord } from "../../files/manifest.ts";

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

/** A published cell, which always has a value. */
export interface PublishedCell extends ComparedCell {
  /** The figure. */
  readonly value: number;
}

/** The published cells by table, in the order of the files. */
export type PublishedTables = ReadonlyMap<ComparedName, readonly PublishedCell[]>;

/** Cells of each table: 3 groups x 13 layers x 8 roles; 2 sides x 12 layers x 8 heads; 2 sides x 8 heads x 8 roles. */
const SIZES: Readonly<Record<ComparedName, number>> = {
  causal_trace: 312,
  negator_attention: 192,
  correlation_with_d: 192,
  negator_attention_layer4: 128,
};

/** The folder of the published tables. */
export function publishedFolder(): string {
  return kitPath("data/published");
}

/**
 * Reads and checks the published tables.
 *
 * @param folder The folder of the tables.
 * @returns All four tables; correlation_with_d is a column of negator_attention.csv.
 * @throws {NegscopeError} If a file is missing or not such a table, a table lacks cells or has others, or a cell lacks its value.
 */
export async function readPublished(folder: string = publishedFolder()): Promise<PublishedTables> {
  const tables = new Map<ComparedName, PublishedCell[]>();
  for (const table of COMPARED_TABLES) {
    const path = `${folder}/${table.published}`;
    const cells = readCells(readCsvRows(await readPublishedFile(path), path), table);
    const size = SIZES[table.name];
    const figures = cells.flatMap(({ value, ...key }) =>
      value === undefined ? [] : [{ ...key, value }]
    );
    if (figures.length !== size || cells.length !== size) {
      throw new NegscopeError("kit-damaged", {
        problem: `Cannot use "${path}"`,
        reason: `"${table.value}" has ${figures.length} published figures in ${cells.length} rows`,
        expected: `${size} in as many rows`,
        fix: "install the kit again",
      });
    }
    tables.set(table.name, figures);
  }
  return tables;
}

export async function readPublishedFile(path: string): Promise<string> {
  try {
    return await readText(await fetchKitFiles(path), MOST_BYTES.own);
  } catch (error) {
    throw new NegscopeError("kit-damaged", {
      problem: `Cannot read "${path}"`,
      reason: "it belongs to the kit and holds published figures",
      fix: "install the kit again",
      cause: error,
    });
  }
}

interface SideCounts {
  readonly n: number;
  /** Undefined without images. */
  readonly segments: Readonly<Record<"correct" | "ambiguous" | "incorrect", number>> | undefined;
}

export interface RunTables {
  readonly record: RunRecord;
  /** The measured cells of the tables that it has, in the order of the files. */
  readonly tables: ReadonlyMap<ComparedName, readonly ComparedCell[]>;
  /** Row counts by side, from summary.csv or otherwise from heads.csv. */
  readonly counts: ReadonlyMap<Negation, SideCounts>;
  readonly files: readonly string[];
}

const [PUBLISHED_SITE, PUBLISHED_DIRECTION] = ["resid", "denoise"];

/** Reads a finished run: its manifest, and those of trace.csv, heads.csv, head_roles.csv and summary.csv that exist. */
export async function readRunTables(folder: string): Promise<RunTables> {
  const manifest = await readFinished(folder);
  const names = [...COMPARED_TABLES.map(({ schema }) => schema.name), "summary"];
  const tables = await readTables(folder, manifest, names);
  return tablesOfRun(recordOf(folder, manifest), tables);
}

/** Selects what can be compared from a run's tables: of a trace in both directions, that of the published map. */
export function tablesOfRun(
  record: RunRecord,
  files: ReadonlyMap<string, readonly CsvRow[]>,
): RunTables {
  const { folder } = record;
  const tables = new Map<ComparedName, ComparedCell[]>();
  for (const table of COMPARED_TABLES) {
    const rows = files.get(table.schema.name);
    if (rows === undefined) continue;
    const chosen = table.name === "causal_trace" ? publishedTrace(folder, rows) : rows;
    tables.set(table.name, readCells(chosen, table));
  }
  if (tables.size === 0) {
    const expected = COMPARED_TABLES.map(({ schema, task }) =>
      `${schema.name}.csv of deno task ${task}`
    );
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
      reason: "it has no table that was published",
      expected: [...new Set(expected)].join(", "),
      fix: `two runs are put side by side by: deno task contrast ${folder} RUN`,
    });
  }
  return {
    record,
    tables,
    counts: countRows(files),
    files: [...files.keys()].map((name) => `${name}.csv`),
  };
}

function readDirection(row: CsvRow): string {
  return row.oneOf("direction", [...DIRECTIONS, "difference"]);
}

/** The rows of a trace at the site and in the direction of the published map. */
function publishedTrace(folder: string, rows: readonly CsvRow[]): readonly CsvRow[] {
  const traits = [
    ["site", PUBLISHED_SITE, (row: CsvRow) => row.text("site"), ""],
    ["direction", PUBLISHED_DIRECTION, readDirection, " or both"],
  ] as const;
  return traits.reduce((chosen, [name, published, traitOf, also]) => {
    const some = chosen.filter((row) => traitOf(row) === published);
    if (some.length > 0 || chosen.length === 0) return some;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
      reason: `its trace.csv is of ${name} "${
        traitOf(chosen[0]!)
      }", but the published one is of "${published}"`,
      fix: `trace with --${name} ${published}${also}`,
    });
  }, rows);
}

function countRows(files: ReadonlyMap<string, readonly CsvRow[]>): Map<Negation, SideCounts> {
  const summary = files.get("summary");
  const rows = summary ?? files.get("heads");
  if (rows === undefined) return new Map();
  return new Map(NEGATIONS.map((side): [Negation, SideCounts] => {
    const row = rows.find((row) => row.text("negation") === side);
    const count = (name: string) => row?.count(name) ?? 0;
    const segments = summary && {
      correct: count("correct"),
      ambiguous: count("ambiguous"),
      incorrect: count("incorrect"),
    };
    return [side, { n: count("n"), segments }];
  }));
}
