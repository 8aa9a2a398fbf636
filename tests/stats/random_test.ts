import { assert, assertEquals } from "@std/assert";
import { drawAlike, drawDistinct, randomHalf, seededRandom } from "../../lib/stats/random.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("seededRandom() draws MT19937's reference numbers", () => {
  // Matsumoto and Nishimura's generator, seed 5489 as in C++'s std::mt19937: the 1st and the 10000th 32-bit output.
  // pure-rand lays its numbers from -2^31 on, so a draw below 2^32 is the output plus 2^31.
  const random = seededRandom(5489);
  const draws = Array.from({ length: 10_000 }, () => random.below(2 ** 32));
  assertEquals((draws[0]! + 2 ** 31) % 2 ** 32, 3499211612);
  assertEquals((draws.at(-1)! + 2 ** 31) % 2 ** 32, 4123659995);
});

Deno.test("seededRandom().shuffle() reaches every order equally often and keeps its input", () => {
  const random = seededRandom(3);
  const letters = ["a", "b", "c"];
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(letters).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(letters, ["a", "b", "c"]);
  assertEquals([...counts.keys()].sort(), ["abc", "acb", "bac", "bca", "cab", "cba"]);
  // Binomial(6000, 1/6) has standard deviation 29.
  for (const count of counts.values()) assert(Math.abs(count - 1000) < 5 * 29, `${count}`);
});

Deno.test("seededRandom() refuses a seed that it could not distinguish from another, and an empty range", () => {
  for (const seed of [-1, 0.5, 2 ** 32, NaN]) {
    assertThrowsCode(() => seededRandom(seed), `value-wrong: Cannot seed with ${seed}`);
  }
  const random = seededRandom(0);
  assertEquals(random.below(1), 0);
  for (const n of [0, -3, 1.5]) {
    assertThrowsCode(
      () => random.below(n),
      `value-wrong: Cannot draw a whole number below ${n}: expected a whole number from 1`,
    );
  }
});

Deno.test("randomHalf() keeps groups together, in halves of equally many, whatever the order of the rows", () => {
  const groups = [..."aabcccdeefg"]; // seven groups
  const halves = Array.from({ length: 200 }, (_, seed) => randomHalf(groups, seed)!);
  for (const isFirst of halves) {
    const first = new Set(groups.filter((_, row) => isFirst[row]));
    assertEquals(first.size, 4);
    assertEquals(isFirst, groups.map((group) => first.has(group)));
  }
  // "a" is in the first half with probability 4 / 7, .571; 200 draws have a standard error of .035.
  const share = halves.filter(([first]) => first).length / halves.length;
  assert(Math.abs(share - 4 / 7) < 0.12, `${share}`);
  assertEquals(randomHalf(groups.toReversed(), 4)!.toReversed(), halves[4]);
  assertEquals(randomHalf(["a", "a"], 0), undefined);
  assertEquals(randomHalf(["b", "a"], 0)!.toSorted(), [false, true]);
});

Deno.test("drawAlike() draws as many of each kind as a set has, each equally often", () => {
  const all = ["a1", "b1", "a2", "b2", "a3"];
  const random = seededRandom(6);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 3000; draw++) {
    const drawn = drawAlike(["b1", "a1", "a2"], all, { kindOf: (one) => one[0]!, random });
    assertEquals(drawn.map((one) => one[0]), ["a", "a", "b"]);
    assertEquals(new Set(drawn).size, 3);
    for (const one of drawn) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  // four standard deviations of 3000 draws at 2/3 and at 1/2
  for (const one of all) {
    const expected = one.startsWith("a") ? 2000 : 1500;
    assert(Math.abs(counts.get(one)! - expected) < 4 * Math.sqrt(750), `${counts.get(one)}`);
  }
});

Deno.test("drawDistinct() draws different sets up to a count, none of them empty or excluded, as far as there are so many", () => {
  const sets = [["a"], ["b", "a"], [], ["a", "b"], ["c"], ["c"], ["d"]];
  let draws = 0;
  const draw = () => sets[draws++ % sets.length]!;
  const of = (count: number) => {
    draws = 0;
    return drawDistinct(draw, { count, keyOf: String, excluded: [["c"]] });
  };
  assertEquals(of(2), [["a"], ["b", "a"]]);
  assertEquals([of(1), draws], [[["a"]], 1]);
  assertEquals(of(0), []);
  assertEquals([of(4), draws], [[["a"], ["b", "a"], ["d"]], 200]); // 50 tries for each
});
