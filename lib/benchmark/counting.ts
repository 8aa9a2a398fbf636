/** How a row counts: by its scores alone, and by the rule of a published script. */

import type { Rule } from "./formats/format.ts";

export interface Counted {
  /** 1/k if the right option is one of k that share the largest score; otherwise 0. */
  readonly share: number;
  readonly first: boolean;
  readonly tied: number;
}

/** @param tie How far below the largest score one still shares it. @default {0} */
export function countRow(scores: ArrayLike<number>, right: number, tie = 0): Counted {
  const all = Array.from(scores);
  const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const isLargest = all.map((score) => most - score <= tie);
  const tied = isLargest.filter(Boolean).length;
  return { share: isLargest[right] ? 1 / tied : 0, first: all.indexOf(most) === right, tied };
}

/**
 * Whether a published script counts a row as right. Under `first` it takes the first option with the largest score, in the order of the file;
 * under `strict` every other option must be below the right one.
 */
export function countedByRule(scores: ArrayLike<number>, right: number, rule: Rule): boolean {
  const { share, first, tied } = countRow(scores, right);
  return rule === "first" ? first : share === 1 && tied === 1;
}
