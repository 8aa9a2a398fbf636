/** The sets of causal tracing: rows patched at a layer begin with the values of the unpatched runs there. */

import type { GroupRun, RowRange, SetStart } from "./blocks.ts";

/** Begins a set for each layer from 1 (the residual stream before the second block), with the queries, keys and values of the unpatched runs. */
export const patchStart: SetStart = {
  first: 1,
  async begin(group: GroupRun, at: RowRange) {
    const { q, k, v } = group.arrays;
    group.startSet(at, [q, k, v]);
    await group.attendSet();
  },
  async beginEnds(group: GroupRun, set: number) {
    const { k, v } = group.arrays;
    group.startSet(group.rowsOfSet(set), [k, v]);
    await group.attendEnds(set);
  },
};
