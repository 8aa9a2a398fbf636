/** The direct part of a node's effect: its change goes straight to the score, past all other blocks. */

import { runHooked } from "../../engine/run/hooked_run.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import type { ActivationCache } from "../../hooks/cache.ts";
import { add, type ChangedRun } from "../../hooks/interventions.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { idsInput } from "../../engine/run/ids_input.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { allNodes, type Node, nodeHook } from "./node.ts";

/** The output projections by block, each [head, head width, width]. */
export type OutputWeights = readonly Tensor[];

/** The names of these weights, for an experiment's list of the weights that it reads. */
export function outputWeightNames(layers: number): readonly string[] {
  return Array.from({ length: layers }, (_, block) => `blocks.${block}.attn.W_O`);
}

/** Reads the output projections of all blocks: 12 MB in ViT-B/32 size. */
export async function outputWeights({ tower, weights }: TextTower): Promise<OutputWeights> {
  const outputs: Tensor[] = [];
  for (const name of outputWeightNames(tower.shape.layers)) {
    outputs.push((await weights.get(name)).toTensor());
  }
  return outputs;
}

/**
 * Adds each node's change at the end token to the affirmative run's last residual there; only the final layer norm and the projection are
 * computed anew. The activations of all pairs are in memory at once: 1 MB a pair in ViT-B/32 size. Returns the embeddings of unit length,
 * batch by batch; a result's place is its node's in the order of `allNodes`. None depends on the other pairs.
 */
export async function* addNodes(
  text: TextTower,
  pairs: readonly AlignedPair[],
  weights: OutputWeights,
): AsyncGenerator<GroupResult[]> {
  const { tower } = text;
  const nodes = allNodes(tower.shape);
  const last = `blocks.${tower.shape.layers - 1}.hook_resid_post`;
  const lengths = Map.groupBy(pairs.keys(), (index) => pairs[index]!.negated.ids.length);
  for (const indices of lengths.values()) {
    const batch = indices.map((index) => pairs[index]!);
    const ids = batch.flatMap(({ negated, affirmative }) => [negated.ids, affirmative.ids]);
    const { cache } = await runHooked(tower, {
      batches: [{ rows: [...ids.keys()], positions: ids[0]!.length, input: () => idsInput(ids) }],
      rowNames: batch.flatMap((
        { negated, affirmative },
      ) => [negated.sentence, affirmative.sentence]),
      keep: [...new Set(nodes.map(nodeHook))],
    });
    const groups = batch.map(({ affirmative }, i): RunGroup => {
      const position = affirmative.pooled;
      const runs = nodes.map((node): ChangedRun => {
        const change = changeOf(node, { cache, row: 2 * i, position, weights });
        return { of: "affirmative", changes: [add(last, change, { position })] };
      });
      return { sentences: { affirmative }, runs };
    });
    for await (const results of runChanges(text, groups)) {
      yield results.map((result) => ({ ...result, index: indices[result.index]! }));
    }
  }
}

/** What a node writes into the residual stream at a position in the negated sentence, minus the same in the affirmative one; [width]. */
function changeOf(
  { kind, layer, head }: Node,
  { cache, row, position, weights }: {
    readonly cache: ActivationCache;
    /** The cache's row of the negated sentence; the affirmative one's is the next. */
    readonly row: number;
    readonly position: number;
    readonly weights: OutputWeights;
  },
): Float64Array {
  const hook = nodeHook({ kind, layer });
  const [negated, affirmative] = [row, row + 1].map((run) => {
    const value = cache.row(hook, run).row(position);
    return kind === "head" ? value.row(head! - 1).data : value.data;
  }) as [Float32Array, Float32Array];
  const difference = Float64Array.from(negated, (x, i) => x - affirmative[i]!);
  if (kind === "mlp") return difference;
  const projection = weights[layer - 1]!.row(head! - 1);
  const [, width] = projection.shape as [number, number];
  const change = new Float64Array(width);
  difference.forEach((x, k) => {
    for (let j = 0; j < width; j++) change[j]! += x * projection.data[k * width + j]!;
  });
  return change;
}
