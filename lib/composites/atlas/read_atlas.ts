/** What the parts of an atlas say of every head and MLP, read from their tables, and its own tables. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { ABLATION, type AblationMethod } from "../../experiments/ablate/index.ts";
import { HEADS } from "../../experiments/attend/tables.ts";
import { ATTRIBUTION } from "../../experiments/attribute/index.ts";
import { CIRCUIT_NODES, CIRCUIT_TABLE } from "../../experiments/circuit/circuit_table.ts";
import { KNOCKOUT } from "../../experiments/knockout/index.ts";
import { NODES, PATHS } from "../../experiments/paths/index.ts";
import { INPUTS, type PathInput } from "../../experiments/paths/measure_paths.ts";
import { negatorOf } from "../../data/words.ts";
import { allNodes, type Node, nodeName, nodeText } from "../../tables/nodes.ts";
import type { FinishedPart } from "../parts/part.ts";
import type { Line } from "../../study/effects/row_values.ts";
import { BLOCKS_SUMMARY, type BlocksSummaryRow } from "../../study/evaluate/blocks.ts";
import { SUMMARY, type SummaryRow } from "../../study/evaluate/summary.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { estimate, estimateIn, type EstimateInRow } from "../../study/effects/estimate_columns.ts";
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

/** A method, by its name in atlas.csv. */
export type MethodName =
  | "attend"
  | "knockout"
  | "ablate"
  | "restore"
  | "remove"
  | "direct"
  | "total"
  | "path_in"
  | "path_out";

interface Detail {
  /** The role at which the part acts. */
  readonly role?: string;
  /** The other end of a path. */
  readonly partner?: string;
  /** What a path goes through: `queries`, `keys`, `values` or `direct`. */
  readonly by?: string;
}

/** A column of a table that has a method's values. */
interface Source {
  readonly part: string;
  readonly schema: TableSchema;
  readonly value: string;
  /** The head or MLP of a line; undefined for a line that does not count. */
  readonly nodeOf: (line: Line) => Node | undefined;
  readonly detailOf?: (line: Line) => Detail;
}

/** A method: a part has its value with the largest size among the lines of its sources. */
interface Method {
  readonly name: MethodName;
  readonly label: string;
  readonly sources: readonly [Source, ...Source[]];
}

/** The head or MLP that stands in two columns of a line. */
function nodeIn(line: Line, prefix = ""): Node {
  const [layer, head] = [line[`${prefix}layer`], line[`${prefix}head`]] as [number, number?];
  return head === undefined ? { kind: "mlp", layer } : { kind: "head", layer, head };
}

function senderIn(line: Line): Node | undefined {
  return line["sender_layer"] === 0 ? undefined : nodeIn(line, "sender_");
}

function partnerIn(node: Node | undefined, { input }: Line): Detail {
  return {
    partner: node === undefined ? "negator" : partText(node),
    by: INPUTS[input as PathInput],
  };
}

/** Paths into heads, by their receivers. */
const INTO: Source = {
  part: "paths",
  schema: PATHS.summary,
  value: "share",
  nodeOf: (line) => nodeIn(line, "receiver_"),
  detailOf: (line) => partnerIn(senderIn(line), line),
};

/** The same paths by their senders, without those from the negator itself. */
const OUT_OF: Source = {
  ...INTO,
  nodeOf: senderIn,
  detailOf: (line) => partnerIn(nodeIn(line, "receiver_"), line),
};

/** The direct effect of a part at the end token: its path to the score. */
const TO_SCORE: Source = {
  part: "paths",
  schema: NODES.summary,
  value: "share",
  nodeOf: (line) => line["method"] === "direct" ? nodeIn(line) : undefined,
  detailOf: () => ({ partner: "score", by: "direct" }),
};

function ablatedBy(method: AblationMethod): Source {
  return {
    ...{ part: "ablate", schema: ABLATION.summary, value: "share" },
    nodeOf: (line) =>
      line["method"] === method && (line["part"] === "head" || line["part"] === "mlp")
        ? nodeIn(line)
        : undefined,
  };
}

/** The methods in their order. */
export const METHODS: readonly Method[] = [
  method("attend", "attend", {
    ...{ part: "attend", schema: HEADS, value: "above_baseline" },
    nodeOf: (line) => nodeIn(line),
  }),
  method("knockout", "knock-out", {
    ...{ part: "knockout", schema: KNOCKOUT.summary, value: "share" },
    nodeOf: (line) => line["head"] === undefined ? undefined : nodeIn(line), // a set of heads is no node
  }),
  method("ablate", "ablation", ablatedBy("twin")),
  method("restore", "restores", ablatedBy("restore")),
  method("remove", "takes away", ablatedBy("remove")),
  method("direct", "net effect", {
    ...{ part: "attribute", schema: ATTRIBUTION.summary, value: "share" },
    nodeOf: (line) => line["role"] === undefined ? nodeIn(line) : undefined,
  }),
  method("total", "total", {
    ...{ part: "paths", schema: NODES.summary, value: "share" },
    nodeOf: (line) => line["method"] === "total" ? nodeIn(line) : undefined,
    detailOf: ({ role }) => ({ role: role as string }),
  }),
  method("path_in", "path in", INTO),
  method("path_out", "path out", OUT_OF, TO_SCORE),
];

function method(
  name: MethodName,
  label: string,
  ...sources: readonly [Source, ...Source[]]
): Method {
  return { name, label, sources };
}

/** A part's name in texts and charts: `1.2`, `mlp 3`. */
export function partText(node: Node): string {
  return nodeText(nodeName(node));
}

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
function isOfAll(line: Line): boolean {
  return (line["segment"] ?? "all") === "all";
}

/** The value of every part with the largest size, by side and part. */
function largest({ sources }: Method, linesOf: LinesOf): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const source of sources) {
    for (const row of linesOf(source)) {
      const node = source.nodeOf(row);
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

function sizeOf({ value }: Value): number {
  return value === undefined ? -1 : Math.abs(value);
}

function valueIn(row: Line, { schema, value, detailOf }: Source): Value {
  const { estimate } = schema.columns[value]!;
  const { control: _, ...alpha } = estimateIn(row, "alpha", schema.columns["alpha"]?.estimate);
  return {
    ...estimateIn(row, value, estimate),
    ...detailOf?.(row),
    ...alpha.value !== undefined && { alpha },
  };
}

/** Whether the circuit has each part; empty without a circuit. */
function membersOf(
  [first]: Atlas["circuit"],
  nodes: readonly RowOf<typeof CIRCUIT_NODES>[],
) {
  const namesBy = (ranking: string | undefined) =>
    nodes.filter((row) => row.ranking === ranking).map((row) => nodeName(nodeIn(row)));
  const own = new Set(namesBy("circuit"));
  return new Map(namesBy(first?.ranking).map((name) => [name, own.has(name)]));
}

/** All paths, in the order of their tables: between parts, and to the score. */
function readPaths(linesOf: LinesOf): AtlasPath[] {
  const read = (row: Line, source: Source) => (
    { ...valueIn(row, source), negation: row["negation"] as AtlasPath["negation"] }
  );
  const between = linesOf(INTO).map((row) => (
    { ...read(row, INTO), from: OUT_OF.nodeOf(row), to: INTO.nodeOf(row) }
  ));
  const toScore = linesOf(TO_SCORE).map((row) => (
    { ...read(row, TO_SCORE), from: TO_SCORE.nodeOf(row), to: undefined }
  ));
  return [...between, ...toScore.filter(({ from }) => from !== undefined)];
}

/** The role at which a part acts; undefined if it does nothing by its total effect. */
function actingRole({ value = 0, role }: Pick<Value, "value" | "role">): string | undefined {
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
    ...estimate("value", "", "The method's value: a share of d, or of gamma over both sides.", {
      prefix: "",
      together: "simultaneous_",
    }).columns,
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
        at: method === "total" ? actingRole(found) : found.partner,
        by: found.by,
        circuit: yesOrNo(inCircuit),
      }));
    }),
  );
}
