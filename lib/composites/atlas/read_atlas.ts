/** What the parts of an atlas say of every head and MLP, read from their tables, and its own tables. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { ABLATION } from "../../experiments/ablate/index.ts";
import { CIRCUIT_NODES, CIRCUIT_TABLE } from "../../experiments/circuit/circuit_table.ts";
import { negatorOf } from "../../data/words.ts";
import { allNodes, type Node, nodeName } from "../../tables/nodes.ts";
import type { FinishedPart } from "../parts/shown_parts.ts";
import type { Line } from "../../study/effects/row_values.ts";
import { BLOCKS_SUMMARY, type BlocksSummaryRow } from "../../study/evaluate/blocks.ts";
import { SUMMARY, type SummaryRow } from "../../study/evaluate/summary.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { estimateIn, type EstimateInRow } from "../../study/effects/estimate_columns.ts";
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
import { NEGATION_OR_BOTH, numberOrNone } from "../../study/columns.ts";
import {
  bounds,
  type Columns,
  estimated,
  fillTable,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  type TableSchema,
  text,
} from "../../tables/table.ts";

/** A value with its intervals, what its control shows, and what its method says besides; over both sides it is of gamma. */
export type Value = EstimateInRow & Detail & {
  /** Over both sides, the effect on alpha, with its simultaneous interval. */
  readonly alpha?: Omit<EstimateInRow, "control">;
};

/** A head or MLP on a side, or on both together. */
export interface AtlasPart {
  readonly negation: Negation | "both";
  readonly node: Node;
  readonly values: ReadonlyMap<MethodName, Value>;
  readonly inCircuit: boolean | undefined;
}

/** A path from a part, or the negator, to another, or the score. */
export type AtlasPath = Value & {
  readonly negation: Negation | "both";
  /** The sending part; undefined for the negator. */
  readonly from: Node | undefined;
  /** The receiving head; undefined for the score. */
  readonly to: Node | undefined;
};

export interface Atlas {
  /** Of both sides together, then of each side, the parts layer by layer, first the heads. */
  readonly parts: readonly AtlasPart[];
  readonly paths: readonly AtlasPath[];
  /** Rows of summary.csv of the scores. */
  readonly scores: readonly SummaryRow[];
  /** Rows of blocks_summary.csv. @default {there are no blocks} */
  readonly blocks?: readonly BlocksSummaryRow[];
  /** Rows of circuit.csv; none if no circuit was found or searched. */
  readonly circuit: readonly RowOf<typeof CIRCUIT_TABLE>[];
  readonly isSearched: boolean;
  /** Rows of ablation_summary.csv: what parts do alone and in pairs. */
  readonly ablated: readonly Line[];
  /** The negator in quotation marks, or `the negator` if there are several. */
  readonly word: string;
}

export function readAtlas(parts: readonly FinishedPart[]): Atlas {
  const { layers, heads } = parts[0]!.manifest.model!.text;
  const byName = new Map(parts.map((part) => [part.name, part]));
  const known = new Map<TableSchema, readonly Line[]>();
  const linesOf: LinesOf = ({ part, schema }) =>
    known.getOrInsertComputed(schema, () => byName.get(part)?.rows(schema).filter(isOfAll) ?? []);
  const rowsOf = <Own extends Columns>(part: string, schema: TableSchema<Own>) =>
    byName.get(part)?.rows(schema) ?? [];
  const byMethod = METHODS.map((method) => [method, largest(method, linesOf)] as const);
  const circuit = rowsOf("circuit", CIRCUIT_TABLE);
  const circuitNodes = rowsOf("circuit", CIRCUIT_NODES);
  const members = membersOf(circuit, circuitNodes);
  const scores = rowsOf("evaluate", SUMMARY) as readonly SummaryRow[];
  const sides = NEGATIONS.filter((side) =>
    scores.some(({ negation, n }) => negation === side && n > 0)
  );
  const all = sides.length === NEGATIONS.length ? ["both" as const, ...sides] : sides;
  const nodes = allNodes({ layers, heads }).toSorted((a, b) => a.layer - b.layer);
  return {
    parts: all.flatMap((negation) =>
      nodes.map((node) => ({
        negation,
        node,
        values: new Map(byMethod.flatMap(([{ name }, values]) => {
          const value = negation === "both" && name === "attend"
            ? onBoth(sides.map((side) => values.get(`${side} ${nodeName(node)}`)))
            : values.get(`${negation} ${nodeName(node)}`);
          return value === undefined ? [] : [[name, value]];
        })),
        inCircuit: members.get(nodeName(node)),
      }))
    ),
    paths: readPaths(linesOf),
    scores,
    blocks: rowsOf("evaluate", BLOCKS_SUMMARY),
    circuit,
    isSearched: byName.has("circuit"),
    ablated: linesOf({ part: "ablate", schema: ABLATION.summary }),
    word: wordOf(rowsOf("evaluate", EVALUATE)),
  };
}

/** The attention on the side that has less, if both have the same sign. */
function onBoth([one, other]: readonly (Value | undefined)[]): Value | undefined {
  const [first = 0, second = 0] = [one?.value, other?.value];
  if (Math.sign(first) !== Math.sign(second)) return undefined;
  return Math.abs(first) < Math.abs(second) ? one : other;
}

type LinesOf = (source: Pick<Source, "part" | "schema">) => readonly Line[];

function wordOf(rows: readonly RowOf<typeof EVALUATE>[]): string {
  const words = new Set(rows.map((row) => negatorOf(row[row.negation])));
  const [word] = words;
  return words.size === 1 && word !== undefined ? `"${word}"` : "the negator";
}

/** Whether a line is over all rows of its side, as those of tables without segments are. */
export function isOfAll(line: Line): boolean {
  return (line["segment"] ?? "all") === "all";
}

/** The value of every part with the largest size, by side and part. */
function largest(
  { sources }: Method,
  linesOf: LinesOf,
): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const source of sources) {
    for (const row of linesOf(source)) {
      const node = source.nodeOf(cellsOf(row));
      if (node === undefined) continue;
      const key = `${row["negation"]} ${nodeName(node)}`;
      const value = valueIn(row, source);
      const known = found.get(key);
      const isLarger = known === undefined || sizeOf(value) > sizeOf(known) ||
        value.role !== undefined && sizeOf(value) === sizeOf(known); // what does nothing acts at the last role
      if (isLarger) found.set(key, value);
    }
  }
  return found;
}

export function cellsOf(line: Line): Cells {
  return (column) => `${line[column] ?? ""}`;
}

function sizeOf({ value }: Value): number {
  return value === undefined ? -1 : Math.abs(value);
}

function valueIn(row: Line, { schema, value, detailOf }: Source): Value {
  const { estimate } = schema.columns[value]!;
  const { control: _, ...alpha } = estimateIn(row, "alpha", schema.columns["alpha"]?.estimate);
  return {
    ...estimateIn(row, value, estimate),
    ...detailOf?.(cellsOf(row)),
    ...alpha.value !== undefined && { alpha },
  };
}

/** Whether the circuit has each part; empty without a circuit. */
function membersOf(
  [first]: Atlas["circuit"],
  nodes: readonly RowOf<typeof CIRCUIT_NODES>[],
) {
  const namesBy = (ranking: string | undefined) =>
    nodes.filter((row) => row.ranking === ranking).map((row) => nodeName(nodeIn(cellsOf(row))));
  const own = new Set(namesBy("circuit"));
  return new Map(namesBy(first?.ranking).map((name) => [name, own.has(name)]));
}

/** All paths, in the order of their tables: between parts, and to the score. */
function readPaths(linesOf: LinesOf): AtlasPath[] {
  const read = (row: Line, source: Source) => (
    { ...valueIn(row, source), negation: row["negation"] as AtlasPath["negation"] }
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
function actingRole({ values }: Pick<AtlasPart, "values">): string | undefined {
  const { value = 0, role } = values.get("total") ?? {};
  return Math.abs(value) < LEAST_TOTAL ? undefined : role;
}

/** A smaller share may be the largest at a role by rounding alone. */
const LEAST_TOTAL = 1e-3;

export const ATLAS = table(
  "atlas",
  "One row for each side, head or MLP, and method with a value of it, over all rows of the side; intervals and controls are those of the method's own table.",
  {
    negation: NEGATION_OR_BOTH,
    part: key(text("The part: `head 1.2` (layer.head, from 1) or `mlp 3`, as in other tables.")),
    method: key(text<MethodName>(
      `${
        METHODS.map(({ name }) => `\`${name}\``).join(", ")
      }, as docs/methods/atlas.md defines them.`,
    )),
    value: estimated(
      numberOrNone("", "The method's value: a share of d, or of gamma over both sides."),
      {
        interval: bounds(""),
        simultaneous: bounds("simultaneous_"),
      },
    ),
    low: numberOrNone("", "Lower bound of its 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
    simultaneous_low: numberOrNone("", "Lower bound of its simultaneous interval."),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    alpha: estimated(
      numberOrNone(
        "logit",
        "Over both sides, the effect on alpha: the part raises the affirmative sentence by 2 alpha.",
      ),
      { simultaneous: bounds("alpha_simultaneous_") },
    ),
    alpha_simultaneous_low: numberOrNone("logit", "Lower bound of its simultaneous interval."),
    alpha_simultaneous_high: numberOrNone("logit", "Upper bound of the same."),
    control: optional(text("The control that it is compared with; empty without one.")),
    specific: optional(
      text<"yes" | "no">(
        "`yes` if the value is of negation, `no` if not; empty where that is not known, and of a value below 0, which takes away from d.",
      ),
    ),
    at: optional(text(
      "Of `total`, the role of the tokens; empty below .001. Of a path its other end: `negator`, its embedding, a head, or `score`.",
    )),
    by: optional(text("What a path goes through: `queries`, `keys` or `values`, or `direct`.")),
    circuit: optional(text<"yes" | "no">(
      "Whether the part is in the circuit, which both sides share; empty without one.",
    )),
  },
);

/** Makes the table, in the order side, layer, heads before the MLP, method. */
export function atlasTable({ parts }: Pick<Atlas, "parts">): Table<RowOf<typeof ATLAS>> {
  const yesOrNo = (is: boolean | undefined) => is === undefined ? undefined : is ? "yes" : "no";
  return fillTable(
    ATLAS,
    parts.flatMap(({ negation, node, values, inCircuit }) => {
      const own = [...values].filter(([name]) => negation !== "both" || name !== "attend");
      return own.map(([method, { control, alpha, ...found }]) => ({
        negation,
        part: nodeName(node),
        method,
        ...{ value: found.value, low: found.low, high: found.high },
        simultaneous_low: found.simultaneousLow,
        simultaneous_high: found.simultaneousHigh,
        alpha: alpha?.value,
        alpha_simultaneous_low: alpha?.simultaneousLow,
        alpha_simultaneous_high: alpha?.simultaneousHigh,
        control: control?.control,
        specific: yesOrNo(control?.isSpecific),
        at: method === "total" ? actingRole({ values }) : found.partner,
        by: found.by,
        circuit: yesOrNo(inCircuit),
      }));
    }),
  );
}
