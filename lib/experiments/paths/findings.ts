/** The strongest paths, and the nodes that write into the score, in words. */

import type { Reads } from "../../tables/schema.ts";
import { headName, headNote, type NamedHead } from "../../tables/head_names.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { namedParts, SHARE_OF_D_WORDS } from "../named_parts.ts";
import { senderName } from "./path_edges.ts";
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
  | "share"
  | "share_low"
  | "share_high"
  | "simultaneous_low"
  | "simultaneous_high"
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
  | "mean_effect"
  | "share"
  | "direct"
  | "direct_share"
  | "direct_share_low"
  | "direct_share_high"
  | "direct_simultaneous_low"
  | "direct_simultaneous_high"
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
  ...SHARE_OF_D_WORDS,
  {
    word: "path",
    means:
      "from what a head writes, or from the negator's own embedding, to the queries, keys or values of a later head, through MLPs but past all other heads",
  },
  {
    word: "effect",
    means:
      "mean change of d when only this path carries the negated sentence's values in a run of the affirmative one. Effects of several paths do not add up",
  },
  {
    word: "direct",
    means:
      "what a node's change at the end token does to d if no later block reads it; the node's effect and share are these",
  },
  { word: "total share", means: "a node's share of d with what later blocks make of its change" },
];

/**
 * Lists the paths of each side with the largest shares of d, and the nodes whose direct effects have the largest.
 *
 * @param paths Rows of paths_summary.csv.
 * @param nodes Rows of nodes_summary.csv.
 */
export function pathsFindings(paths: readonly PathLine[], nodes: readonly NodeLine[]): string {
  const tested = paths.filter(({ segment }) => segment === "all");
  if (tested.length === 0) return "";
  const example = receiversOf(tested)[0]!;
  const receivers = receiversOf(tested).map(headName);
  return [
    namedParts(paths, {
      title: "Paths with the largest shares of d",
      ...{ unit: "path", most: MOST_LISTED },
      nameOf: (row) => ({ path: pathName(row), by: PARTS_IN_WORDS.get(row.part)! }),
    }).text,
    `${wrapText(`Receivers, at which paths end: ${receivers.join(", ")}`)}\n`,
    namedParts(writers(nodes), {
      title: "Nodes whose direct effects at the end token have the largest shares of d",
      ...{ unit: "node", most: MOST_LISTED },
      nameOf: (row) => ({
        node: row.head === undefined ? `mlp ${row.layer}` : headName(row as NamedHead),
      }),
      more: ({ total_share }) => ({ "total share": total_share }),
    }).text,
    headNote(example),
  ].join("");
}

/** The nodes at the end token, with their direct effects as those that count. */
export function writers<Line extends NodeLine>(nodes: readonly Line[]) {
  return nodes.filter(({ role }) => role === "eot").map((row) => ({
    ...row,
    ...{ total_share: row.share, mean_effect: row.direct, share: row.direct_share },
    ...{ share_low: row.direct_share_low, share_high: row.direct_share_high },
    simultaneous_low: row.direct_simultaneous_low,
    simultaneous_high: row.direct_simultaneous_high,
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

/** The heads at which paths end, in the order layer, head. */
export function receiversOf(tested: readonly PathLine[]): NamedHead[] {
  const names = new Map(tested.map(({ receiver_layer: layer, receiver_head: head }) => [
    headName({ layer, head }),
    { layer, head },
  ]));
  return [...names.values()].sort((a, b) => a.layer - b.layer || a.head - b.head);
}
