import { assert, assertEquals } from "@std/assert";
import { blockShuffle, shuffleRange } from "../../../lib/stats/cluster_correlation.ts";
import { seededRandom } from "../../../lib/stats/random.ts";

Deno.test("blockShuffle() reaches every order that exchanges equal blocks and shuffles within, equally often", () => {
  const shuffle = blockShuffle(["a", "a", "b", "c", "c", "d"], seededRandom(1));
  const order = Int32Array.of(0, 1, 2, 3, 4, 5);
  const draws = 16_000;
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    shuffle(order);
    counts.set(order.join(""), (counts.get(order.join("")) ?? 0) + 1);
  }
  // a and c exchange or not, each is turned or not, b and d exchange or not.
  const expected = ["01", "10"].flatMap((a) =>
    ["34", "43"].flatMap((c) =>
      [["2", "5"], ["5", "2"]].flatMap(([b, d]) => [a + b + c + d, c + b + a + d])
    )
  );
  assertEquals([...counts.keys()].sort(), expected.sort());
  // Binomial(16 000, 1/16) has standard deviation 31.
  for (const [key, count] of counts) assert(Math.abs(count - 1000) < 5 * 31, `${key}: ${count}`);
});

Deno.test("shuffleRange() leaves places outside the range unchanged", () => {
  const random = seededRandom(2);
  const seen = new Set<string>();
  const order = Int32Array.of(0, 1, 2, 3, 4);
  for (let i = 0; i < 100; i++) {
    shuffleRange(order, { from: 1, to: 4, random });
    seen.add(order.join(""));
  }
  assertEquals([...seen].sort(), ["01234", "01324", "02134", "02314", "03124", "03214"]);
});
