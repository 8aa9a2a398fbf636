/** Random halves of rows, for how well a method agrees with itself. */

import { seededRandom } from "./random.ts";

/** How often rows are divided for a noise ceiling. */
export const DIVISIONS = 20;

/**
 * Divides groups of rows into halves, whatever the order of the rows; of an odd number, the first half has one group more. Returns for each
 * division whether each row is in the first half; none if there is only one group.
 */
export function randomHalves(
  groups: readonly string[],
  { seed, divisions }: { readonly seed: number; readonly divisions: number },
): (readonly boolean[])[] {
  const keys = [...new Set(groups)].sort();
  const random = seededRandom(seed);
  return Array.from({ length: keys.length < 2 ? 0 : divisions }, () => {
    const first = new Set(random.shuffle(keys).slice(0, Math.ceil(keys.length / 2)));
    return groups.map((group) => first.has(group));
  });
}
