/** Reproducible random numbers: a seed determines every draw. */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { wrongValue } from "../errors.ts";

/** A sequence of draws that is determined by its seed. */
export interface Random {
  /**
   * Draws a whole number from a uniform distribution.
   *
   * @param n The number of possible values, at least 1.
   * @returns A number from 0 to n - 1.
   * @throws {NegscopeError} If n is not a whole number of at least 1.
   */
  below(n: number): number;

  /**
   * Puts values into a random order; every order is equally likely as far as the generator has that many states.
   *
   * @returns A new array; the input does not change.
   */
  shuffle<T>(values: readonly T[]): T[];
}

/**
 * Starts a sequence of draws from the Mersenne Twister MT19937, whose seeding makes the sequences of neighbouring seeds
 * unrelated.
 *
 * @param seed A whole number from 0 to 2^32 - 1.
 * @returns The draws; the same on every machine.
 * @throws {NegscopeError} If the seed is not such a number.
 *
 * @example
 * ```ts
 * import { type Random, seededRandom } from "negscope/stats";
 * import { assertEquals } from "@std/assert";
 *
 * const draw = (random: Random) => [random.below(1000), random.below(1000)];
 * assertEquals(draw(seededRandom(7)), draw(seededRandom(7)));
 * ```
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
