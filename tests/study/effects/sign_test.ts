import { assertEquals } from "@std/assert";
import { effectOnD, signOf } from "../../../lib/study/effects/noise.ts";

Deno.test("effectOnD() counts a change of the affirmative score with the sign of the negated one in d", () => {
  const scores = { s_caption: 20, s_foil: 17 }; // d = 3
  const caption = { ...scores, negation: "caption" } as const;
  const foil = { ...scores, negation: "foil" } as const;
  assertEquals([17, 18, 20].map((changed) => effectOnD(caption, changed)), [0, 1, 3]);
  assertEquals([20, 19, 17].map((changed) => effectOnD(foil, changed)), [0, 1, 3]);
  for (const { negation } of [caption, foil]) {
    const [negated, affirmative] = negation === "caption" ? [20, 17] : [17, 20];
    assertEquals(signOf(negation) * (negated - affirmative), 3);
  }
});
