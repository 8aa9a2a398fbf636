/**
 * Path patching with the least arithmetic: which vectors must be computed, and what each of them attends to.
 *
 * In the first run all heads but the sender are fixed, so that each position is computed without the others. The second run equals the
 * unchanged affirmative run before the negator and in the blocks below the receiver. All senders and parts have the same vectors, which
 * depend on the tokens up to their positions, so that pairs that begin alike share them.
 */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import {
  type BaseRow,
  type Draft,
  drafting,
  draftUnpatched,
  number,
  type SchedulePair,
} from "../fast/schedule.ts";

/** A vector of a changed run: where its numbers begin among the unchanged runs. */
export interface PathRow {
  /** The base row at the same position of the affirmative run. */
  readonly own: number;
  /** The base row at the same position of the negated run. */
  readonly other: number;
  /** Whether it is at the negator. */
  readonly isNegator: boolean;
}

/** What a group of pairs computes. */
export interface PathSchedule {
  /** The vectors of the unchanged runs. */
  readonly base: readonly BaseRow[];
  /** How base rows attend to one another. */
  readonly baseSequences: readonly Sequence[];
  /** The vectors of every changed run. */
  readonly rows: readonly PathRow[];
  /** How these attend to base rows and to one another; base rows have the first numbers. */
  readonly sequences: readonly Sequence[];
  /** Each pair's rows by position, computed at the end token, with the pair's index; sorted by length. */
  readonly ends: readonly { readonly pair: number; readonly sequence: Sequence }[];
}

/**
 * Makes the schedule for some pairs.
 *
 * @param pairs The pairs.
 */
export function schedulePaths(pairs: readonly SchedulePair[]): PathSchedule {
  const { base: drafts, baseRows, keys } = draftUnpatched(pairs, drafting());
  const numbers = new Map<string, number>();
  const base = number(drafts, numbers);
  const rowOf = new Map<string, PathRow>();
  const setDrafts: Draft[] = [];
  const draft = drafting();
  const runs = pairs.map(({ negator }, pair) => {
    const { plain, changed } = keys[pair]!;
    const own = plain.map((key, q) => {
      if (q < negator) return key;
      const rowKey = `${key} ${changed[q]}`;
      const [row, other] = [numbers.get(key)!, numbers.get(changed[q]!)!];
      rowOf.set(rowKey, { own: row, other, isNegator: q === negator });
      return rowKey;
    });
    draft(setDrafts, own, negator);
    return own;
  });
  const all = new Map(numbers);
  const set = number(setDrafts, all);
  const sequenceOf = ({ keys, first }: Draft): Sequence => (
    { rows: keys.map((key) => all.get(key)!), first }
  );
  return {
    base: base.keys.map((key) => baseRows.get(key)!),
    baseSequences: base.drafts.map(sequenceOf),
    rows: set.keys.map((key) => rowOf.get(key)!),
    sequences: set.drafts.map(sequenceOf),
    ends: runs.map((own, pair) => (
      { pair, sequence: sequenceOf({ keys: own, first: own.length - 1 }) }
    )).toSorted((a, b) => a.sequence.rows.length - b.sequence.rows.length),
  };
}
