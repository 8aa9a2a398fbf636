import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { drawPartners } from "../../../lib/experiments/ablate/ablate_text.ts";
import type { AlignedPair } from "../../../lib/study/rows/prepare.ts";

/** A pair of sentences with some numbers of tokens. */
function pair(
  [negated, affirmative]: readonly [string, string],
  [tokens, others] = [7, 7],
): AlignedPair {
  const sentence = (text: string, length: number) => ({
    ...{ sentence: text, pooled: length - 1 },
    ...{ ids: new Array<number>(length).fill(1), tokens: new Array<string>(length).fill("") },
  });
  return {
    ...{ key: `${negated}\n${affirmative}`, negator: 3, alignment: [], roles: [] },
    negated: sentence(negated, tokens),
    affirmative: sentence(affirmative, others),
  };
}

const names = (pairs: readonly AlignedPair[], seed: number) => {
  const partnerOf = drawPartners(pairs, seed);
  return pairs.map((own) => partnerOf(own)?.key.split("\n")[0]);
};

const MANY = Array.from({ length: 12 }, (_, i) => pair([`no ${i}`, `a ${i}`]));

Deno.test("drawPartners() draws another pair of the same lengths, none if there is none", () => {
  const pairs = [
    pair(["no a", "a"]),
    pair(["no b", "b"]),
    pair(["no c", "c"], [7, 6]),
    pair(["no d", "d"], [8, 8]),
  ];
  assertEquals(names(pairs, 0), ["no b", "no a", undefined, undefined]);
});

Deno.test("drawPartners() draws no pair that shares a sentence", () => {
  const pairs = [
    pair(["no a", "a"]),
    pair(["not a", "a"]), // the affirmative sentence of the first
    pair(["no a", "some a"]), // its negated sentence
    pair(["no b", "b"]),
  ];
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(names(pairs, seed)[0], "no b");
    assert(["no b", "no a"].includes(names(pairs, seed)[1]!));
  }
  assertEquals(names(pairs.slice(0, 2), 0), [undefined, undefined]);
});

Deno.test("drawPartners() draws each possible partner about as often, and by the seed", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 1100; seed++) {
    const drawn = names(MANY, seed)[4]!;
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  assertEquals(counts.size, 11);
  assert(!counts.has("no 4"));
  for (const [name, count] of counts) assert(count > 60 && count < 140, `${name}: ${count}`); // 100 each, within 4 deviations
  assertEquals(names(MANY, 3), names(MANY, 3));
  assertNotEquals(names(MANY, 3), names(MANY, 4));
});

Deno.test("drawPartners() tells pairs with the same sentences and other negators apart", () => {
  const twice = { ...MANY[0]!, negator: 5 };
  const partnerOf = drawPartners([...MANY, twice], 0);
  assert([MANY[0]!, twice].every((own) => !partnerOf(own)!.key.startsWith("no 0\n")));
});
