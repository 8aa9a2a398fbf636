/** Which fold each sentence pair is in, and in which controls its labels are exchanged. */

import { NegscopeError } from "../../errors.ts";
import { type Random, seededRandom } from "../../stats/random.ts";

/** The place of a sentence pair in a cross-validation. */
export interface Split {
  /** Its fold, from 0. Nothing that is fitted for the pair has seen a pair of this fold. */
  readonly fold: number;
  /** For each control, whether the affirmative sentence is labelled as the negated one and the negated one as affirmative. */
  readonly swapped: readonly boolean[];
}

/** How pairs are split. */
export interface SplitOptions {
  /** The number of folds. @default {5, or fewer so that each has two pairs} */
  readonly folds?: number | undefined;
  /** Decides which pairs are in a fold, and which have their labels exchanged. */
  readonly seed: number;
}

/** The number of folds if none is given, with enough pairs. */
export const FOLDS = 5;

/** The most controls: the spread of their accuracies says how much chance there is in that of the probe. */
export const CONTROLS = 10;

/** The fewest pairs of a fold: in a control one of them has its labels exchanged, and the other does not. */
const LEAST = 2;

/** The fewest pairs for two folds. */
export const FEWEST_PAIRS: number = 2 * LEAST;

/** The number of folds for some pairs, each with at least two pairs: that which the user wants, or 5, or as many as there are pairs for. */
export function foldCount(pairs: number, folds?: number): number {
  const most = Math.floor(pairs / LEAST);
  const count = folds ?? Math.max(2, mostFolds(pairs));
  if (count <= most) return count;
  throw new NegscopeError("rows-too-few", {
    problem: `Cannot deal the distinct sentence pairs (${pairs}) out to ${count} folds`,
    subject: pairs,
    reason:
      "each fold needs two, so that the controls can exchange the labels of one and keep those of the other",
    expected: `rows with at least ${LEAST * count} distinct sentence pairs`,
    fix: most < 2 ? "use more rows" : `use more rows, or at most ${most} folds (--folds ${most})`,
  });
}

/** The number of folds for pairs of which a layer may have fewer than the data. */
export function mostFolds(pairs: number, folds = FOLDS): number {
  return Math.min(folds, Math.floor(pairs / LEAST));
}

/**
 * The number of controls for some pairs. Two that are dealt out together have two labellings, and a labelling and its complement are the
 * same control: a fit without intercept answers one as it answers the other.
 *
 * @returns {@linkcode CONTROLS}, or all that there are: 2 for four pairs, 4 for five and six, 8 for seven and eight.
 */
export function controlCount(pairs: number): number {
  return Math.min(CONTROLS, 2 ** (Math.ceil(pairs / 2) - 1));
}

/**
 * Deals sentence pairs out to folds, two at a time. In each control one of the two has its labels exchanged. So every fold, and what
 * remains without it, has as many pairs with exchanged labels as with true ones, and a fit finds no majority. Of an odd number of
 * pairs the last one is alone: chance decides its labels, and the sizes of training parts that have it are odd.
 *
 * No two controls are the same or complements of each other; there are {@linkcode controlCount} of them.
 */
export function splitPairs(
  keys: Iterable<string>,
  { folds, seed }: SplitOptions,
): ReadonlyMap<string, Split> {
  const sorted = [...new Set(keys)].sort();
  const count = foldCount(sorted.length, folds);
  const random = seededRandom(seed);
  const order = random.shuffle(sorted);
  const labellings = drawLabellings(Math.ceil(order.length / 2), random);
  const made = new Map<string, Split>();
  for (let first = 0; first < order.length; first += 2) {
    const fold = first / 2 % count;
    const swapped = labellings.map((labelling) => labelling[first / 2]!);
    made.set(order[first]!, { fold, swapped });
    const second = order[first + 1];
    if (second !== undefined) made.set(second, { fold, swapped: swapped.map((is) => !is) });
  }
  return made;
}

/** One control: for each two pairs that are dealt out together, whether the labels of the first are exchanged. */
type Labelling = readonly boolean[];

/** Draws controls for so many twos of pairs, none the same as another or its complement; where they are few, all there are. */
function drawLabellings(twos: number, random: Random): Labelling[] {
  const number = controlCount(2 * twos);
  if (number < CONTROLS) {
    return Array.from(
      { length: number },
      (_, code) => Array.from({ length: twos }, (_, place) => (code >> place & 1) === 1),
    );
  }
  const coin = () => random.below(2) === 1;
  const ofTwos = Array.from({ length: twos }, () => Array.from({ length: CONTROLS }, coin));
  const drawn = Array.from({ length: CONTROLS }, (_, control) => ofTwos.map((of) => of[control]!));
  const distinct = new Map<string, Labelling>();
  for (let next = 0; distinct.size < CONTROLS; next++) {
    const labelling = drawn[next] ?? Array.from({ length: twos }, coin);
    const key = labelling.map((is) => is === labelling[0] ? "=" : "!").join("");
    if (!distinct.has(key)) distinct.set(key, labelling);
  }
  return [...distinct.values()];
}
