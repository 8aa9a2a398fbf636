import { assertAlmostEquals, assertEquals } from "@std/assert";
import { differenceInterval } from "../../../lib/stats/estimate.ts";

/** Wilson's interval of a share without continuity correction. */
function wilson(hits: number, n: number) {
  const [p, z] = [hits / n, 1.959963984540054];
  const centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return { estimate: p, low: centre - half, high: centre + half };
}

Deno.test("differenceInterval() of two shares with Wilson's intervals is Newcombe's method 10", () => {
  // Newcombe 1998 (Statistics in Medicine 17, 873-890), table II: 56/70 - 48/80, and 9/10 - 3/10
  const published = [
    [wilson(48, 80), wilson(56, 70), 0.0524, 0.3339],
    [wilson(3, 10), wilson(9, 10), 0.1705, 0.809],
  ] as const;
  for (const [first, second, low, high] of published) {
    const bounds = differenceInterval(first, second)!;
    assertAlmostEquals(bounds.low, low, 5e-5);
    assertAlmostEquals(bounds.high, high, 5e-5);
  }
});

Deno.test("differenceInterval() of symmetric intervals adds their half widths in quadrature, and is undefined without an interval", () => {
  const first = { estimate: 1, low: -2, high: 4 };
  const second = { estimate: 6, low: 2, high: 10 };
  assertEquals(differenceInterval(first, second), { low: 0, high: 10 });
  assertEquals(differenceInterval(second, first), { low: -10, high: 0 });
  assertEquals(
    differenceInterval({ estimate: 1, low: undefined, high: undefined }, second),
    undefined,
  );
});
