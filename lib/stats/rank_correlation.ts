/** The rank correlation of measured values. */

import { pearson } from "./correlation.ts";
import { ranksBeyond } from "./ranks.ts";

/** Spearman's rho of values with an error of at most `noise`; undefined if there are no ranks of x or of y (see {@linkcode ranksBeyond}). */
export function rankCorrelation(
  x: readonly number[],
  y: readonly number[],
  noise: number,
): number | undefined {
  const [ranksOfX, ranksOfY] = [ranksBeyond(x, noise), ranksBeyond(y, noise)];
  return ranksOfX && ranksOfY && pearson(ranksOfX, ranksOfY);
}
