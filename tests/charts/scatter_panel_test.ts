import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  countRange,
  scatterPanel,
  type ScatterPanelOptions,
} from "../../lib/charts/scatter_panel.ts";
import type { ChartSpec } from "../../lib/charts/spec.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { valueAt } from "./fixtures.ts";

const OPTIONS: ScatterPanelOptions = {
  title: ["a against b"],
  x: { title: ["tokens"], range: [-0.5, 9.5], isCount: true },
  y: { title: ["d"], range: [-4, 4] },
  band: [{ x: 0, y: -1, low: -2, high: 0 }, { x: 5, y: 0.5 }, { x: 10, y: 1, low: 1 / 3, high: 2 }],
};

function at(points: Parameters<typeof scatterPanel>[0], path: string): unknown {
  return valueAt(scatterPanel(points, OPTIONS) as unknown as ChartSpec, path);
}

Deno.test("scatterPanel() draws each of a few points, with its row and both values as a tooltip", () => {
  const points = [{ id: "one", x: 7, y: 1 / 3 }, { id: "two", x: 8, y: -2 }];
  assertEquals(at(points, "layer.0.data.values"), [
    { x: 7, y: 0.333333, tip: "one: tokens 7, d 0.333" },
    { x: 8, y: -2, tip: "two: tokens 8, d −2" },
  ]);
  assertEquals(at(points, "layer.0.mark.type"), "circle");
});

Deno.test("scatterPanel() draws the whole fitted line, its band where it is known, and a line at 0", () => {
  assertEquals(at([], "layer.3.data.values"), [{ x: 0, y: -1 }, { x: 5, y: 0.5 }, { x: 10, y: 1 }]);
  assertEquals(at([], "layer.2.data.values"), [
    { x: 0, low: -2, high: 0 },
    { x: 10, low: 0.333333, high: 2 },
  ]);
  assertEquals(at([], "layer.1.data.values"), [{ zero: 0 }]);
});

Deno.test("scatterPanel() counts more than 2000 points in cells, with one column for each whole number", async () => {
  const many = Array.from({ length: 2001 }, (_, i) => ({ id: `${i}`, x: i % 10, y: 0 }));
  assertEquals(at(many.slice(1), "layer.0.data.values.length"), 2000);
  assertEquals(at(many, "layer.0.mark"), "rect");
  assertEquals(at(many, "layer.0.data.values.length"), 10);
  const cell = at(many, "layer.0.data.values.0") as Record<string, number | string>;
  assertEquals([cell["x"], cell["x2"], cell["n"]], [-0.5, 0.5, 201]);
  assertEquals([cell["y"], cell["y2"]], [0, 0.333333]); // 24 cells from -4 to 4
  assertEquals(cell["tip"], "tokens −0.5 to 0.5, d 0 to 0.333: n = 201");
  assertStringIncludes(await renderSvg(scatterPanel(many, OPTIONS)), "rows in a cell");
});

Deno.test("countRange() ends half-way between whole numbers, with a margin of a twentieth of the range", () => {
  assertEquals(countRange([7, 10, 8]), [6.5, 10.5]);
  assertEquals(countRange([7]), [6.5, 7.5]);
  assertEquals(countRange([0, 40]), [-2.5, 42.5]);
});

Deno.test("scatterPanel() has axes with the given ranges, and ticks at whole numbers for a count", () => {
  const points = [{ id: "one", x: 7, y: 0 }];
  assertEquals(at(points, "layer.0.encoding.x.scale.domain"), [-0.5, 9.5]);
  assertEquals(at(points, "layer.0.encoding.y.scale.domain"), [-4, 4]);
  assertEquals(at(points, "layer.0.encoding.x.axis.tickMinStep"), 1);
  assertEquals(at(points, "layer.0.encoding.y.axis.tickMinStep"), undefined);
});
