/**
 * The residual sweep with the least arithmetic: which vectors must be computed, and what each of them attends to.
 *
 * For pairs that differ only at one position n. A run patched at layer l and position p equals the affirmative run at positions
 * before p, so that only positions from p on are computed; if p = n, position n is not computed either, since it equals the
 * negated run there. All layers have the same vectors, one set of rows for each layer. A row depends only on the tokens up to its
 * position, so that pairs that begin alike share it.
 */

import { paddedSize, type Sequence } from "../../../engine/rows/attention_batch.ts";

/** Two token sequences of equal length that differ at one position. */
export interface SchedulePair {
  readonly negated: readonly number[];
  readonly affirmative: readonly number[];
  /** The position at which they differ. */
  readonly negator: number;
}

/** A vector of an unpatched run. */
export interface BaseRow {
  /** The pair's index. */
  readonly pair: number;
  readonly sentence: "affirmative" | "negated";
  readonly position: number;
}

/** The run patched at one position of a pair, at any layer. */
export interface PatchedRun {
  /** The pair's index. */
  readonly pair: number;
  /** The patched position. */
  readonly position: number;
  /** Its rows: a number below the count of base rows is a base row, any other a row of the set. */
  readonly rows: readonly number[];
}

/** Which rows attend to which, for any kind of set. */
export interface RowSchedule {
  /** How base rows attend to one another. */
  readonly baseSequences: readonly Sequence[];
  /** For each row of a set, the base row whose values it starts with. */
  readonly starts: readonly number[];
  /** How rows of a set attend to base rows and to one another; base rows have the first numbers. */
  readonly sequences: readonly Sequence[];
}

/** What a sweep computes; a row starts with the negated run's values at the patched position, and elsewhere with the affirmative run's. */
export interface SweepSchedule extends RowSchedule {
  /** The rows of both unpatched runs. */
  readonly base: readonly BaseRow[];
  /** All patched runs, in the order of pairs and positions. */
  readonly runs: readonly PatchedRun[];
}

/** A sequence whose rows are identified by what they depend on and have no numbers yet. */
export interface Draft {
  readonly keys: readonly string[];
  readonly first: number;
}

/**
 * Makes the schedule for some pairs.
 *
 * @param pairs The pairs.
 */
export function scheduleSweep(pairs: readonly SchedulePair[]): SweepSchedule {
  const draft = drafting();
  const { base: baseDrafts, baseRows, keys: unpatched } = draftUnpatched(pairs, draft);
  const starts = new Map<string, string>();
  const drafts: Draft[] = [];
  const runs = pairs.flatMap(({ negator }, pair) => {
    const { plain, changed } = unpatched[pair]!;
    return Array.from({ length: plain.length - negator }, (_, i) => {
      const position = negator + i;
      const keys = plain.map((own, q) => {
        if (q < position) return own;
        if (q === negator) return changed[q]!;
        const key = `${position} ${changed[q]} ${own}`;
        starts.set(key, q === position ? changed[q]! : own);
        return key;
      });
      draft(drafts, keys);
      return { pair, position, keys };
    });
  });
  const { base, set, rowsOf, ...sequences } = numberRows(baseDrafts, drafts);
  return {
    ...sequences,
    base: base.map((key) => baseRows.get(key)!),
    starts: rowsOf(set.map((key) => starts.get(key)!)),
    runs: runs.map(({ pair, position, keys }) => ({ pair, position, rows: rowsOf(keys) })),
  };
}

/** The rows of both unpatched runs of some pairs, identified by what they depend on. */
export interface Unpatched {
  readonly base: Draft[];
  readonly baseRows: ReadonlyMap<string, BaseRow>;
  /** For each pair, the rows of its affirmative and its negated run, by position. */
  readonly keys: readonly {
    readonly plain: readonly string[];
    readonly changed: readonly string[];
  }[];
}

/**
 * Drafts the unpatched runs; before the negator, the negated run equals the affirmative one.
 *
 * @param pairs The pairs.
 * @param draft A function made by {@linkcode drafting}, which knows the drafted rows.
 */
export function draftUnpatched(
  pairs: readonly SchedulePair[],
  draft: ReturnType<typeof drafting>,
): Unpatched {
  const baseRows = new Map<string, BaseRow>();
  const base: Draft[] = [];
  const keys = pairs.map(({ negated, affirmative, negator }, pair) => {
    const plain = prefixes(affirmative);
    const changed = prefixes(negated).map((key, q) =>
      q < negator ? plain[q]! : `${negator}:${key}`
    );
    const runs = [["affirmative", plain], ["negated", changed]] as const;
    for (const [sentence, own] of runs) {
      own.forEach((key, position) => {
        if (!baseRows.has(key)) baseRows.set(key, { pair, sentence, position });
      });
    }
    draft(base, plain);
    draft(base, changed);
    return { plain, changed };
  });
  return { base, baseRows, keys };
}

/** The number of rows of a pair's set, if none are shared: (T - n - 1) + (T - n - 1)(T - n) / 2. */
export function rowsOfPair({ length, negator }: {
  readonly length: number;
  readonly negator: number;
}): number {
  const later = Math.max(0, length - negator - 1);
  return later + later * (later + 1) / 2;
}

/** Makes a function that adds to a list the rows of a sequence that no earlier one has; a sequence's known rows precede its new ones. */
export function drafting(): (list: Draft[], keys: readonly string[], from?: number) => void {
  const known = new Set<string>();
  return (list, keys, from = 0) => {
    const first = keys.findIndex((key, position) => position >= from && !known.has(key));
    if (first === -1) return;
    keys.slice(first).forEach((key) => known.add(key));
    list.push({ keys, first });
  };
}

/** The numbered rows of a group. */
export interface NumberedRows extends Pick<RowSchedule, "baseSequences" | "sequences"> {
  /** What the base rows depend on, in the order of their numbers. */
  readonly base: readonly string[];
  /** What a set's rows depend on, in the order of their numbers, which follow those of the base rows. */
  readonly set: readonly string[];
  /** Finds the numbers of rows by what they depend on. */
  readonly rowsOf: (keys: readonly string[]) => number[];
}

/**
 * Numbers base rows, then the rows of a set.
 *
 * @param baseDrafts The sequences of the base rows.
 * @param drafts The sequences of a set's rows.
 */
export function numberRows(
  baseDrafts: readonly Draft[],
  drafts: readonly Draft[],
): NumberedRows {
  const numbers = new Map<string, number>();
  const base = number(baseDrafts, numbers);
  const set = number(drafts, numbers);
  const rowsOf = (keys: readonly string[]) => keys.map((key) => numbers.get(key)!);
  const sequence = ({ keys, first }: Draft): Sequence => ({ rows: rowsOf(keys), first });
  return {
    ...{ base: base.keys, set: set.keys, rowsOf },
    baseSequences: base.drafts.map(sequence),
    sequences: set.drafts.map(sequence),
  };
}

/** For each position of a sentence, what its vectors depend on: the tokens up to it. */
export function prefixes(ids: readonly number[]): string[] {
  return ids.map((_, position) => `${ids.slice(0, position + 1)}`);
}

/** Numbers rows so that sequences of the same batch are neighbours, as are the rows of a sequence. */
export function number(
  drafts: readonly Draft[],
  numbers: Map<string, number>,
): { readonly drafts: readonly Draft[]; readonly keys: readonly string[] } {
  const size = ({ keys, first }: Draft) => {
    const { queries, keys: padded } = paddedSize({ rows: [...keys.keys()], first });
    return queries * 1000 + padded;
  };
  const sorted = drafts.toSorted((a, b) => size(a) - size(b));
  const keys = sorted.flatMap(({ keys, first }) => keys.slice(first));
  keys.forEach((key) => numbers.set(key, numbers.size));
  return { drafts: sorted, keys };
}
