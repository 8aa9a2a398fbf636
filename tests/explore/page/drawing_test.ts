import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { COLOURS, render, type Shape, SHAPES, SIZE } from "../../../lib/explore/page/drawing.tsx";

/** The area of a black shape in pixels, by how much darker than the ground the picture is. */
function area(shape: Shape, cell = 5): number {
  const pixels = render([{ shape, colour: "black", cell }]);
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum += 185 - pixels[i]!;
  return sum / (185 - COLOURS.black[0]);
}

Deno.test("render() draws each shape with the area of its formula", () => {
  const radius = 7;
  const expected: Partial<Record<Shape, number>> = {
    circle: Math.PI * 0.95 ** 2,
    square: 1.6 ** 2,
    triangle: 1.7 ** 2 / 1.75,
    cross: 0.6 * 1.9 * 2 - 0.6 ** 2,
    ring: Math.PI * (1 - 0.58 ** 2),
    diamond: 2 * 0.65,
    hexagon: 2 * Math.sqrt(3) * 0.85 ** 2,
    star: 10 * 0.5 * 0.42 * Math.sin(Math.PI / 5),
  };
  for (const [shape, share] of Object.entries(expected)) {
    // edges along the samples are off by up to a sixth of a pixel: the square is 34/3 pixels wide instead of 11.2, arms of the cross 4 instead of 4.2
    assertAlmostEquals(area(shape as Shape), share * radius ** 2, 3.5, shape);
  }
});

Deno.test("render() draws every shape within its cell, and nothing else", () => {
  for (const shape of SHAPES) {
    const pixels = render([{ shape, colour: "red", cell: 6 }]);
    assert(area(shape) > 30, shape);
    for (let i = 0; i < pixels.length; i += 4) {
      const [x, y] = [(i / 4) % SIZE, Math.floor(i / 4 / SIZE)];
      const isInside = x >= 32 && x < 48 && y >= 16 && y < 32;
      if (!isInside) assertEquals([...pixels.slice(i, i + 4)], [185, 185, 185, 255]);
    }
  }
});
