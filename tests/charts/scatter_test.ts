import { assertEquals } from "@std/assert";
import { type PlacedPoint, placeLabels } from "../../lib/charts/scatter.ts";

const OPTIONS = { size: { width: 0.1, height: 0.1 }, level: 0 };

function point(x: number, y: number, half = 0.01): PlacedPoint {
  return { x, y, low: y - half, high: y + half };
}

/** The places of some points' labels among other points. */
function places(points: readonly PlacedPoint[], others: readonly PlacedPoint[] = []) {
  return placeLabels(points, { ...OPTIONS, among: [...points, ...others] });
}

const MIDDLE = point(0.5, 0.5);
const TALL = point(0.5, 0.5, 0.125);
const NEAR = [point(0.56, 0.47), point(0.44, 0.47)];

const PLACES: readonly [name: string, PlacedPoint, PlacedPoint[], { side: string; y: number }?][] =
  [
    ["puts a lone label on the right, level with its point", MIDDLE, [], { side: "right", y: 0.5 }],
    ["goes to the left at the right edge", point(0.95, 0.5), [], { side: "left", y: 0.5 }],
    ["goes to the left of a neighbour", MIDDLE, [point(0.56, 0.5)], { side: "left", y: 0.5 }],
    ["avoids another interval", MIDDLE, [point(0.56, 0.9, 0.5)], { side: "left", y: 0.5 }],
    ["goes above its interval without room beside it", TALL, NEAR, { side: "above", y: 0.675 }],
    ["else below", TALL, [...NEAR, point(0.53, 0.65)], { side: "below", y: 0.325 }],
    ["names no nearer point", MIDDLE, [point(0.53, 0.5), point(0.47, 0.5)]],
  ];

for (const [name, labelled, others, place] of PLACES) {
  Deno.test(`placeLabels() ${name}`, () =>
    assertEquals(places([labelled], others), [place as never]));
}

Deno.test("placeLabels() avoids the line across the plot", () => {
  const on = point(0.5, 0.5);
  assertEquals(placeLabels([on], { ...OPTIONS, level: 0.5, among: [on] }), [
    { side: "above", y: 0.56 },
  ]);
});

Deno.test("placeLabels() keeps labels apart and leaves out the last ones if there is no room", () => {
  const same = Array.from({ length: 5 }, () => point(0.5, 0.5));
  const found = placeLabels(same, { ...OPTIONS, among: [] });
  assertEquals(found.map((place) => place?.side), [
    "right",
    "left",
    undefined,
    undefined,
    undefined,
  ]);
});
