/** Reproducible random numbers: a seed determines every draw; sets of the same make-up as another, and halves of rows. */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { wrongValue } from "../errors/errors.ts";

/** A sequence of draws that is determined by its seed. */
export interface Random {
  /** Draws a whole number from 0 to n - 1 from a uniform distribution. */
  below(n: number): number;

  /** A new array of the values in a random order; every order is equally likely as far as the generator has that many states. */
  shuffle<T>(values: readonly T[]): T[];
}

/**
 * Starts a sequence of draws from the Mersenne Twister MT19937, whose seeding makes the sequences of neighbouring seeds
 * unrelated. The draws are the same on every machine.
 *
 * @param seed A whole number from 0 to 2^32 - 1.
 */
export function seededRandom(seed: number): Random {
  if (seed !== seed >>> 0) {
    throw wrongValue("seed with", seed, "a whole number from 0 to 4294967295");
  }
  const generator = mersenne(seed);

  function below(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw wrongValue("draw a whole number below", n, "a whole number from 1");
    }
    return uniformInt(generator, 0, n - 1);
  }

  function shuffle<T>(values: readonly T[]): T[] {
    const order = values.map((_, index) => index); // Fisher and Yates, in Durstenfeld's form
    for (let last = order.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order.map((index) => values[index]!);
  }

  return { below, shuffle };
}

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

/** Divides groups of rows into halves, the first with one group more of an odd number. None if there is only one group. */
export function randomHalf(
  groups: readonly string[],
  seed: number,
): readonly boolean[] | undefined {
  const keys = [...new Set(groups)].sort();
  if (keys.length < 2) return undefined;
  const random = seededRandom(seed);
  const first = new Set(random.shuffle(keys).slice(0, Math.ceil(keys.length / 2)));
  return groups.map((group) => first.has(group));
}
