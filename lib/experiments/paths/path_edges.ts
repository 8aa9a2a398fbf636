/** The edges of path patching: from a sender into one head's queries, keys or values. */

import { headName, type NamedHead } from "../../tables/head_names.ts";
import { headsOfSet } from "../head_set.ts";

/** What of a receiver a path goes through: its queries, keys or values, in the order of edges and results. */
const PATH_PARTS = ["q", "k", "v"] as const;

export type PathPart = typeof PATH_PARTS[number];

/** What a path starts from: a head, or the embedding of the negator, which has layer 0 and no head. */
export interface Sender {
  /** The block's number from 1; 0 for the embedding. */
  readonly layer: number;
  /** The head's number from 1; absent for the embedding. */
  readonly head?: number;
}

/** A path from a sender, past all other heads, into a part of a receiver. */
export interface PathEdge {
  readonly sender: Sender;
  /** Where it ends: a head of a later block. */
  readonly receiver: NamedHead;
  /** What of the receiver it goes through. */
  readonly part: PathPart;
}

/** All edges into some receivers, in the order sender, receiver, part. The embedding comes first, then the heads, layer by layer. */
export function pathEdges(receivers: readonly NamedHead[], heads: number): PathEdge[] {
  const below = Math.max(1, ...receivers.map(({ layer }) => layer)) - 1;
  const senders: Sender[] = [{ layer: 0 }, ...headsOfSet("all", { layers: below, heads })];
  return senders.flatMap((sender) =>
    receivers.filter(({ layer }) => layer > sender.layer).flatMap((receiver) =>
      PATH_PARTS.map((part) => ({ sender, receiver, part }))
    )
  );
}

/** A sender's name: `negator` for its embedding, otherwise `layer.head`. */
export function senderName({ layer, head }: Sender): string {
  return head === undefined ? "negator" : headName({ layer, head });
}
