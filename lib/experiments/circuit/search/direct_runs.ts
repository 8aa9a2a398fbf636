/** What nodes write into the end token's embedding directly: no block runs again. */

import { runVariants } from "../../../engine/run/variants.ts";
import { runHooked } from "../../../engine/run/hooked_run.ts";
import type { ActivationCache } from "../../../hooks/cache.ts";
import { idsInput, type TextTower } from "../../../model/text/text_tower.ts";
import type { GroupResult } from "../../../subject/once_per_group.ts";
import type { AlignedPair } from "../../../subject/prepare.ts";
import { allNodes, type Node } from "../../nodes/node.ts";

/** The pairs whose activations are in memory at once: 6 MB a pair in ViT-B/32 size. */
const PAIRS_AT_ONCE = 8;

/**
 * Runs the affirmative sentence of every pair once for each node: to the last residual vector at the end token, the change is added that the
 * node's output there has in the negated run.
 *
 * @param text The text tower.
 * @param pairs Minimal pairs.
 * @returns The results batch by batch; a result's place is that of its node among `allNodes`.
 */
export async function* directRuns(
  text: TextTower,
  pairs: readonly AlignedPair[],
): AsyncGenerator<GroupResult[]> {
  const lengths = Map.groupBy(pairs.keys(), (index) => pairs[index]!.negated.ids.length);
  for (const indices of lengths.values()) {
    for (let first = 0; first < indices.length; first += PAIRS_AT_ONCE) {
      yield* runChunk(text, pairs, indices.slice(first, first + PAIRS_AT_ONCE));
    }
  }
}

async function* runChunk(
  { tower }: TextTower,
  pairs: readonly AlignedPair[],
  indices: readonly number[],
): AsyncGenerator<GroupResult[]> {
  const nodes = allNodes(tower.shape);
  const both = indices.flatMap((index) => [pairs[index]!.negated, pairs[index]!.affirmative]);
  const ids = both.map((sentence) => sentence.ids);
  const { cache } = await runHooked(tower, {
    batches: [{
      rows: [...ids.keys()],
      positions: ids[0]!.length,
      input: () => idsInput(ids),
    }],
    rowNames: both.map(({ sentence }) => sentence),
    keep: [...new Set(nodes.map(outputHook))],
  });
  const last = `blocks.${tower.shape.layers - 1}.hook_resid_post`;
  const jobs = indices.map((index, i) => {
    const { ids, pooled } = pairs[index]!.affirmative;
    return {
      ids,
      variants: nodes.map((node) => {
        const [negated, affirmative] = [0, 1].map((row) =>
          outputAt(cache, node, { row: 2 * i + row, position: pooled })
        );
        return {
          changes: new Map([[
            last,
            (value: { data: Float32Array; stride(axis: number): number }) => {
              const start = pooled * value.stride(0);
              negated!.forEach((x, k) => value.data[start + k]! += x - affirmative![k]!);
            },
          ]]),
        };
      }),
    };
  });
  for await (const results of runVariants(tower, jobs, idsInput)) {
    yield results.map(({ job, variant, embedding }) => (
      { index: indices[job]!, place: variant, embedding }
    ));
  }
}

/** The hook point of what a node adds to the residual stream. */
function outputHook({ kind, layer }: Node): string {
  return kind === "head"
    ? `blocks.${layer - 1}.attn.hook_result`
    : `blocks.${layer - 1}.hook_mlp_out`;
}

/** What a node adds to the residual stream at a position, [width]. */
function outputAt(
  cache: ActivationCache,
  node: Node,
  { row, position }: { readonly row: number; readonly position: number },
): Float32Array {
  const value = cache.row(outputHook(node), row);
  const [ofPosition, width] = node.kind === "head"
    ? [value.stride(0), value.stride(1)]
    : [value.stride(0), value.stride(0)];
  const start = position * ofPosition + (node.kind === "head" ? (node.head! - 1) * width : 0);
  return value.data.slice(start, start + width);
}
