/** The paths that carry most of d, and the nodes that write into the score. */

import { groupsOf, mainControl } from "../../charts/texts.ts";
import { headName, headNote, type NamedHead } from "../../tables/nodes.ts";
import { sharesOf } from "../../study/effects/named_shares.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { topShares } from "../../study/effects/ranked.ts";
import type { NodeSummaryRow } from "./node_tables.ts";
import { senderName } from "./patch_paths.ts";
import type { EdgeCells, PathSummaryRow } from "./path_tables.ts";

/** What of a head a path goes through, in words. */
export const PARTS_IN_WORDS = { q: "queries", k: "keys", v: "values" } as const;

/** The most paths, and the most nodes, that a side lists. */
const MOST_LISTED = 6;

/** The paths of each side with the largest shares of d, and the nodes whose direct effects have the largest. */
export function pathsFindings(
  paths: readonly PathSummaryRow[],
  nodes: readonly NodeSummaryRow[],
): Finding {
  const receivers = receiversOf(paths.filter(({ segment }) => segment === "all"));
  if (receivers.length === 0) return {};
  const ofPaths = topShares(paths, {
    title: "Paths with the largest shares of d",
    unit: "path",
    what: "the path",
    most: MOST_LISTED,
    nameOf: (row) => `${pathName(row)} by ${PARTS_IN_WORDS[row.part]}`,
  });
  const ofNodes = topShares(writers(nodes), {
    title: "Nodes whose direct effects at the end token have the largest shares of d",
    unit: "node",
    most: MOST_LISTED,
    nameOf: nodeText,
    more: ({ total_share }) => ({ "total share": total_share }),
  });
  return {
    sentences: ofPaths.sentences,
    tables: [ofPaths.table, ofNodes.table],
    notes: [
      ...ofPaths.counts,
      `Paths end at ${receivers.map(headName).join(", ")}`,
      ...ofNodes.counts,
      headNote(receivers[0]!),
    ],
  };
}

function nodeText({ layer, head }: Pick<NodeSummaryRow, "layer" | "head">): string {
  return head === undefined ? `mlp ${layer}` : headName({ layer, head });
}

/** The nodes at the end token, with their direct effects as those that count. */
export function writers(nodes: readonly NodeSummaryRow[]) {
  return nodes.filter(({ role }) => role === "eot").map((row) => ({
    ...row,
    total_share: row.share,
    mean_effect: row.direct,
    ...sharesOf(row, "direct_"),
    ...mainControl(row, { prefix: "direct_", stem: "direct_share", as: "share" }),
  }));
}

/** A path's name: `negator -> 1.2`. */
export function pathName(row: EdgeCells): string {
  const { sender_layer: layer, sender_head: head } = row;
  const receiver = { layer: row.receiver_layer, head: row.receiver_head };
  return `${senderName(head === undefined ? { layer } : { layer, head })} -> ${headName(receiver)}`;
}

/** The heads at which paths end, in the order layer, head. */
export function receiversOf(paths: readonly PathSummaryRow[]): NamedHead[] {
  return groupsOf(paths, (row) => `${row.receiver_layer}.${row.receiver_head}`)
    .map(([row]) => ({ layer: row!.receiver_layer, head: row!.receiver_head }))
    .sort((a, b) => a.layer - b.layer || a.head - b.head);
}
