/** How changes of S count in d = S(caption) - S(foil). */

import type { RowScores } from "../../tables/estimates.ts";

/** The sign that S of the negated sentence has in d: +1 where the caption is negated, -1 where the foil is. */
export function signOf(negation: string): 1 | -1 {
  return negation === "caption" ? 1 : -1;
}

/**
 * What a changed score of the affirmative sentence is as a part of d: sign x (changed - S of the affirmative sentence). Returns 0 for the
 * unchanged score, d for the score of the negated sentence; never -0.
 */
export function effectOnD(
  { negation, s_caption, s_foil }: RowScores,
  changed: number,
): number {
  return signOf(negation) === 1 ? changed - s_foil : s_caption - changed;
}
