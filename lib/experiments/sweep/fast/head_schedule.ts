/**
 * The sweep of single heads' outputs with the least arithmetic: which vectors must be computed, and what each of them attends to.
 *
 * A run patched at one head of position p equals the affirmative run at positions before p and in earlier blocks. All blocks have
 * the same vectors, one set of rows for each block: a row for each head, each patched position and each position from there on. A
 * row depends only on the tokens up to its position, so that pairs that begin alike share it.
 */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import {
  type BaseRow,
  type Draft,
  drafting,
  draftUnpatched,
  numberRows,
  type RowSchedule,
  type SchedulePair,
} from "./schedule.ts";

/** The run patched at one head and position of a pair, in any block. */
export interface HeadRun {
  /** The pair's index. */
  readonly pair: number;
  /** The head, from 0. */
  readonly head: number;
  /** The patched position. */
  readonly position: number;
  /** Its rows: a number below the count of base rows is a base row, any other a row of the set. */
  readonly rows: readonly number[];
  /** Both unpatched runs at the end token. */
  readonly affirmative: Sequence;
  readonly negated: Sequence;
}

/** A row of a set: a row of the affirmative run; at the patched position, one head's output is replaced. */
export interface HeadRow {
  /** The head, from 0. */
  readonly head: number;
  /** The negated run's base row at the patched position. */
  readonly negated: number | undefined;
}

/** What a sweep of heads computes. */
export interface HeadSchedule extends RowSchedule {
  /** The rows of both unpatched runs. */
  readonly base: readonly BaseRow[];
  /** How each row of a set differs from its base row. */
  readonly changes: readonly HeadRow[];
  /** All runs, in the order of pairs, heads and positions. */
  readonly runs: readonly HeadRun[];
}

/**
 * Makes the schedule for some pairs.
 *
 * @param pairs The pairs.
 * @param heads The number of heads.
 */
export function scheduleHeads(pairs: readonly SchedulePair[], heads: number): HeadSchedule {
  const draft = drafting();
  const { base: baseDrafts, baseRows, keys: unpatched } = draftUnpatched(pairs, draft);
  const rowOf = new Map<string, { head: number; start: string; negated: string | undefined }>();
  const drafts: Draft[] = [];
  const runs = pairs.flatMap(({ negator }, pair) => {
    const { plain, changed } = unpatched[pair]!;
    const later = plain.length - negator;
    return Array.from({ length: heads * later }, (_, i) => {
      const [head, position] = [Math.floor(i / later), negator + i % later];
      const keys = plain.map((own, q) => {
        if (q < position) return own;
        const key = `${head} ${position} ${changed[q]} ${own}`;
        rowOf.set(key, { head, start: own, negated: q === position ? changed[q] : undefined });
        return key;
      });
      draft(drafts, keys);
      return { pair, head, position, keys };
    });
  });
  const { base, set, rowsOf, ...sequences } = numberRows(baseDrafts, drafts);
  const atEnd = (keys: readonly string[]) => ({ rows: rowsOf(keys), first: keys.length - 1 });
  const rows = set.map((key) => rowOf.get(key)!);
  return {
    ...sequences,
    base: base.map((key) => baseRows.get(key)!),
    starts: rowsOf(rows.map(({ start }) => start)),
    changes: rows.map(({ head, negated }) => ({
      head,
      negated: negated === undefined ? undefined : rowsOf([negated])[0],
    })),
    runs: runs.map(({ keys, ...run }) => ({
      ...{ ...run, rows: rowsOf(keys) },
      affirmative: atEnd(unpatched[run.pair]!.plain),
      negated: atEnd(unpatched[run.pair]!.changed),
    })),
  };
}

/** The number of rows of a pair's set, if none are shared: heads (T - n) (T - n + 1) / 2. */
export function headRowsOfPair({ length, negator, heads }: {
  readonly length: number;
  readonly negator: number;
  readonly heads: number;
}): number {
  const later = Math.max(0, length - negator);
  return heads * later * (later + 1) / 2;
}
