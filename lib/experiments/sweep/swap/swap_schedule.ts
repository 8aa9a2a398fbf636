/**
 * Runs with swapped nodes with the least arithmetic: which vectors must be computed, and what each of them attends to.
 *
 * A run equals its sentence's unchanged run before the negator, and in the blocks below its first swapped node. A vector depends only
 * on the swapped nodes and on the tokens up to its position, so that pairs that begin alike share it. Runs that begin in one block
 * form a set.
 */

import type { Sequence } from "../../../engine/rows/attention_batch.ts";
import type { SwapPair } from "./swapped_run.ts";
import {
  type BaseRow,
  type Draft,
  drafting,
  draftUnpatched,
  number,
  type SchedulePair,
} from "../fast/schedule.ts";

/** Swapped nodes, by block. */
export interface Swap {
  /** The heads of each block, from 0. */
  readonly heads: readonly (readonly number[])[];
  /** Whether each block's MLP is swapped. */
  readonly mlps: readonly boolean[];
}

/** A vector of a set. */
export interface SwapRow {
  /** The base row at the same position of the sentence that runs. */
  readonly own: number;
  /** The base row at the same position of the other sentence. */
  readonly other: number;
  /** The index of what is swapped there; undefined if nothing is. */
  readonly swap: number | undefined;
}

/** A run of a set, at its end token. */
export interface SwapEnd extends SwapRow {
  /** Its rows by position: a number below the count of base rows is a base row, any other a row of the set. */
  readonly rows: readonly number[];
  /** The index of the run in the whole list. */
  readonly run: number;
}

/** The runs whose first swapped node is in one block. */
export interface SwapSet {
  /** The block, from 0. */
  readonly first: number;
  /** The vectors. */
  readonly rows: readonly SwapRow[];
  /** How rows of the set attend to base rows and to one another; base rows have the first numbers. */
  readonly sequences: readonly Sequence[];
  /** The runs; in each, `own` and `other` are indices among the ends of the unchanged runs. */
  readonly ends: readonly SwapEnd[];
}

/** What a group of runs computes. */
export interface SwapSchedule {
  /** The vectors of the unchanged runs. */
  readonly base: readonly BaseRow[];
  /** How base rows attend to one another. */
  readonly baseSequences: readonly Sequence[];
  /** The unchanged runs at their end tokens. */
  readonly baseEnds: readonly Sequence[];
  /** Everything that is swapped somewhere. */
  readonly swaps: readonly Swap[];
  /** The sets, in the order of their blocks. */
  readonly sets: readonly SwapSet[];
  /** The number of runs. */
  readonly runs: number;
}

/** A run of a group. */
interface OwnRun {
  readonly run: number;
  readonly pair: number;
  readonly isNegated: boolean;
  readonly position: number | undefined;
  readonly swap: number;
}

/**
 * Makes the schedule for some pairs with their runs.
 *
 * @param pairs The pairs; their runs are numbered in the order of the pairs.
 * @param layers The number of blocks.
 */
export function scheduleSwaps(pairs: readonly SwapPair[], layers: number): SwapSchedule {
  const sentences = pairs.map(({ pair: { negated, affirmative, negator } }): SchedulePair => (
    { negated: negated.ids, affirmative: affirmative.ids, negator }
  ));
  const draft = drafting();
  const { base: drafts, baseRows, keys } = draftUnpatched(sentences, draft);
  const numbers = new Map<string, number>();
  const base = number(drafts, numbers);
  const sequenceOf = (known: ReadonlyMap<string, number>) => ({ keys, first }: Draft): Sequence => (
    { rows: keys.map((key) => known.get(key)!), first }
  );
  const { swaps, runs } = numberSwaps(pairs, layers);
  const sets = Map.groupBy(runs, ({ swap }) => firstBlock(swaps[swap]!));
  return {
    base: base.keys.map((key) => baseRows.get(key)!),
    baseSequences: base.drafts.map(sequenceOf(numbers)),
    baseEnds: keys.flatMap(({ plain, changed }) =>
      [plain, changed].map((own) => sequenceOf(numbers)({ keys: own, first: own.length - 1 }))
    ),
    swaps,
    sets: [...sets].toSorted(([a], [b]) => a - b).map(([first, own]): SwapSet => {
      const rowOf = new Map<string, SwapRow>();
      const setDrafts: Draft[] = [];
      const draftRow = drafting();
      const placed = own.map(({ run, pair, isNegated, position, swap }) => {
        const { plain, changed } = keys[pair]!;
        const [mine, others] = isNegated ? [changed, plain] : [plain, changed];
        const begin = Math.max(sentences[pair]!.negator, position ?? 0);
        const isSwapped = (q: number) => position === undefined || q === position;
        const rowKeys = mine.map((key, q) => {
          if (q < begin) return key;
          const rowKey = `${swap} ${position ?? "all"} ${key} ${others[q]}`;
          rowOf.set(rowKey, {
            own: numbers.get(key)!,
            other: numbers.get(others[q]!)!,
            swap: isSwapped(q) ? swap : undefined,
          });
          return rowKey;
        });
        draftRow(setDrafts, rowKeys, begin);
        return {
          run,
          pair,
          isNegated,
          keys: rowKeys,
          swap: isSwapped(mine.length - 1) ? swap : undefined,
        };
      });
      const all = new Map(numbers);
      const set = number(setDrafts, all);
      return {
        first,
        rows: set.keys.map((key) => rowOf.get(key)!),
        sequences: set.drafts.map(sequenceOf(all)),
        ends: placed.map(({ run, pair, isNegated, keys, swap }) => ({
          ...{ run, swap, rows: keys.map((key) => all.get(key)!) },
          own: 2 * pair + (isNegated ? 1 : 0),
          other: 2 * pair + (isNegated ? 0 : 1),
        })).toSorted((a, b) => a.rows.length - b.rows.length), // equal lengths attend together
      };
    }),
    runs: runs.length,
  };
}

/** Gives equal swaps one number, and lists all runs. */
function numberSwaps(pairs: readonly SwapPair[], layers: number) {
  const swaps: Swap[] = [];
  const known = new Map<string, number>();
  const runs: OwnRun[] = [];
  pairs.forEach(({ runs: own }, pair) =>
    own.forEach(({ sentence, nodes, position }) => {
      const heads = Array.from({ length: layers }, (): number[] => []);
      const mlps = heads.map(() => false);
      for (const { kind, layer, head } of nodes) {
        if (kind === "mlp") mlps[layer - 1] = true;
        else heads[layer - 1]!.push(head! - 1);
      }
      heads.forEach((ofBlock) => ofBlock.sort((a, b) => a - b));
      const key = `${heads.join("|")} ${mlps}`;
      const swap = known.get(key) ?? swaps.push({ heads, mlps }) - 1;
      known.set(key, swap);
      runs.push({ run: runs.length, pair, isNegated: sentence === "negated", position, swap });
    })
  );
  return { swaps, runs };
}

/** The first block with a swapped node; the last block if there is none, where the unchanged run costs least. */
function firstBlock({ heads, mlps }: Swap): number {
  const first = heads.findIndex((own, block) => own.length > 0 || mlps[block]);
  return first === -1 ? heads.length - 1 : first;
}
