/** The sets of a sweep of heads: rows of which one head's output, at one position of one block, is the negated run's. */

import type { Sequence } from "../../clip/attention_batch.ts";
import type { GroupRun, GroupWork, RowRange, SetStart } from "./blocks.ts";
import type { HeadRow } from "./head_schedule.ts";

/** What a group of patched heads needs of its blocks. */
export interface HeadWork extends GroupWork {
  readonly schedule: GroupWork["schedule"] & {
    /** For each row of a set what is different in it. */
    readonly changes: readonly HeadRow[];
  };
  readonly runs: readonly {
    /** For each position its row. */
    readonly rows: readonly number[];
    /** The head, from 0. */
    readonly head: number;
    /** The patched position. */
    readonly position: number;
    /** Both unpatched runs at the end token. */
    readonly affirmative: Sequence;
    readonly negated: Sequence;
  }[];
}

/**
 * A set for each block. In the last one only what is patched at the end token differs from the affirmative run.
 *
 * @param work The group.
 * @param shape The tower's sizes.
 */
export function headStart(
  { schedule: { starts, changes }, runs }: HeadWork,
  { heads, width }: { readonly heads: number; readonly width: number },
): SetStart {
  const headWidth = width / heads;
  return {
    first: 0,
    begin({ arrays: { x, z }, set }: GroupRun, at: RowRange) {
      starts.forEach((row, i) => {
        const [from, to] = [row * width, (row + 1) * width];
        x.copyWithin((at.from + i) * width, from, to);
        z.copyWithin((set.from + i) * width, from, to);
        const { head, negated } = changes[i]!;
        if (negated === undefined) return;
        const other = negated * width + head * headWidth;
        z.copyWithin((set.from + i) * width + head * headWidth, other, other + headWidth);
      });
      return Promise.resolve();
    },
    async beginEnds(group: GroupRun, set: number) {
      const own = group.endsOf(set);
      const atEnd = runs.map(({ affirmative }) => affirmative);
      group.gather(lastRows(atEnd), group.part(group.ends.x, own));
      await group.queryEnds(set, group.callsOfEnds(atEnd));
      const negated = runs.map(({ negated }) => negated);
      const [x, q, z] = Array.from({ length: 3 }, () => new Float32Array(own.count * width));
      group.gather(lastRows(negated), x!);
      await group.query(x!, { q: q!, z: z! }, group.callsOfEnds(negated));
      const patched = group.part(group.ends.z, own);
      runs.forEach(({ head, position, rows }, run) => {
        if (position < rows.length - 1) return;
        const from = run * width + head * headWidth;
        patched.set(z!.subarray(from, from + headWidth), from);
      });
    },
  };
}

function lastRows(sequences: readonly Sequence[]): number[] {
  return sequences.map(({ rows }) => rows.at(-1)!);
}
