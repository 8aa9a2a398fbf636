import { assertEquals } from "@std/assert";
import { isDetermined, withoutBounds } from "../../../lib/stats/estimate.ts";

Deno.test("isDetermined() goes by the interval of the mean, whatever the signs of the values", () => {
  const of = (low: number, high: number) => isDetermined({ low, high }, [-1, 2]);
  assertEquals([of(0.1, 2), of(-2, -0.1)], [true, true]);
  assertEquals([of(-0.1, 2), of(0, 2), of(-2, 0)], [false, false, false]);
  assertEquals(isDetermined({ low: -0.1, high: 2 }, [1, 2]), false);
});

Deno.test("isDetermined() asks without an interval whether two values differ in sign", () => {
  const of = (...values: number[]) =>
    isDetermined(withoutBounds(undefined), Float64Array.from(values));
  assertEquals([of(1, 2, 0), of(-1, 0, -3)], [true, true]);
  assertEquals(of(1, -1e-9), false);
});
