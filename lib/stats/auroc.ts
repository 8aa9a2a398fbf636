/** How well scores tell the members of a known set from all others. */

import { NegscopeError } from "../errors.ts";
import { checkColumns } from "./columns.ts";
import { midranks } from "./ranks.ts";

/**
 * The area under the ROC curve: the probability that a member of the set has a larger score than one that is not in it, ties counted half.
 *
 * @param scores The score of each name; the members' should be the largest.
 * @param truth The names in the set.
 * @returns From 0 to 1: 1 if every member has a larger score than every other name, .5 if all scores are the same. Undefined if no name is in the
 * set, or all are.
 * @throws {NegscopeError} If a name in the set has no score, or a score is not finite.
 *
 * @example
 * ```ts
 * import { aurocOf } from "negscope/stats";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = new Map([["head 1.2", 1], ["head 3.3", 0], ["mlp 1", 0]]);
 * assertEquals(aurocOf(scores, ["head 1.2", "head 3.3"]), 0.75);
 * ```
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
  const sum = ofMembers.reduce((sum, rank) => sum + rank, 0);
  return (sum - members.size * (members.size + 1) / 2) / (members.size * others); // Mann and Whitney's U
}
