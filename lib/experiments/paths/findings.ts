/** The strongest paths, and the nodes that write into the score, in words. */

import type { Reads } from "../../tables/schema.ts";
import { groupsOf } from "../../charts/spec.ts";
import { isNamed, largestNamed, LEAST_NAMED } from "../../subject/effects/noise.ts";
import { headName, headNote, type NamedHead } from "../../tables/head_names.ts";
import { intervalText, linesTable } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { byChanceText, isTested, sideCountText } from "../side_count.ts";
import { senderName } from "../sweep/paths/path_edges.ts";
import type { NodeSummaryRow } from "./node_tables.ts";
import type { PathSummaryRow } from "./path_tables.ts";

/** A path in a group of rows, as a summary reads it. */
export type PathLine = Reads<
  PathSummaryRow,
  | "negation"
  | "segment"
  | "sender_layer"
  | "sender_head"
  | "receiver_layer"
  | "receiver_head"
  | "part"
  | "mean_effect"
  | "low"
  | "high"
>;

/** A node at a role in a group of rows, as a summary reads it. */
export type NodeLine = Reads<
  NodeSummaryRow,
  | "negation"
  | "segment"
  | "node"
  | "layer"
  | "head"
  | "role"
  | "total"
  | "direct"
  | "direct_low"
  | "direct_high"
  | "indirect"
>;

/** What a path goes through, in words. */
export const PARTS_IN_WORDS: ReadonlyMap<string, string> = new Map([
  ["q", "its queries"],
  ["k", "its keys"],
  ["v", "its values"],
]);

/** The most paths, and the most nodes, that a side lists. */
const MOST_LISTED = 6;

/** What the words of the findings mean. */
export const PATHS_WORDS: readonly Word[] = [
  {
    word: "path",
    means:
      "from what a head writes, or from the negator's own embedding, to the queries, keys or values of a later head, through MLPs but past all other heads",
  },
  {
    word: "effect",
    means:
      "mean change of d when only this path carries the negated sentence's values in a run of the affirmative one; listed if it is at least 0.01, of either sign, and its 95 % interval excludes 0. Effects of several paths do not add up",
  },
  {
    word: "direct",
    means:
      "what a node's change at the end token does to d if no later block reads it; total is with all later blocks, indirect the difference",
  },
];

/**
 * Lists the strongest paths of each side, and the nodes with the largest direct effects.
 *
 * @param paths Rows of paths_summary.csv.
 * @param nodes Rows of nodes_summary.csv.
 */
export function pathsFindings(paths: readonly PathLine[], nodes: readonly NodeLine[]): string {
  const tested = paths.filter(({ segment }) => segment === "all");
  if (tested.length === 0) return "";
  const example = receiversOf(tested)[0]!;
  return [
    pathsText(tested),
    nodesText(writers(nodes)),
    headNote(example),
  ].join("");
}

/** The nodes at the end token over all rows of a side, with their direct effects. */
export function writers(nodes: readonly NodeLine[]) {
  return nodes.filter(({ segment, role }) => segment === "all" && role === "eot").map((row) => ({
    ...row,
    ...{ mean_effect: row.direct, low: row.direct_low, high: row.direct_high },
  }));
}

/** A path's name: `negator -> 1.2`. */
export function pathName(
  { sender_layer, sender_head, receiver_layer, receiver_head }: PathLine,
  arrow = "->",
): string {
  const sender = sender_head === undefined
    ? { layer: sender_layer }
    : { layer: sender_layer, head: sender_head };
  const receiver = headName({ layer: receiver_layer, head: receiver_head });
  return `${senderName(sender)} ${arrow} ${receiver}`;
}

function pathsText(tested: readonly PathLine[]): string {
  const receivers = receiversOf(tested).map(headName);
  const into = `Receivers, at which paths end: ${receivers.join(", ")}`;
  const sides = groupsOf(tested, ({ negation }) => negation);
  const lines = sides.flatMap((side) => largestNamed(side).slice(0, MOST_LISTED)).map((row) => ({
    negated: row.negation,
    path: pathName(row),
    by: PARTS_IN_WORDS.get(row.part)!,
    effect: row.mean_effect,
    "95 % interval": intervalText(row),
  }));
  const title = "Paths with the largest effects on d";
  return [
    lines.length === 0
      ? `${wrapText(`${title}: ${noneOf(tested)}`)}\n`
      : `${title}\n${linesTable(lines)}`,
    ...sides.map((side) => countText(side)),
    `${wrapText(into)}\n`,
  ].join("");
}

function countText(side: readonly PathLine[]): string {
  const { negation } = side[0]!;
  const tested = side.filter(isTested).length;
  const found = side.filter((row) => isNamed(row.mean_effect, row)).length;
  const chance = byChanceText(tested);
  return sideCountText({ negation, unit: "path", tested, found, most: MOST_LISTED, chance });
}

function nodesText(tested: readonly ReturnType<typeof writers>[number][]): string {
  const title = "Nodes with the largest direct effects at the end token";
  const sides = groupsOf(tested, ({ negation }) => negation);
  const lines = sides.flatMap((side) => largestNamed(side).slice(0, MOST_LISTED)).map((row) => ({
    negated: row.negation,
    node: row.head === undefined ? `mlp ${row.layer}` : headName(row as NamedHead),
    direct: row.direct,
    "95 % interval": intervalText(row),
    indirect: row.indirect,
    total: row.total,
  }));
  return lines.length === 0
    ? `${wrapText(`${title}: ${noneOf(tested)}`)}\n`
    : `${title}\n${linesTable(lines)}`;
}

function noneOf(tested: readonly { readonly low?: number | undefined }[]): string {
  return tested.some(isTested)
    ? `none of ${LEAST_NAMED} or more whose 95 % interval excludes 0`
    : "not tested";
}

/** The heads at which paths end, in the order layer, head. */
export function receiversOf(tested: readonly PathLine[]): NamedHead[] {
  const names = new Map(tested.map(({ receiver_layer: layer, receiver_head: head }) => [
    headName({ layer, head }),
    { layer, head },
  ]));
  return [...names.values()].sort((a, b) => a.layer - b.layer || a.head - b.head);
}
