/** Correlation of two columns, by values and by ranks, and how well scores tell the members of a known set. */

import { centre, checkColumns, innerProduct, isConstant, norm, sumOf } from "./columns.ts";
import { NegscopeError } from "../errors/errors.ts";

/** The rank of each value from 1 up, in the order of the input; tied values share the mean of their ranks. */
function midranks(values: readonly number[]): Float64Array {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let i = first; i < end; i++) ranks[order[i]!] = (first + end + 1) / 2;
  }
  return ranks;
}

/**
 * Pearson's correlation coefficient of two columns, from -1 to 1; undefined with fewer than three rows, since any two points lie on a line,
 * or if x or y is the same in all rows.
 *
 * @example
 * ```ts
 * import { pearson, spearman } from "negscope/stats";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(pearson([1, 2, 3, 4], [1, 3, 2, 4])!, 0.8);
 * assertAlmostEquals(spearman([1, 2, 3, 4], [1, 30, 2, 400])!, 0.8);
 * ```
 */
export function pearson(x: readonly number[], y: readonly number[]): number | undefined {
  checkColumns([x, y]);
  if (x.length < 3 || isConstant(x) || isConstant(y)) return undefined;
  const [a, b] = [centre(x), centre(y)];
  const r = innerProduct(a, b) / norm(a) / norm(b);
  return Number.isFinite(r) ? Math.min(1, Math.max(-1, r)) : undefined;
}

/** Spearman's rank correlation coefficient: {@linkcode pearson} of the ranks; tied values share the mean of their ranks. */
export function spearman(x: readonly number[], y: readonly number[]): number | undefined {
  checkColumns([x, y]);
  return pearson([...midranks(x)], [...midranks(y)]);
}

/** Spearman's rho of values with an error of at most `noise`; undefined if one is missing, or x or y differ by no more than the error. */
export function rankCorrelation(
  x: readonly number[],
  y: readonly number[],
  noise: number,
): number | undefined {
  const isKnown = [x, y].every((all) => all.every(Number.isFinite) && !isConstant(all, noise));
  return isKnown ? spearman(x, y) : undefined;
}

/**
 * The area under the ROC curve: the probability that a member of the set has a larger score than one that is not in it, ties counted half.
 *
 * @param scores The score of each name; the members' should be the largest.
 * @param truth The names in the set.
 * @returns From 0 to 1: 1 if every member has a larger score than every other name, .5 if all scores are the same. Undefined if no name is in the
 * set, or all are.
 */
export function aurocOf(
  scores: ReadonlyMap<string, number>,
  truth: Iterable<string>,
): number | undefined {
  const members = new Set(truth);
  for (const name of members) {
    if (scores.has(name)) continue;
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot compare scores with a set that has "${name}"`,
      reason: "it has no score",
      expected: "a score for every name in the set",
      fix: "give what is not scored the least score",
    });
  }
  const [names, values] = [[...scores.keys()], [...scores.values()]];
  checkColumns([values]);
  const others = values.length - members.size;
  if (members.size === 0 || others === 0) return undefined;
  const ranks = midranks(values);
  const ofMembers = ranks.filter((_, i) => members.has(names[i]!));
  const sum = sumOf(ofMembers);
  return (sum - members.size * (members.size + 1) / 2) / (members.size * others); // Mann and Whitney's U
}
