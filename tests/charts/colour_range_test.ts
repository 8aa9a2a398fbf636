import { assertAlmostEquals, assertEquals } from "@std/assert";
import { colourBound, colourRange, colourScale, colourTicks } from "../../lib/charts/value_map.ts";

Deno.test("colourRange() ends at round values beyond the lowest and the highest, and includes 0", () => {
  assertEquals(colourRange([0.02, 0.385]), { low: 0, high: 0.4 });
  assertEquals(colourRange([-0.61, -0.2]), { low: -0.62, high: 0 });
  assertEquals(colourRange([-0.05, 0.9]), { low: -0.05, high: 0.9 });
  assertEquals([colourRange([0, 0]), colourRange([])], [{ low: 0, high: 1 }, { low: 0, high: 1 }]);
});

Deno.test("colourRange() does not let an outlier bleach the other values", () => {
  const range = colourRange([-9, 0.3, 0.7], 1);
  assertEquals(range, { low: -1, high: 0.7 });
  assertEquals(colourBound(range), 1);
});

Deno.test("colourScale() gives 0 the middle of the scheme, and a value and its negative the same distance from it", () => {
  const { scheme: { extent: [from, to] }, domain } = colourScale({ low: -0.25, high: 1 });
  const place = (value: number) =>
    from! + (to! - from!) * (value - domain[0]!) / (domain[1]! - domain[0]!);
  assertAlmostEquals(place(0), 0.5, 1e-12);
  assertAlmostEquals(place(0.25) - 0.5, 0.5 - place(-0.25), 1e-12);
  assertEquals(colourScale({ low: 0, high: 0.4 }).scheme.extent, [0.5, 1]); // no blue in the legend
});

Deno.test("colourTicks() labels 0 and both ends, or the middle instead of an end next to 0", () => {
  assertEquals(colourTicks({ low: -0.5, high: 0.84 }), [-0.5, 0, 0.84]);
  assertEquals(colourTicks({ low: 0, high: 0.4 }), [0, 0.2, 0.4]);
  assertEquals(colourTicks({ low: -0.02, high: 1 }), [0, 0.5, 1]);
  assertEquals(colourTicks({ low: -1, high: 0.1 }), [-1, -0.5, 0]);
});
