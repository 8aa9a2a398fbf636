/** The methods of an atlas: in which table of which part each has its value of a head or an MLP. */

import { ABLATION, type AblationMethod } from "../../experiments/ablate/index.ts";
import { HEADS } from "../../experiments/attend/tables.ts";
import { ATTRIBUTION } from "../../experiments/attribute/index.ts";
import { KNOCKOUT } from "../../experiments/knockout/index.ts";
import { type Node, nodeName, nodeText } from "../../tables/nodes.ts";
import { NODES, PATHS } from "../../experiments/paths/index.ts";
import { INPUTS, type PathInput } from "../../experiments/paths/measure_paths.ts";
import type { TableSchema } from "../../tables/table.ts";
import { isNamedAlpha, isNamedShare, type ShareLine } from "../../study/effects/named_shares.ts";
import type { AtlasPart, Value } from "./read_atlas.ts";

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

export interface Detail {
  /** The role at which the part acts. */
  readonly role?: string;
  /** The other end of a path. */
  readonly partner?: string;
  /** What a path goes through: `queries`, `keys`, `values` or `direct`. */
  readonly by?: string;
}

/** A cell of a line by its column; empty without one. */
export type Cells = (column: string) => string;

/** A column of a table that has a method's values. */
export interface Source {
  readonly part: string;
  readonly schema: TableSchema;
  readonly value: string;
  /** The head or MLP of a line; undefined for a line that does not count. */
  readonly nodeOf: (cells: Cells) => Node | undefined;
  readonly detailOf?: (cells: Cells) => Detail;
}

/** A method: a part has its value with the largest size among the lines of its sources. */
export interface Method {
  readonly name: MethodName;
  readonly label: string;
  readonly sources: readonly [Source, ...Source[]];
}

/** The head or MLP that stands in two columns of a line. */
export function nodeIn(cells: Cells, prefix = ""): Node {
  const [layer, head] = [Number(cells(`${prefix}layer`)), cells(`${prefix}head`)];
  return head === "" ? { kind: "mlp", layer } : { kind: "head", layer, head: Number(head) };
}

function senderIn(cells: Cells): Node | undefined {
  return cells("sender_layer") === "0" ? undefined : nodeIn(cells, "sender_");
}

function partnerIn(node: Node | undefined, cells: Cells): Detail {
  return {
    partner: node === undefined ? "negator" : partText(node),
    by: INPUTS[cells("input") as PathInput],
  };
}

/** Paths into heads, by their receivers. */
export const INTO: Source = {
  part: "paths",
  schema: PATHS.summary,
  value: "share",
  nodeOf: (cells) => nodeIn(cells, "receiver_"),
  detailOf: (cells) => partnerIn(senderIn(cells), cells),
};

/** The same paths by their senders, without those from the negator itself. */
export const OUT_OF: Source = {
  ...INTO,
  nodeOf: senderIn,
  detailOf: (cells) => partnerIn(nodeIn(cells, "receiver_"), cells),
};

/** The direct effect of a part at the end token: its path to the score. */
export const TO_SCORE: Source = {
  part: "paths",
  schema: NODES.summary,
  value: "share",
  nodeOf: (cells) => cells("method") === "direct" ? nodeIn(cells) : undefined,
  detailOf: () => ({ partner: "score", by: "direct" }),
};

function ablatedBy(method: AblationMethod): Source {
  const isSingle = (cells: Cells) =>
    cells("method") === method && ["head", "mlp"].includes(cells("part"));
  return {
    ...{ part: "ablate", schema: ABLATION.summary, value: "share" },
    nodeOf: (cells) => isSingle(cells) ? nodeIn(cells) : undefined,
  };
}

/** The methods in their order. */
export const METHODS: readonly Method[] = [
  method("attend", "attend", {
    ...{ part: "attend", schema: HEADS, value: "above_baseline" },
    nodeOf: (cells) => nodeIn(cells),
  }),
  method("knockout", "knock-out", {
    ...{ part: "knockout", schema: KNOCKOUT.summary, value: "share" },
    nodeOf: (cells) => cells("head") === "" ? undefined : nodeIn(cells), // a set of heads is no node
  }),
  method("ablate", "ablation", ablatedBy("twin")),
  method("restore", "restores", ablatedBy("restore")),
  method("remove", "takes away", ablatedBy("remove")),
  method("direct", "net effect", {
    ...{ part: "attribute", schema: ATTRIBUTION.summary, value: "share" },
    nodeOf: (cells) => cells("role") === "" ? nodeIn(cells) : undefined,
  }),
  method("total", "total", {
    ...{ part: "paths", schema: NODES.summary, value: "share" },
    nodeOf: (cells) => cells("method") === "total" ? nodeIn(cells) : undefined,
    detailOf: (cells) => ({ role: cells("role") }),
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

/** The methods that exchange or read what a part gives: one that gives the same in both sentences does nothing, wherever it looks. */
const EXCHANGED: readonly MethodName[] = ["ablate", "direct", "total"];

/** A value as a share of d in the tables of experiments. */
export function shareLine({ value, simultaneousLow, simultaneousHigh }: Value): ShareLine {
  return { share: value, simultaneous_low: simultaneousLow, simultaneous_high: simultaneousHigh };
}

/** Whether a value is far enough from 0 for certain, by the interval that holds for all parts at once. */
export function isNamed(value: Value | undefined): boolean {
  return value !== undefined && isNamedShare(shareLine(value));
}

/** Whether a method can tell the part's value from 0. */
export function isTested({ simultaneousLow }: Value): boolean {
  return simultaneousLow !== undefined;
}

/** The methods by which the part does something to d; none of a part whose knock-out alone does. */
export function causesOf({ values }: Pick<AtlasPart, "values">): MethodName[] {
  const names = EXCHANGED.filter((name) => isNamed(values.get(name)));
  return names.length > 0 && isNamed(values.get("knockout")) ? [...names, "knockout"] : names;
}

/** The first method that has a share of gamma of the parts over both sides. */
export function methodOfBoth(parts: readonly AtlasPart[]): MethodName | undefined {
  const both = parts.filter(({ negation }) => negation === "both");
  return EXCHANGED.find((name) => both.some(({ values }) => values.get(name)?.value !== undefined));
}

/** The effect on alpha of a part that only pushes one sentence, whatever the picture: named by a method, where none names a share of gamma. */
export function pushOf({ negation, values }: AtlasPart): number | undefined {
  const found = EXCHANGED.flatMap((name) => values.get(name) ?? []);
  if (negation !== "both" || [...found, values.get("knockout")].some(isNamed)) return undefined;
  return found.find(({ alpha }) =>
    isNamedAlpha(alpha?.value, { low: alpha?.simultaneousLow, high: alpha?.simultaneousHigh })
  )?.alpha?.value;
}

/** Whether a head certainly looks at the negator more than at the word in its place (1), or less (-1). */
export function looksAt({ values }: Pick<AtlasPart, "values">): 1 | -1 | 0 {
  const attention = values.get("attend");
  return isNamed(attention) ? attention!.value! > 0 ? 1 : -1 : 0;
}

/** Whether the part is of negation by a method by which it does something; undefined if none of these has a control. */
export function isSpecific(part: AtlasPart): boolean | undefined {
  const known = causesOf(part).flatMap((name) => part.values.get(name)!.control?.isSpecific ?? []);
  return known.length === 0 ? undefined : known.includes(true);
}
