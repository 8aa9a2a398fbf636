/** McNemar's test: whether two models are right on equally many of the same rows. */

import { checkLength } from "./columns.ts";
import { normalTail } from "./intervals/interval_tail.ts";

/** What {@linkcode mcnemar} finds. */
export interface McNemar {
  /** Rows that are true of the first only, or more of it. */
  readonly onlyFirst: number;
  /** Rows that are true of the second only, or more of it. */
  readonly onlySecond: number;
  /** The two-sided mid-p-value; 1 if the two agree on every row. */
  readonly pValue: number;
}

/** From so many halves of discordant rows on, the normal distribution gives the mid-p-value to 1e-4. */
const MANY = 6000;

/**
 * McNemar's test with the mid-p-value (Fagerland, Lydersen and Laake 2013): of the rows on which the two differ, each is equally likely to be
 * true of either. The mid-p-value counts half of the probability of what was found, so that the test rejects about as often as it should, where
 * the exact one rejects too rarely.
 *
 * With clusters, the rows of a cluster exchange the two together: each cluster's surplus of rows has either sign with probability 1/2, and
 * the p-value is that of the sum. Without repeated clusters this is the same test. Ties among three or more, of which a third counts, have
 * the normal distribution's.
 *
 * @param first What is true of each row in the first, such as that it is answered correctly; 1/2 of a tie.
 * @param second The same of the second.
 * @param clusters The cluster of every row. @default {every row by itself}
 * @throws {NegscopeError} If the lengths differ.
 *
 * @example
 * ```ts
 * import { mcnemar, type McNemar } from "negscope/stats";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const first = [true, false, false, false, false, false, false, false];
 * const found: McNemar = mcnemar(first, first.map((isTrue) => !isTrue));
 * assertAlmostEquals(found.pValue, 10 / 256);
 * ```
 */
export function mcnemar(
  first: readonly (boolean | number)[],
  second: readonly (boolean | number)[],
  clusters?: readonly string[],
): McNemar {
  checkLength("second", second, first.length);
  if (clusters !== undefined) checkLength("clusters", clusters, first.length);
  const changes = first.map((isTrue, row) => 2 * (Number(second[row]!) - Number(isTrue))); // whole with ties
  const surplus = new Map<string | number, number>();
  for (const [row, change] of changes.entries()) {
    const cluster = clusters === undefined ? row : clusters[row]!;
    surplus.set(cluster, (surplus.get(cluster) ?? 0) + change);
  }
  return {
    onlyFirst: changes.filter((change) => change < 0).length,
    onlySecond: changes.filter((change) => change > 0).length,
    pValue: signedMidP([...surplus.values()].filter((sum) => sum !== 0)),
  };
}

/** P(|S| > |s|) + P(|S| = |s|) / 2 of the sum s, where each term of S has either sign with probability 1/2. */
function signedMidP(terms: readonly number[]): number {
  const found = Math.abs(terms.reduce((sum, term) => sum + term, 0));
  const sizes = terms.map(Math.abs);
  const most = sizes.reduce((sum, size) => sum + size, 0);
  if (most === 0) return 1;
  if (most > MANY || !terms.every(Number.isInteger)) {
    return 2 * normalTail(found / Math.hypot(...sizes));
  }
  let chances = new Float64Array(most + 1); // of how much of the sum is positive
  chances[0] = 1;
  let reach = 0;
  for (const size of sizes) {
    const next = new Float64Array(most + 1);
    for (let at = 0; at <= reach; at++) {
      next[at]! += chances[at]! / 2;
      next[at + size]! += chances[at]! / 2;
    }
    reach += size;
    chances = next;
  }
  return chances.reduce((sum, chance, positive) => {
    const beyond = Math.abs(2 * positive - most) - found;
    return beyond > 0 ? sum + chance : beyond === 0 ? sum + chance / 2 : sum;
  }, 0);
}
