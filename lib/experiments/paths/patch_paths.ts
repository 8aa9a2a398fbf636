/** Path patching: what a sender changes in the score through one part of one receiver. */

import { runChanges } from "../../engine/changes/run_changes.ts";
import { type ChangedRun, type Intervention, patch } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { headName, type NamedHead } from "../../tables/nodes.ts";
import { pairGroups } from "../nodes/pair_runs.ts";
import { headsOfSet } from "../head_set.ts";

/**
 * Patches every path into the receivers, in two runs of the affirmative sentence (Wang et al. 2023, arXiv 2211.00593).
 *
 * In the first run the sender has the negated sentence's value: a head its z at all positions, the embedding its vector at the negator. All
 * other heads have the affirmative sentence's z, and MLPs are computed anew. The receiver's queries, keys or values of this run, at all
 * positions, replace those of the second run, which is otherwise untouched. Returns the second runs' embeddings of unit length, batch by
 * batch; a result's place is its edge's in the order of `pathEdges`. None depends on the other pairs.
 */
export function patchPaths(
  text: TextTower,
  pairs: readonly AlignedPair[],
  receivers: readonly NamedHead[],
): AsyncGenerator<GroupResult[]> {
  const edges = pathEdges(receivers, text.tower.shape.heads);
  const last = Math.max(...receivers.map(({ layer }) => layer));
  const runsOf = ({ negator }: AlignedPair) => {
    const firstRuns = new Map<Sender, ChangedRun>(); // which the edges of a sender share
    return edges.map(({ sender, receiver, part }): ChangedRun => {
      const from = firstRuns.get(sender) ?? firstRun([sender], { negator, last });
      firstRuns.set(sender, from);
      const hook = `blocks.${receiver.layer - 1}.attn.hook_${part}`;
      return { of: "affirmative", changes: [patch(hook, { head: receiver.head - 1, from })] };
    });
  };
  return runChanges(text, pairGroups(pairs, runsOf, ({ negator }) => negator));
}

/** The run that sends: all heads but the senders have the affirmative sentence's values, up to the last receiver's block. */
export function firstRun(
  senders: readonly Sender[],
  { negator, last }: { readonly negator: number; readonly last: number },
): ChangedRun {
  const from = Math.max(1, Math.min(...senders.map(({ layer }) => layer)));
  const fixed = Array.from(
    { length: last - from },
    (_, i) => patch(headsHook(from + i), { from: "affirmative" }),
  );
  const sent = senders.map(({ layer, head }): Intervention =>
    head === undefined
      ? patch("blocks.0.hook_resid_pre", { position: negator, from: "negated" })
      : patch(headsHook(layer), { head: head - 1, from: "negated" })
  );
  return { of: "affirmative", changes: [...fixed, ...sent] };
}

/** The hook point of all heads' mixed values of a block, from 1. */
function headsHook(layer: number): string {
  return `blocks.${layer - 1}.attn.hook_z`;
}

/** What of a receiver a path goes through: its queries, keys or values, in the order of edges and results. */
const PATH_PARTS = ["q", "k", "v"] as const;

export type PathPart = typeof PATH_PARTS[number];

/** What a path starts from: a head, or the embedding of the negator, which has layer 0 and no head. */
interface Sender {
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
