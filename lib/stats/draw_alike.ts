/** Random sets of the same make-up as another. */

import type { Random } from "./random.ts";

/** Draws as many of each kind as a set has, of all that there are; kinds are in the order of the latter. */
export function drawAlike<Own>(
  set: readonly Own[],
  all: readonly Own[],
  { kindOf, random }: { readonly kindOf: (one: Own) => string; readonly random: Random },
): Own[] {
  return [...Map.groupBy(all, kindOf)].flatMap(([kind, of]) =>
    random.shuffle(of).slice(0, set.filter((one) => kindOf(one) === kind).length)
  );
}
