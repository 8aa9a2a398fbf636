import { assertEquals } from "@std/assert";
import { type PlacedPoint, placeLabels } from "../../../lib/report/charts/point_labels.ts";

const SIZE = { width: 0.1, height: 0.1 };

function point(x: number, y: number, half = 0.01): PlacedPoint {
  return { x, y, low: y - half, high: y + half };
}

function sides(points: readonly PlacedPoint[], others: readonly PlacedPoint[] = []) {
  return placeLabels(points, { size: SIZE, among: [...points, ...others] })
    .map((place) => place?.side);
}

Deno.test("placeLabels() puts a lone label on the right, level with its point", () => {
  const alone = point(0.5, 0.5);
  const places = placeLabels([alone], { size: SIZE, among: [alone] });
  assertEquals(places, [{ side: "right", y: 0.5 }]);
});

Deno.test("placeLabels() goes to the left at the right edge of the plot", () => {
  assertEquals(sides([point(0.95, 0.5)]), ["left"]);
});

Deno.test("placeLabels() goes to the left of a point whose right neighbour is near", () => {
  assertEquals(sides([point(0.5, 0.5)], [point(0.56, 0.5)]), ["left"]);
});

Deno.test("placeLabels() keeps off the interval of another point, not only off the point", () => {
  assertEquals(sides([point(0.5, 0.5)], [point(0.56, 0.9, 0.5)]), ["left"]);
});

Deno.test("placeLabels() goes above where there is no room on either side, else below", () => {
  const middle = point(0.5, 0.5);
  const near = [point(0.56, 0.48), point(0.44, 0.48)];
  const above = placeLabels([middle], { size: SIZE, among: [middle, ...near] });
  assertEquals(above, [{ side: "right", y: 0.575 }]);
  const higher = [point(0.56, 0.52), point(0.44, 0.52)];
  const below = placeLabels([middle], { size: SIZE, among: [middle, ...higher] });
  assertEquals(below, [{ side: "right", y: 0.425 }]);
});

Deno.test("placeLabels() keeps labels off each other, and leaves out the later one of two without room", () => {
  const crowd = [point(0.5, 0.5), point(0.5, 0.5), point(0.5, 0.5), point(0.5, 0.5)];
  const placed = placeLabels(crowd, { size: SIZE, among: [] });
  assertEquals(placed, [
    { side: "right", y: 0.5 },
    { side: "left", y: 0.5 },
    undefined,
    undefined,
  ]);
});
