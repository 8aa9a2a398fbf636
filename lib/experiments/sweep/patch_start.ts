/** Causal tracing's sets: rows patched at a layer begin as what the unpatched runs have there. */

import type { GroupRun, RowRange, SetStart } from "./blocks.ts";

/** A set for each layer from 1, the residual stream before the second block. */
export const patchStart: SetStart = {
  first: 1,
  async begin(group: GroupRun, at: RowRange) {
    const { q, k, v } = group.arrays;
    copyUnpatched(group, at, [q, k, v]);
    await group.attendSet();
  },
  async beginEnds(group: GroupRun, set: number) {
    const { k, v } = group.arrays;
    copyUnpatched(group, group.rowsOfSet(set), [k, v]);
    await group.attendEnds(set);
  },
};

/** In its first block a patched run has the residual stream, queries, keys and values of the two unpatched runs. */
function copyUnpatched(
  { arrays: { x }, set, work: { schedule: { starts } }, rows: { shape: { width } } }: GroupRun,
  at: RowRange,
  projections: readonly Float32Array[],
): void {
  starts.forEach((row, i) => {
    const [from, to] = [row * width, (row + 1) * width];
    x.copyWithin((at.from + i) * width, from, to);
    for (const data of projections) data.copyWithin((set.from + i) * width, from, to);
  });
}
