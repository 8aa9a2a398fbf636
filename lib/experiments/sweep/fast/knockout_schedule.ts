/**
 * The knock-out of heads with the least arithmetic: which vectors must be computed, and what each of them looks at.
 *
 * A run without a head's sight of the negator equals the negated run at positions before the negator and in earlier blocks. All blocks
 * have the same vectors, a set of rows each: one for each head and each position from the negator on. A row depends on the tokens up to its
 * position alone: sentences that begin alike share it.
 */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import {
  type Draft,
  drafting,
  number,
  numberRows,
  prefixes,
  type RowSchedule,
  type SchedulePair,
} from "./schedule.ts";

/** One head of one sentence, in whatever block. */
export interface KnockedRun {
  /** The pair's index. */
  readonly pair: number;
  /** The head, from 0. */
  readonly head: number;
  /** Its rows: a number below that of the base rows is one of them, else a row of the set. */
  readonly rows: readonly number[];
  /** The negated run's rows, of which the negator is not to be seen. */
  readonly negated: Sequence;
}

/** A row of a set: a row of the negated run, one head of which is to look elsewhere. */
export interface KnockedRow {
  /** The head, from 0. */
  readonly head: number;
  /** The place of the base row among those that are computed without the negator. */
  readonly place: number;
  /** The negator's base row. */
  readonly negator: number;
}

/** What a knock-out computes. */
export interface KnockoutSchedule extends RowSchedule {
  /** The rows of the negated runs. */
  readonly base: readonly { readonly pair: number; readonly position: number }[];
  /** Which base rows are computed a second time, without the negator. */
  readonly unseeing: readonly Sequence[];
  /** For each row of a set what is different in it. */
  readonly changes: readonly KnockedRow[];
  /** All runs, in the order of pairs and heads. */
  readonly runs: readonly KnockedRun[];
}

/**
 * Lays out the knock-out of some pairs.
 *
 * @param pairs The pairs, of which the negated sentences count.
 * @param heads The number of heads.
 */
export function scheduleKnockout(
  pairs: readonly Pick<SchedulePair, "negated" | "negator">[],
  heads: number,
): KnockoutSchedule {
  const [draft, draftUnseeing] = [drafting(), drafting()];
  const positionOf = new Map<string, { pair: number; position: number }>();
  const unseeingOf = new Map<string, { seen: string; negator: number; negatorKey: string }>();
  const changeOf = new Map<string, { head: number; unseeing: string }>();
  const [baseDrafts, unseeingDrafts, drafts]: [Draft[], Draft[], Draft[]] = [[], [], []];
  const runs = pairs.flatMap(({ negated, negator }, pair) => {
    const plain = prefixes(negated);
    plain.forEach((key, position) => {
      if (!positionOf.has(key)) positionOf.set(key, { pair, position });
    });
    draft(baseDrafts, plain);
    const unseeing = plain.map((key) => `${negator}:${key}`);
    unseeing.forEach((key, q) =>
      unseeingOf.set(key, { seen: plain[q]!, negator, negatorKey: plain[negator]! })
    );
    draftUnseeing(unseeingDrafts, unseeing, negator);
    return Array.from({ length: heads }, (_, head) => {
      const keys = plain.map((key, q) => q < negator ? key : `${head} ${unseeing[q]}`);
      keys.slice(negator).forEach((key, i) => {
        changeOf.set(key, { head, unseeing: unseeing[negator + i]! });
      });
      draft(drafts, keys);
      return { pair, head, keys, plain, negator };
    });
  });
  const { base, set, rowsOf, ...sequences } = numberRows(baseDrafts, drafts);
  const places = new Map<string, number>();
  const twice = number(unseeingDrafts, places);
  const changes = set.map((key) => {
    const { head, unseeing } = changeOf.get(key)!;
    return { head, place: places.get(unseeing)!, ...unseeingOf.get(unseeing)! };
  });
  const negators = rowsOf(changes.map(({ negatorKey }) => negatorKey));
  return {
    ...sequences,
    base: base.map((key) => positionOf.get(key)!),
    unseeing: twice.drafts.map(({ keys, first }) => ({
      rows: rowsOf(keys.map((key) => unseeingOf.get(key)!.seen)),
      ...{ first, unseen: unseeingOf.get(keys[0]!)!.negator },
    })),
    starts: rowsOf(changes.map(({ seen }) => seen)),
    changes: changes.map(({ head, place }, i) => ({ head, place, negator: negators[i]! })),
    runs: runs.map(({ pair, head, keys, plain, negator }) => ({
      ...{ pair, head, rows: rowsOf(keys) },
      negated: { rows: rowsOf(plain), first: plain.length - 1, unseen: negator },
    })),
  };
}
