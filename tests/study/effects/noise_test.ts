import { assertEquals } from "@std/assert";
import { effectOnD, lostOfD, residualsDiffer, signOf } from "../../../lib/study/effects/noise.ts";

Deno.test("residualsDiffer() is true of vectors that differ by more than float32 rounding of their length", () => {
  const other = Float32Array.of(30, -40, 0);
  const moved = (change: number) => Float32Array.of(30, -40, change);
  assertEquals(residualsDiffer(moved(5.1e-4), other), true); // 1e-5 of 50 is 5e-4
  assertEquals(residualsDiffer(moved(4.9e-4), other), false);
  assertEquals(residualsDiffer(new Float32Array(3), new Float32Array(3)), false);
});

Deno.test("effectOnD() and lostOfD() count a changed score with the sign of the negated one in d", () => {
  const scores = { s_caption: 20, s_foil: 17 }; // d = 3
  const caption = { ...scores, negation: "caption" } as const;
  const foil = { ...scores, negation: "foil" } as const;
  assertEquals([17, 18, 20].map((changed) => effectOnD(caption, changed)), [0, 1, 3]);
  assertEquals([20, 19, 17].map((changed) => effectOnD(foil, changed)), [0, 1, 3]);
  assertEquals([20, 19, 17].map((changed) => lostOfD(caption, changed)), [0, 1, 3]);
  assertEquals([17, 18, 20].map((changed) => lostOfD(foil, changed)), [0, 1, 3]);
  for (const { negation } of [caption, foil]) {
    const [negated, affirmative] = negation === "caption" ? [20, 17] : [17, 20];
    assertEquals(signOf(negation) * (negated - affirmative), 3);
  }
});
