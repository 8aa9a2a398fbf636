/** The unchanged runs of a group of pairs, whose activations are kept at every block. */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import type { RowTower } from "../../../engine/rows/row_tower.ts";
import { attentionCalls } from "../fast/attention_calls.ts";

type Floats = Float32Array<ArrayBuffer>;

/** Activations of the unchanged runs at a block, [rows, width] each. */
export interface UnchangedBlock {
  /** The residual stream before the block. */
  readonly x: Floats;
  readonly q: Floats;
  readonly k: Floats;
  readonly v: Floats;
  /** The heads' outputs. */
  readonly z: Floats;
}

/**
 * Runs the base rows through all blocks.
 *
 * @param tower The tower, row by row.
 * @param work Their residual stream before the first block, and how they attend to one another.
 * @returns The activations by block.
 */
export async function unchangedBlocks(
  tower: RowTower,
  { x: input, schedule: { baseSequences } }: {
    readonly x: Float32Array;
    readonly schedule: { readonly baseSequences: readonly Sequence[] };
  },
): Promise<UnchangedBlock[]> {
  const { layers, width } = tower.shape;
  const calls = attentionCalls(baseSequences, { ...tower.shape, first: 0 });
  const blocks: UnchangedBlock[] = [];
  let x = new Float32Array(input);
  for (let block = 0; block < layers; block++) {
    const [q, k, v, z, next] = Array.from({ length: 5 }, () => new Float32Array(x.length));
    const own: UnchangedBlock = { x, q: q!, k: k!, v: v!, z: z! };
    await tower.project(block, x, own);
    for (const { batch, from, count } of calls) {
      await tower.attend(batch, own, own.z.subarray(from * width, (from + count) * width));
    }
    blocks.push(own);
    if (block + 1 < layers) await tower.complete(block, x, own.z, next!);
    x = next!;
  }
  return blocks;
}
