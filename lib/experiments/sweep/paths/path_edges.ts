/** The edges of path patching: from a sender into one head's queries, keys or values. */

import { headName, type NamedHead } from "../../../tables/head_names.ts";

/** What of a receiver a path goes through: its queries, keys or values, in the order of edges and results. */
export const PATH_PARTS = ["q", "k", "v"] as const;

/** A part of a receiver. */
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
  /** Where it starts. */
  readonly sender: Sender;
  /** Where it ends: a head of a later block. */
  readonly receiver: NamedHead;
  /** What of the receiver it goes through. */
  readonly part: PathPart;
}

/**
 * All edges into some receivers, in the order sender, receiver, part. The embedding comes first, then the heads, layer by layer.
 *
 * @param receivers The receivers in the order layer, head.
 * @param heads Heads of a block.
 */
export function pathEdges(receivers: readonly NamedHead[], heads: number): PathEdge[] {
  return sendersTo(receivers, heads).flatMap((sender) =>
    receivers.filter(({ layer }) => layer > sender.layer).flatMap((receiver) =>
      PATH_PARTS.map((part) => ({ sender, receiver, part }))
    )
  );
}

/**
 * Where the results of edges belong, by numbers.
 *
 * @param edges The edges, in the order of their results.
 * @param receivers Their receivers.
 * @param heads Heads of a block.
 * @returns The index of each edge, [sender, receiver, part]; -1 where no edge is. The embedding is the first sender, then come all heads
 * in the order layer, head; receivers are in the given order, parts in that of {@linkcode PATH_PARTS}.
 */
export function edgePlaces(
  edges: readonly PathEdge[],
  receivers: readonly NamedHead[],
  heads: number,
): Int32Array<ArrayBuffer> {
  const indexOf = new Map(receivers.map((receiver, i) => [headName(receiver), i]));
  const senderOf = ({ layer, head }: Sender) => head === undefined ? 0 : (layer - 1) * heads + head;
  const senders = 1 + edges.reduce((most, { sender }) => Math.max(most, senderOf(sender)), 0);
  const places = new Int32Array(senders * receivers.length * PATH_PARTS.length).fill(-1);
  edges.forEach(({ sender, receiver, part }, place) => {
    const ofReceiver = senderOf(sender) * receivers.length + indexOf.get(headName(receiver))!;
    places[ofReceiver * PATH_PARTS.length + PATH_PARTS.indexOf(part)] = place;
  });
  return places;
}

/** The embedding, and every head of a block below the last receiver's. */
function sendersTo(receivers: readonly NamedHead[], heads: number): Sender[] {
  const blocks = Math.max(1, ...receivers.map(({ layer }) => layer)) - 1;
  return [
    { layer: 0 },
    ...Array.from({ length: blocks * heads }, (_, i) => (
      { layer: Math.floor(i / heads) + 1, head: i % heads + 1 }
    )),
  ];
}

/**
 * A sender's name: `negator` for its embedding, otherwise `layer.head`.
 *
 * @param sender The sender.
 */
export function senderName({ layer, head }: Sender): string {
  return head === undefined ? "negator" : headName({ layer, head });
}
