/** The two directions of patching: into the affirmative run, or into the negated one. */

import type { SweepSentences } from "./cells.ts";

/**
 * Which run is patched.
 *
 * - `denoise`: the negated sentence's value goes into the run of the affirmative one; the effect is what the value suffices for.
 * - `noise`: the affirmative sentence's value goes into the run of the negated one; the effect is what is lost without the value.
 */
export type Direction = "denoise" | "noise";

/** Both directions, the paper's first. */
export const DIRECTIONS: readonly Direction[] = ["denoise", "noise"];

/**
 * Swaps the sentences of a pair, so that a sweep puts values of the affirmative sentence into runs of the negated one. Returns the
 * sentences in each other's place, and for each position of the affirmative sentence its counterpart, if any, in the negated one.
 */
export function swapSentences(
  { negated, affirmative, alignment, negator }: SweepSentences,
): SweepSentences {
  const counterparts = new Array<number | undefined>(affirmative.ids.length).fill(undefined);
  for (const [position, target] of alignment.entries()) {
    if (target !== undefined) counterparts[target] = position;
  }
  return {
    negated: affirmative,
    affirmative: negated,
    alignment: counterparts,
    negator: alignment[negator] ?? negator,
  };
}
