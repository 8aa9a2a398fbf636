/** What the parts of an atlas say of every head and MLP, read from their tables. */

import { readTables } from "../compare/read_tables.ts";
import { type Negation, NEGATIONS } from "../data/pairs.ts";
import { CIRCUIT_TABLE } from "../experiments/circuit/tables/circuit_table.ts";
import { MEMBERSHIP } from "../experiments/circuit/tables/membership.ts";
import { MINIMALITY } from "../experiments/circuit/tables/test_tables.ts";
import { negatorOf } from "../data/words.ts";
import { allNodes, type Node, nodeName, readNode } from "../tables/nodes.ts";
import type { FinishedPart } from "../parts/shown_parts.ts";
import { SUMMARY } from "../study/evaluate/summary.ts";
import { EVALUATE } from "../study/rows/score_rows.ts";
import { estimateIn, type EstimateInRow } from "../study/controls/read_estimate.ts";
import type { CsvRow } from "../tables/csv.ts";
import {
  type Cells,
  type Detail,
  INTO,
  type Method,
  type MethodName,
  METHODS,
  nodeIn,
  OUT_OF,
  type Source,
  TO_SCORE,
} from "./methods.ts";

/** A value with its intervals, what its control shows, and what its method says besides. */
export type Value = EstimateInRow & Detail;

/** A head or MLP on a side. */
export interface AtlasPart {
  readonly negation: Negation;
  readonly node: Node;
  readonly values: ReadonlyMap<MethodName, Value>;
  readonly inCircuit: boolean | undefined;
}

/** A part outside the circuit that can take the place of one in it. */
export interface StandIn {
  readonly node: Node;
  readonly by: Node;
}

/** A path from a part, or the negator, to another, or the score. */
export interface AtlasPath extends Value {
  readonly negation: Negation;
  /** The sending part; undefined for the negator. */
  readonly from: Node | undefined;
  /** The receiving head; undefined for the score. */
  readonly to: Node | undefined;
}

export interface Atlas {
  /** Of each side the parts layer by layer, first the heads. */
  readonly parts: readonly AtlasPart[];
  readonly paths: readonly AtlasPath[];
  /** Rows of summary.csv of the scores. */
  readonly scores: readonly CsvRow[];
  /** Rows of circuit.csv; none if no circuit was found or searched. */
  readonly circuit: readonly CsvRow[];
  readonly isSearched: boolean;
  readonly standIns: readonly StandIn[];
  /** The negator in quotation marks, or `the negator` if there are several. */
  readonly word: string;
}

export async function readAtlas(parts: readonly FinishedPart[]): Promise<Atlas> {
  const { layers, heads } = parts[0]!.manifest.model!.text;
  const tables = new Map<string, ReadonlyMap<string, readonly CsvRow[]>>();
  for (const { name, folder, manifest } of parts) {
    tables.set(name, await readTables(folder, manifest, namesIn(name)));
  }
  const rowsOf = (part: string, table: string) => tables.get(part)?.get(table) ?? [];
  const linesOf = (source: Source) => rowsOf(source.part, source.schema.name).filter(isOfAll);
  const byMethod = METHODS.map((method) => [method, largest(method, linesOf)] as const);
  const circuit = rowsOf("circuit", CIRCUIT_TABLE.name);
  const members = membersOf(circuit, rowsOf("circuit", MEMBERSHIP.name));
  const scores = rowsOf("evaluate", SUMMARY.name);
  const sides = NEGATIONS.filter((side) =>
    scores.some((row) => row.text("negation") === side && row.count("n") > 0)
  );
  const nodes = allNodes({ layers, heads }).toSorted((a, b) => a.layer - b.layer);
  return {
    parts: sides.flatMap((negation) =>
      nodes.map((node) => ({
        negation,
        node,
        values: new Map(byMethod.flatMap(([{ name }, values]) => {
          const value = values.get(`${negation} ${nodeName(node)}`);
          return value === undefined ? [] : [[name, value]];
        })),
        inCircuit: members.get(nodeName(node)),
      }))
    ),
    paths: readPaths(linesOf),
    scores,
    circuit,
    isSearched: tables.has("circuit"),
    standIns: standInsOf(rowsOf("circuit", MINIMALITY.name)),
    word: wordOf(rowsOf("evaluate", EVALUATE.name)),
  };
}

function standInsOf(minimality: readonly CsvRow[]): StandIn[] {
  return minimality.filter((row) => row.text("negation") === "all").flatMap((row) =>
    (row.optional("stand_ins") ?? "").split(", ").filter((name) => name !== "")
      .map((name) => ({ node: nodeIn(cellsOf(row)), by: readNode(name)! }))
  );
}

function wordOf(rows: readonly CsvRow[]): string {
  const words = new Set(rows.map((row) => negatorOf(row.text(row.text("negation")))));
  const [word] = words;
  return words.size === 1 && word !== undefined ? `"${word}"` : "the negator";
}

function namesIn(part: string): string[] {
  const ofMethods = METHODS.flatMap(({ sources }) => sources)
    .filter((source) => source.part === part).map(({ schema }) => schema.name);
  const scores = part === "evaluate" ? [SUMMARY.name, EVALUATE.name] : [];
  return [...ofMethods, ...scores, CIRCUIT_TABLE.name, MEMBERSHIP.name, MINIMALITY.name];
}

/** Whether a line is over all rows of its side, as those of tables without segments are. */
export function isOfAll(row: CsvRow): boolean {
  return (row.optional("segment") ?? "all") === "all";
}

/** The value of every part with the largest size, by side and part. */
function largest(
  { sources }: Method,
  linesOf: (source: Source) => readonly CsvRow[],
): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const source of sources) {
    for (const row of linesOf(source)) {
      const node = source.nodeOf(cellsOf(row));
      if (node === undefined) continue;
      const key = `${row.text("negation")} ${nodeName(node)}`;
      const value = valueIn(row, source);
      const known = found.get(key);
      const isLarger = known === undefined || sizeOf(value) > sizeOf(known) ||
        value.role !== undefined && sizeOf(value) === sizeOf(known); // what does nothing acts at the last role
      if (isLarger) found.set(key, value);
    }
  }
  return found;
}

export function cellsOf(row: CsvRow): Cells {
  return (column) => row.optional(column) ?? "";
}

function sizeOf({ value }: Value): number {
  return value === undefined ? -1 : Math.abs(value);
}

function valueIn(row: CsvRow, { schema, value, detailOf }: Source): Value {
  const { estimate } = schema.columns[value]!;
  return { ...estimateIn(row, value, estimate), ...detailOf?.(cellsOf(row)) };
}

/** Whether the circuit has each part; empty without a circuit. */
function membersOf(circuit: readonly CsvRow[], membership: readonly CsvRow[]) {
  const ranking = circuit[0]?.text("ranking");
  const rows = membership.filter((row) => row.text("ranking") === ranking);
  return new Map(
    rows.map((row) => [nodeName(nodeIn(cellsOf(row))), row.text("in_circuit") === "yes"]),
  );
}

/** All paths, in the order of their tables: between parts, and to the score. */
function readPaths(linesOf: (source: Source) => readonly CsvRow[]): AtlasPath[] {
  const read = (row: CsvRow, source: Source) => (
    { ...valueIn(row, source), negation: row.oneOf("negation", NEGATIONS) }
  );
  const between = linesOf(INTO).map((row) => {
    const cells = cellsOf(row);
    return { ...read(row, INTO), from: OUT_OF.nodeOf(cells), to: INTO.nodeOf(cells) };
  });
  const toScore = linesOf(TO_SCORE).map((row) => (
    { ...read(row, TO_SCORE), from: TO_SCORE.nodeOf(cellsOf(row)), to: undefined }
  ));
  return [...between, ...toScore.filter(({ from }) => from !== undefined)];
}

/** The role at which a part acts; undefined if it does nothing by its total effect. */
export function actingRole({ values }: Pick<AtlasPart, "values">): string | undefined {
  const { value = 0, role } = values.get("total") ?? {};
  return Math.abs(value) < LEAST_TOTAL ? undefined : role;
}

/** A smaller share may be the largest at a role by rounding alone. */
const LEAST_TOTAL = 1e-3;
