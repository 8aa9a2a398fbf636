import { assertEquals } from "@std/assert";
import { drawn, niceCeil, shortNumber } from "../../../lib/report/charts/spec.ts";

Deno.test("drawn() keeps 6 significant digits", () => {
  assertEquals([2 / 3, -123456.7, 1e-9 / 3, 0].map(drawn), [0.666667, -123457, 3.33333e-10, 0]);
});

Deno.test("shortNumber() prints two digits without the leading 0, and only exact whole numbers as such", () => {
  const values = [0.316, -0.052, 1.04, 1, 0, -0.004, 0.996, -1, 0.5];
  const texts = [".32", "−.05", "1.04", "1", "0", ".00", "1.00", "−1", ".50"];
  assertEquals(values.map(shortNumber), texts);
});

Deno.test("niceCeil() ends a range a little above its largest value, without float dust", () => {
  const values = [1, 1.0000001, 1.04, 0.36, 0.4, 0.0341, 14, 0, -Infinity];
  assertEquals(values.map(niceCeil), [1, 1, 1.2, 0.36, 0.4, 0.036, 14, 1, 1]);
});
