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

/** Draws this many times as many sets as are wanted before it is taken that there are no more. */
const TRIES = 50;

/** Draws different sets, whatever the order of their members, none of them empty or an excluded one: up to a count, as far as there are so many. */
export function drawDistinct<Own>(
  draw: () => readonly Own[],
  { count, keyOf, excluded = [] }: {
    readonly count: number;
    readonly keyOf: (one: Own) => string;
    readonly excluded?: readonly (readonly Own[])[];
  },
): (readonly Own[])[] {
  const keyOfSet = (set: readonly Own[]) => set.map(keyOf).sort().join();
  const seen = new Set([[], ...excluded].map(keyOfSet));
  const sets: (readonly Own[])[] = [];
  for (let tries = count * TRIES; tries > 0 && sets.length < count; tries--) {
    const set = draw();
    const key = keyOfSet(set);
    if (!seen.has(key)) sets.push(set);
    seen.add(key);
  }
  return sets;
}
