import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { randomHalves } from "../../lib/stats/random.ts";

Deno.test("randomHalves() keeps groups together, in halves of equally many, whatever the order of the rows", () => {
  const groups = [..."aabcccdeefg"]; // seven groups
  const halves = randomHalves(groups, { seed: 4, divisions: 200 });
  assertEquals(halves.length, 200);
  for (const isFirst of halves) {
    const first = new Set(groups.filter((_, row) => isFirst[row]));
    assertEquals(first.size, 4);
    assertEquals(isFirst, groups.map((group) => first.has(group)));
  }
  // "a" is in the first half with probability 4 / 7, .571; 200 draws have a standard error of .035.
  const share = halves.filter(([first]) => first).length / halves.length;
  assert(Math.abs(share - 4 / 7) < 0.12, `${share}`);
  const reversed = randomHalves(groups.toReversed(), { seed: 4, divisions: 200 });
  assertEquals(reversed.map((isFirst) => isFirst.toReversed()), halves);
  assertNotEquals(randomHalves(groups, { seed: 5, divisions: 200 }), halves);
  assertEquals(randomHalves(["a", "a"], { seed: 0, divisions: 3 }), []);
});
