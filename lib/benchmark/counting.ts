/** How a row counts: by its scores alone, and by the rule of a published script. */

import type { Rule } from "./formats/format.ts";

export interface Counted {
  /** 1/k if the right option is one of k that share the largest score; otherwise 0. */
  readonly share: number;
  readonly first: boolean;
  readonly tied: number;
}

export function countRow(scores: ArrayLike<number>, right: number): Counted {
  let [most, place, tied] = [-Infinity, 0, 0];
  for (let option = 0; option < scores.length; option++) {
    const score = scores[option]!;
    if (score > most) [most, place, tied] = [score, option, 1];
    else if (score === most) tied++;
  }
  return { share: scores[right] === most ? 1 / tied : 0, first: place === right, tied };
}

/**
 * Whether a published script counts a row as right. Under `first` it takes the first option with the largest score, in the order of the file;
 * under `strict` every other option must be below the right one.
 */
export function countedByRule(scores: ArrayLike<number>, right: number, rule: Rule): boolean {
  const { share, first, tied } = countRow(scores, right);
  return rule === "first" ? first : share === 1 && tied === 1;
}
