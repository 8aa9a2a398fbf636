/** The sets of a knock-out: rows with one head, in one block, that does not attend to the negator. */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import { type AttentionCall, attentionCalls } from "./attention_calls.ts";
import type { GroupRun, GroupWork, RowRange, SetStart } from "./blocks.ts";
import type { KnockedRun, KnockoutSchedule } from "./knockout_schedule.ts";
import type { RowSchedule } from "./schedule.ts";

/** What a group of knock-outs asks of the blocks. */
export interface KnockoutWork extends GroupWork {
  readonly schedule: RowSchedule & Pick<KnockoutSchedule, "unseeing" | "changes">;
  readonly runs: readonly KnockedRun[];
  /** Whether each query's other weights are divided by their sum. */
  readonly renormalize: boolean;
}

/** Where a head's values begin. */
interface HeadPlace {
  /** In z. */
  readonly at: number;
  /** In the rows computed without the negator. */
  readonly without: number;
  /** The negator's, in v. */
  readonly negator: number;
}

/**
 * Begins a set for each block.
 *
 * With renormalisation, the head attends to all keys but the negator. Without it, the head's output only lacks the negator's
 * part, which is its weight times its value; the weight is the output of attention for values of 1 at the negator and 0
 * elsewhere.
 *
 * @param work The group.
 * @param shape The tower's sizes.
 */
export function knockoutStart(
  { x: unpatched, schedule: { unseeing, changes }, runs, renormalize }: KnockoutWork,
  { heads, width }: { readonly heads: number; readonly width: number },
): SetStart {
  const headWidth = width / heads;
  const asked = ({ rows, first, unseen }: Sequence): Sequence =>
    renormalize ? { rows, first, unseen: unseen! } : { rows, first };
  const calls = attentionCalls(unseeing.map(asked), { heads, width, first: 0 });
  const without = new Float32Array(calls.reduce((sum, { count }) => sum + count, 0) * width);
  const negators = new Set(unseeing.map(({ rows, unseen }) => rows[unseen!]!));
  const marks = new Float32Array(unpatched.length);
  for (const row of negators) marks.fill(1, row * width, (row + 1) * width);
  return {
    first: 0,
    async begin(group: GroupRun, at: RowRange) {
      const { arrays: { q, v, z }, set } = group;
      await attend(group, calls, { q, into: without });
      group.startSet(at, [z]);
      changes.forEach(({ head, place, negator }, i) => {
        const [ofZ, ofPlace, ofNegator] = [set.from + i, place, negator]
          .map((row) => row * width + head * headWidth);
        changeHead(z, { without, v }, { at: ofZ!, without: ofPlace!, negator: ofNegator! });
      });
    },
    async beginEnds(group: GroupRun, set: number) {
      const { v } = group.arrays;
      const own = group.endsOf(set);
      const negated = runs.map(({ negated }) => negated);
      await group.attendUnpatchedEnds(negated.map(({ rows, first }) => ({ rows, first })), own);
      const found = new Float32Array(own.z.length);
      await attend(group, group.callsOfEnds(negated.map(asked)), { q: own.q, into: found });
      runs.forEach(({ head, negated: { rows, unseen } }, run) => {
        const [ofRun, ofNegator] = [run, rows[unseen!]!]
          .map((row) => row * width + head * headWidth);
        const place = { at: ofRun!, without: ofRun!, negator: ofNegator! };
        changeHead(own.z, { without: found, v }, place);
      });
    },
  };

  /** Attends to all keys but the negator, or computes each head's weight on the negator. */
  async function attend(
    group: GroupRun,
    own: readonly AttentionCall[],
    { q, into }: { readonly q: Float32Array; readonly into: Float32Array<ArrayBuffer> },
  ): Promise<void> {
    const { k, v } = group.arrays;
    await group.attend(own, { q, k, v: renormalize ? v : marks }, into);
  }

  function changeHead(
    z: Float32Array,
    { without, v }: { readonly without: Float32Array; readonly v: Float32Array },
    { at, without: place, negator }: HeadPlace,
  ): void {
    for (let i = 0; i < headWidth; i++) {
      const found = without[place + i]!;
      z[at + i] = renormalize ? found : z[at + i]! - found * v[negator + i]!;
    }
  }
}
