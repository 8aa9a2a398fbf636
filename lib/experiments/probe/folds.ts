/** Which fold each sentence pair is in, and in which controls its labels are exchanged. */

import { NegscopeError } from "../../errors.ts";
import { seededRandom } from "../../stats/random.ts";

/** The place of a sentence pair in a cross-validation. */
export interface Split {
  /** Its fold, from 0. Nothing that is fitted for the pair has seen a pair of this fold. */
  readonly fold: number;
  /** For each control, whether the affirmative sentence is labelled as the negated one and the negated one as affirmative. */
  readonly swapped: readonly boolean[];
}

/** How pairs are split. */
export interface SplitOptions {
  /** The number of folds; with fewer pairs there are as many folds as pairs. */
  readonly folds: number;
  /** Decides which pairs are in a fold, and which have their labels exchanged. */
  readonly seed: number;
}

/** The number of controls: what one labelling has in common with the sentences by chance is alike in all folds, and no interval shows it. */
export const CONTROLS = 5;

/**
 * Deals sentence pairs out to folds. For each control, half of each fold has its labels exchanged, so that the training part has no
 * majority to learn.
 *
 * @param keys The keys of the pairs, each once; their order makes no difference.
 * @param options The number of folds, and the seed.
 * @returns The place of each pair by its key.
 * @throws {NegscopeError} If there are fewer than two pairs.
 */
export function splitPairs(
  keys: Iterable<string>,
  { folds, seed }: SplitOptions,
): ReadonlyMap<string, Split> {
  const sorted = [...new Set(keys)].sort();
  if (sorted.length < 2) {
    throw new NegscopeError("pairs-too-few", {
      problem: `Cannot fit a probe to ${sorted.length} distinct sentence pair`,
      subject: sorted.length,
      reason: "a probe is fitted to some pairs and tested on others",
      expected: "rows with at least two distinct sentence pairs",
      fix: "use more rows",
    });
  }
  const random = seededRandom(seed);
  const count = Math.min(folds, sorted.length);
  const order = random.shuffle(sorted);
  const made = new Map<string, Split>();
  for (let fold = 0; fold < count; fold++) {
    const own = order.filter((_, place) => place % count === fold);
    const controls = Array.from(
      { length: CONTROLS },
      () => new Set(random.shuffle(own).slice(0, Math.floor(own.length / 2))),
    );
    for (const key of own) made.set(key, { fold, swapped: controls.map((set) => set.has(key)) });
  }
  return made;
}
