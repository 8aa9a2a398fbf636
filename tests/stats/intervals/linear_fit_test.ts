import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fitLine } from "../../../lib/stats/intervals/linear_fit.ts";
import fixtures from "../../fixtures/statistics/linear_fits.json" with { type: "json" };
import { assertThrowsCode } from "../../error_codes.ts";

Deno.test("fitLine() equals statsmodels' OLS and the band of its mean", () => {
  for (const { x, y, level, slope, intercept, at, mean, low, high } of fixtures) {
    const fit = fitLine(x, y, { level })!;
    assertAlmostEquals(fit.slope, slope, 1e-13);
    assertAlmostEquals(fit.intercept, intercept, 1e-13);
    assertEquals(fit.n, x.length);
    at.forEach((place, i) => {
      const point = fit.at(place);
      const half = (high[i]! - low[i]!) / 2;
      assertEquals(point.x, place);
      assertAlmostEquals(point.y, mean[i]!, 1e-13);
      assertAlmostEquals(point.low, low[i]!, 1e-7 * half); // jStat's t quantile
      assertAlmostEquals(point.high, high[i]!, 1e-7 * half);
    });
  }
});

Deno.test("fitLine() goes through points on a line, with a band of no width", () => {
  const fit = fitLine([0, 1, 2, 3], [1, 3, 5, 7])!;
  assertEquals([fit.slope, fit.intercept], [2, 1]);
  assertEquals(fit.at(10), { x: 10, y: 21, low: 21, high: 21 });
});

Deno.test("fitLine() has its narrowest band at the mean of x, wider at a higher level", () => {
  const { x, y } = fixtures[3]!;
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const width = (place: number, level: number) => {
    const { low, high } = fitLine(x, y, { level })!.at(place);
    return high - low;
  };
  assert(width(mean, 0.95) < width(mean + 0.1, 0.95));
  assert(width(mean, 0.95) < width(mean - 0.1, 0.95));
  assertAlmostEquals(width(mean, 0.99) / width(mean, 0.95), 2.576 / 1.96, 0.01); // 238 degrees of freedom: nearly normal
});

Deno.test("fitLine() fits no line below three rows or for one x", () => {
  assertEquals(fitLine([1, 2], [1, 2]), undefined);
  assertEquals(fitLine([0.1, 0.1, 0.1], [1, 2, 3]), undefined);
});

Deno.test("fitLine() refuses rows and levels that allow no line", () => {
  assertThrowsCode(
    () => fitLine([1, 2, 3], [1]),
    "sizes-differ",
    "1 values of a column with 3 rows",
  );
  assertThrowsCode(
    () => fitLine([1, 2, Infinity], [1, 2, 3]),
    "value-not-finite",
    "value 2 is Infinity",
  );
  assertThrowsCode(
    () => fitLine([1, 2, 3], [1, 2, 3], { level: 95 }),
    "value-wrong",
    "Cannot give an interval at level 95: expected a share between 0 and 1",
  );
});
