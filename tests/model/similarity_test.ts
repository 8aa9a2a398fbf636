import { assertAlmostEquals, assertEquals } from "@std/assert";
import { similarity } from "../../lib/model/families.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("similarity() is 100 x the cosine of the angle between the vectors", () => {
  assertEquals(similarity([3, 0], [0, 5]), 0);
  assertEquals(similarity([3, 4], [6, 8]), 100);
  assertEquals(similarity([3, 4], [-3, -4]), -100);
  for (const degrees of [0, 1, 60, 89, 120, 179]) {
    const angle = degrees * Math.PI / 180;
    const vector = [2 * Math.cos(angle), 2 * Math.sin(angle)];
    assertAlmostEquals(similarity([1, 0], vector), 100 * Math.cos(angle), 1e-12); // float64 rounding
  }
  assertAlmostEquals(similarity([1, 1, 1, 1], [1, 0, 0, 0]), 50, 1e-12);
});

Deno.test("similarity() does not change with the vectors' lengths, of whatever size", () => {
  const text = Float32Array.of(0.25, -0.5, 1);
  const image = Float32Array.of(1, 0.5, 0.125);
  const score = similarity(text, image);
  for (const factor of [2 ** -60, 2 ** 60]) { // powers of two scale float32 without rounding
    assertEquals(similarity(text.map((x) => x * factor), image), score);
  }
});

Deno.test("similarity() computes in double precision", () => {
  // 1 - cos = 2^-25 / 2 at an angle of 2^-12.5: lost in float32, whose neighbour of 1 is 1 - 2^-24.
  const angle = 2 ** -12.5;
  assertAlmostEquals(100 - similarity([1, 0], [1, Math.tan(angle)]), 50 * angle ** 2, 1e-12);
});

Deno.test("similarity() refuses embeddings of different sizes", () => {
  assertThrowsCode(
    () => similarity([1, 2, 3], [1, 2]),
    "sizes-differ",
    "a text embedding of 3 values with an image embedding of 2",
  );
});
