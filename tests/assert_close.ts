/** A comparison of the embeddings from two engines. */

import { assert, assertEquals } from "@std/assert";

/** The difference between two float32 computations of an embedding, as a share of the largest value. */
const BOUND = 1e-5;

/** Asserts that both have the same places, and nearly the same embedding at each. */
export function assertClose(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): void {
  assertEquals([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [place, embedding] of expected) {
    const largest = Math.max(...embedding.map(Math.abs));
    embedding.forEach((x, i) => {
      const difference = Math.abs(found.get(place)![i]! - x) / largest;
      assert(difference <= BOUND, `${place}: off by ${difference}`);
    });
  }
}
