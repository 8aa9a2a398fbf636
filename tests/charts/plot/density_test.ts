import { assertEquals } from "@std/assert";
import { countDensity } from "../../../lib/charts/plot/points.ts";

Deno.test("countDensity() counts points in equal cells, by column, then upwards", () => {
  const points = [[3.9, 0.1], [0, 0], [0.5, 0.5], [0, 1], [1.9, 1.9]]
    .map(([x, y]) => ({ x: x!, y: y! }));
  assertEquals(countDensity(points, { x: [0, 4], y: [0, 2], columns: 2, rows: 2 }), [
    { x: 0, x2: 2, y: 0, y2: 1, n: 2 },
    { x: 0, x2: 2, y: 1, y2: 2, n: 2 },
    { x: 2, x2: 4, y: 0, y2: 1, n: 1 },
  ]);
});

Deno.test("countDensity() counts points on the far edges, and every point once", () => {
  const points = Array.from({ length: 11 * 11 }, (_, i) => ({ x: i % 11, y: Math.floor(i / 11) }));
  const cells = countDensity(points, { x: [0, 10], y: [0, 10], columns: 3, rows: 7 });
  assertEquals(cells.length, 21);
  assertEquals(cells.reduce((sum, { n }) => sum + n, 0), points.length);
});

Deno.test("countDensity() does not depend on the order of the points", () => {
  const points = Array.from({ length: 50 }, (_, i) => ({ x: (i * 7) % 50, y: (i * 3) % 50 }));
  const grid = { x: [0, 50], y: [0, 50] } as const;
  assertEquals(countDensity(points.toReversed(), grid), countDensity(points, grid));
});
