/**
 * The knock-out of heads with the least arithmetic: which vectors must be computed, and what each of them attends to.
 *
 * A run without a head's attention to the negator equals the negated run at positions before the negator and in earlier blocks.
 * All blocks have the same vectors, one set of rows for each block: a row for each head and each position from the negator on. A
 * row depends only on the tokens up to its position, so that sentences that begin alike share it.
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

/** The run without one head's attention to the negator, in any block. */
export interface KnockedRun {
  /** The pair's index. */
  readonly pair: number;
  /** The head, from 0. */
  readonly head: number;
  /** Its rows: a number below the count of base rows is a base row, any other a row of the set. */
  readonly rows: readonly number[];
  /** The negated run's rows; the negator among them gets no attention. */
  readonly negated: Sequence;
}

/** A row of a set: a row of the negated run with one head that does not attend to the negator. */
export interface KnockedRow {
  /** The head, from 0. */
  readonly head: number;
  /** The base row's place among the rows that are computed without the negator. */
  readonly place: number;
  /** The negator's base row. */
  readonly negator: number;
}

/** What a knock-out computes. */
export interface KnockoutSchedule extends RowSchedule {
  /** The rows of the negated runs. */
  readonly base: readonly { readonly pair: number; readonly position: number }[];
  /** The base rows that are computed a second time, without the negator. */
  readonly unseeing: readonly Sequence[];
  /** How each row of a set differs from its base row. */
  readonly changes: readonly KnockedRow[];
  /** All runs, in the order of pairs and heads. */
  readonly runs: readonly KnockedRun[];
}

/**
 * Makes the schedule for some pairs.
 *
 * @param pairs The pairs; only their negated sentences are used.
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
