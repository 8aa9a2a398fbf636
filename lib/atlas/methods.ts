/** The methods of an atlas: in which table of which part each has its value of a head or an MLP. */

import { ABLATION_SUMMARY } from "../experiments/ablate/tables.ts";
import { HEADS } from "../experiments/attend/tables.ts";
import { ATTRIBUTION_SUMMARY } from "../experiments/attribute/tables.ts";
import { KNOCKOUT_SUMMARY } from "../experiments/knockout/tables.ts";
import { type Node, nodeName, nodeText, readNode } from "../experiments/nodes/node.ts";
import { NODES_SUMMARY } from "../experiments/paths/node_tables.ts";
import { PATHS_SUMMARY } from "../experiments/paths/path_tables.ts";
import { senderName } from "../experiments/paths/path_edges.ts";
import type { CsvRow } from "../tables/csv_row.ts";
import type { TableSchema } from "../tables/table.ts";

/** A method, as in the names of columns. */
export type MethodName =
  | "attend"
  | "knockout"
  | "ablate"
  | "direct"
  | "total"
  | "path_in"
  | "path_out";

/** What a value is of, besides the part. */
export interface Detail {
  /** The role at which the part acts. */
  readonly role?: string;
  /** The other end of a path. */
  readonly partner?: string;
  /** What a path goes through: `queries`, `keys`, `values` or `direct`. */
  readonly by?: string;
}

/** A column of a table that has a method's values. */
export interface Source {
  /** The folder of the part. */
  readonly part: string;
  readonly schema: TableSchema;
  /** The column of the values. */
  readonly value: string;
  /** The head or MLP of a row; undefined for a row that does not count. */
  readonly nodeOf: (row: CsvRow) => Node | undefined;
  /** @default {nothing} */
  readonly detailOf?: (row: CsvRow) => Detail;
}

/** A method: a part has its value with the largest size among the rows of its sources. */
export interface Method {
  readonly name: MethodName;
  /** What it is called in texts and charts. */
  readonly label: string;
  /** What its value is, for docs/tables.md. */
  readonly means: string;
  /** Whether it measures MLPs too. */
  readonly hasMlps: boolean;
  /** Its page in docs. */
  readonly page: string;
  readonly sources: readonly Source[];
}

const BY: Readonly<Record<string, string>> = { q: "queries", k: "keys", v: "values" };

/** The head or MLP that stands in the columns `layer` and `head` of a row. */
function nodeIn(row: CsvRow, layer = "layer", head = "head"): Node {
  const hasHead = row.optional(head) !== undefined;
  return hasHead
    ? { kind: "head", layer: row.count(layer), head: row.count(head) }
    : { kind: "mlp", layer: row.count(layer) };
}

function senderIn(row: CsvRow): Node | undefined {
  return row.count("sender_layer") === 0 ? undefined : nodeIn(row, "sender_layer", "sender_head");
}

/** Paths into heads, by their receivers. */
export const INTO: Source = {
  part: "paths",
  schema: PATHS_SUMMARY,
  value: "share",
  nodeOf: (row) => nodeIn(row, "receiver_layer", "receiver_head"),
  detailOf: (row) => ({ partner: senderText(row), by: BY[row.text("part")]! }),
};

/** The same paths by their senders, without those from the negator itself. */
export const OUT_OF: Source = {
  part: "paths",
  schema: PATHS_SUMMARY,
  value: "share",
  nodeOf: senderIn,
  detailOf: (row) => ({ partner: receiverText(row), by: BY[row.text("part")]! }),
};

/** The direct effect of a part at the end token: its path to the score. */
export const TO_SCORE: Source = {
  part: "paths",
  schema: NODES_SUMMARY,
  value: "direct_share",
  nodeOf: (row) => row.text("role") === "eot" ? nodeIn(row) : undefined,
  detailOf: () => ({ partner: "score", by: "direct" }),
};

/** The methods in the order of the columns. */
export const METHODS: readonly Method[] = [
  {
    name: "attend",
    label: "attend",
    means:
      "How much more the head attends to the negator than to its twin (`above_baseline` of heads.csv), a share of attention.",
    hasMlps: false,
    page: "docs/methods/ground_truth.md",
    sources: [{ part: "attend", schema: HEADS, value: "above_baseline", nodeOf: nodeIn }],
  },
  {
    name: "knockout",
    label: "knock-out",
    means:
      "The share of d that is lost without the head's attention to the negator, less the same of the twin (`specific_share` of knockout_summary.csv).",
    hasMlps: false,
    page: "docs/methods/ground_truth.md",
    sources: [{
      part: "knockout",
      schema: KNOCKOUT_SUMMARY,
      value: "specific_share",
      nodeOf: nodeIn,
    }],
  },
  {
    name: "ablate",
    label: "ablate",
    means:
      "The share of d that is lost if the part has the values of the pair's other sentence in both sentences (`share` of ablation_summary.csv, method `twin`): 2 for a part that alone carries d, 1 for one that is necessary or sufficient only.",
    hasMlps: true,
    page: "docs/methods/ablation.md",
    sources: [{
      part: "ablate",
      schema: ABLATION_SUMMARY,
      value: "share",
      nodeOf: (row) => readNode(row.text("node")),
    }],
  },
  {
    name: "direct",
    label: "direct",
    means:
      "The share of d that the part itself writes to the end token, the norm shared out (`net_share` of attribution_summary.csv).",
    hasMlps: true,
    page: "docs/methods/attribution.md",
    sources: [{
      part: "attribute",
      schema: ATTRIBUTION_SUMMARY,
      value: "net_share",
      nodeOf: (row) => ["head", "mlp"].includes(row.text("component")) ? nodeIn(row) : undefined,
    }],
  },
  {
    name: "total",
    label: "total",
    means:
      "The share of d that the part's value of the negated run restores in the affirmative run (`share` of nodes_summary.csv), at the role where it is largest, of either sign.",
    hasMlps: true,
    page: "docs/methods/paths.md",
    sources: [{
      part: "paths",
      schema: NODES_SUMMARY,
      value: "share",
      nodeOf: (row) => nodeIn(row),
      detailOf: (row) => ({ role: row.text("role") }),
    }],
  },
  {
    name: "path_in",
    label: "path in",
    means:
      "The share of d of the strongest path into the head, of either sign (`share` of paths_summary.csv); only of heads that are receivers.",
    hasMlps: false,
    page: "docs/methods/paths.md",
    sources: [INTO],
  },
  {
    name: "path_out",
    label: "path out",
    means:
      "The share of d of the strongest path out of the part, of either sign: into a receiver (`share` of paths_summary.csv), or to the score (`direct_share` of nodes_summary.csv at the end token).",
    hasMlps: true,
    page: "docs/methods/paths.md",
    sources: [OUT_OF, TO_SCORE],
  },
];

function senderText(row: CsvRow): string {
  const layer = row.count("sender_layer");
  const head = row.optional("sender_head") === undefined ? undefined : row.count("sender_head");
  return senderName(head === undefined ? { layer } : { layer, head });
}

function receiverText(row: CsvRow): string {
  return partText(nodeIn(row, "receiver_layer", "receiver_head"));
}

/** A part's name in texts and charts: `1.2`, `mlp 3`. */
export function partText(node: Node): string {
  return nodeText(nodeName(node));
}
