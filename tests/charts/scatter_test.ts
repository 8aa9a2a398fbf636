import { assertEquals } from "@std/assert";
import { type PlacedPoint, placeLabels } from "../../lib/charts/scatter.ts";

function point(x: number, y: number, half = 0.01): PlacedPoint {
  return { x, y, low: y - half, high: y + half };
}

/** The sides of some points' labels, a tenth wide and high, among other points. */
function sides(points: readonly PlacedPoint[], others: readonly PlacedPoint[] = []) {
  return placeLabels(points, {
    size: { width: 0.1, height: 0.1 },
    among: [...points, ...others],
  });
}

Deno.test("placeLabels() puts a label right of its point, or left, inside the plot and over nothing", () => {
  const middle = point(0.5, 0.5);
  assertEquals(sides([middle]), ["right"]);
  assertEquals(sides([point(0.95, 0.5)]), ["left"]); // at the right edge
  assertEquals(sides([middle], [point(0.56, 0.5)]), ["left"]); // beside a point
  assertEquals(sides([middle], [point(0.56, 0.9, 0.5)]), ["left"]); // beside an interval
  assertEquals(sides([middle], [point(0.56, 0.5), point(0.44, 0.5)]), [undefined]);
});

Deno.test("placeLabels() keeps labels apart and leaves out the last ones if there is no room", () => {
  const same = Array.from({ length: 4 }, () => point(0.5, 0.5));
  const found = placeLabels(same, { size: { width: 0.1, height: 0.1 }, among: [] });
  assertEquals(found, ["right", "left", undefined, undefined]);
});
