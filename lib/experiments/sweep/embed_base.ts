/** The residual stream before the first block, of rows of unpatched runs. */

import type { RowEnds } from "../../clip/row_ends.ts";
import { idsInput } from "../../clip/text_tower.ts";

/** A position of a sentence. */
export interface BasePosition {
  /** The sentence's tokens, the same array for all positions of a sentence. */
  readonly ids: readonly number[];
  readonly position: number;
}

/**
 * Embeds single positions; sentences of one length run together.
 *
 * @param ends The tower's ends.
 * @param base The positions.
 * @param width Size of a residual-stream vector.
 * @returns [positions, width]
 */
export async function embedBase(
  ends: RowEnds,
  base: readonly BasePosition[],
  width: number,
): Promise<Float32Array> {
  const x = new Float32Array(base.length * width);
  for (const [length, own] of Map.groupBy(base.keys(), (row) => base[row]!.ids.length)) {
    const sentences = [...new Set(own.map((row) => base[row]!.ids))];
    const embedded = await ends.embed(idsInput(sentences));
    const place = new Map(sentences.map((ids, i) => [ids, i]));
    for (const row of own) {
      const { ids, position } = base[row]!;
      const from = (place.get(ids)! * length + position) * width;
      x.set(embedded.subarray(from, from + width), row * width);
    }
  }
  return x;
}
