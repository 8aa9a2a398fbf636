/** The sets of a sweep of heads: rows with one head's output, at one position of one block, taken from the negated run. */

import type { GroupRun, GroupWork, RowRange, SetStart } from "./blocks.ts";
import type { HeadRun, HeadSchedule } from "./head_schedule.ts";
import type { RowSchedule } from "./schedule.ts";

/** What a group of patched heads asks of the blocks. */
export interface HeadWork extends GroupWork {
  readonly schedule: RowSchedule & Pick<HeadSchedule, "changes">;
  readonly runs: readonly HeadRun[];
}

/**
 * Begins a set for each block. In the last block, only the set's patches at the end token differ from the affirmative run.
 *
 * @param work The group.
 * @param shape The tower's sizes.
 */
export function headStart(
  { schedule: { changes }, runs }: HeadWork,
  { heads, width }: { readonly heads: number; readonly width: number },
): SetStart {
  const headWidth = width / heads;
  return {
    first: 0,
    begin(group: GroupRun, at: RowRange) {
      const { arrays: { z }, set } = group;
      group.startSet(at, [z]);
      changes.forEach(({ head, negated }, i) => {
        if (negated === undefined) return;
        const other = negated * width + head * headWidth;
        z.copyWithin((set.from + i) * width + head * headWidth, other, other + headWidth);
      });
      return Promise.resolve();
    },
    async beginEnds(group: GroupRun, set: number) {
      const [own, other] = [group.endsOf(set), group.newEnds(1)];
      await group.attendUnpatchedEnds(runs.map(({ affirmative }) => affirmative), own);
      await group.attendUnpatchedEnds(runs.map(({ negated }) => negated), other);
      runs.forEach(({ head, position, rows }, run) => {
        if (position < rows.length - 1) return;
        const from = run * width + head * headWidth;
        own.z.set(other.z.subarray(from, from + headWidth), from);
      });
    },
  };
}
