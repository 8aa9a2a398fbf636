import { assertEquals } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { DrawingThread } from "../../lib/draw/drawing_thread.ts";
import { drawPictures } from "../../lib/draw/pictures.ts";
import { assertRejectsCode } from "../error_codes.ts";

const PICTURES = { formats: ["svg"], preset: SCREEN } as const;

/** A chart of some rows with a formula. */
function computing(formula: string, rows = 1): object {
  return {
    data: { values: Array.from({ length: rows }, (_, a) => ({ a })) },
    transform: [{ calculate: formula, as: "b" }],
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative" }, text: { field: "b" } },
  };
}

Deno.test("DrawingThread draws the same bytes as this thread does, and throws the same errors", async () => {
  await using thread = new DrawingThread();
  const spec = { ...computing("datum.a * 2"), encoding: { x: { field: "b", type: "ordinal" } } };
  assertEquals(await thread.draw(spec, PICTURES), await drawPictures(spec, PICTURES));
  await assertRejectsCode(() => thread.draw({ mark: "no such" }, PICTURES), "chart-invalid");
});

Deno.test("DrawingThread ends a chart that takes too long or too much memory", async () => {
  const charts = [computing("sequence(0, 1e9)"), computing("sequence(0, 1e6)", 200)];
  await Promise.all(charts.map(async (chart) => {
    await using thread = new DrawingThread({ seconds: 0.5, memory: 128 });
    const says =
      "it takes more than 0.5 seconds or 128 MB; look for what it computes, such as a long";
    await assertRejectsCode(() => thread.draw(chart, PICTURES), "chart-too-large", says);
  }));
});
