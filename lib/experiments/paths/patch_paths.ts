/** Path patching: what a sender changes in the score through one part of one receiver. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { GroupResult } from "../../subject/once_per_group.ts";
import type { AlignedPair } from "../../subject/prepare.ts";
import type { NamedHead } from "../../tables/head_names.ts";
import { swapEngine } from "../sweep/swap/swap_nodes.ts";
import { fastPaths } from "../sweep/paths/fast_paths.ts";
import { generalPaths } from "./general_paths.ts";

/** Options of path patching. */
export interface PatchPathsOptions {
  /** The heads at which paths end, in the order layer, head. */
  readonly receivers: readonly NamedHead[];
}

/**
 * Patches every path into the receivers, in two runs of the affirmative sentence (Wang et al. 2023, arXiv 2211.00593).
 *
 * In the first run the sender has the negated sentence's value: a head its z at all positions, the embedding its vector at the negator.
 * All other heads have the affirmative sentence's z, and MLPs are computed anew. The receiver's queries, keys or values of this run, at
 * all positions, replace those of the second run, which is otherwise untouched.
 *
 * @param text The text tower.
 * @param pairs Minimal pairs.
 * @param options The receivers.
 * @returns The second runs' embeddings of unit length, batch by batch; a result's place is its edge's in the order of `pathEdges`. None
 * depends on the other pairs.
 */
export async function* patchPaths(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { receivers }: PatchPathsOptions,
): AsyncGenerator<GroupResult[]> {
  const { streams } = await swapEngine(text, pairs);
  yield* streams === undefined
    ? generalPaths(text.tower, pairs, receivers)
    : fastPaths(streams, pairs, receivers);
}
