import { assertEquals } from "@std/assert";
import { shareAxes } from "../../lib/charts/panels.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { drawSvg, layOut } from "../../lib/draw/layout.ts";
import { committedCharts } from "./deep_charts.ts";

/** What is drawn, without the picture's own size and what programs read of it. */
function drawingOf(svg: string): string {
  return svg.slice(svg.indexOf("<rect"));
}

Deno.test("every chart looks like its figure if Vega draws it without a style, but for labels that the figure shows once", async () => {
  for (const [name, spec] of committedCharts()) {
    const { concat: { columns } } = (spec as { config: { concat: { columns: number } } }).config;
    const plain = await layOut(shareAxes(spec, columns), {});
    const figure = await renderSvg(spec, { preset: SCREEN });
    assertEquals(drawingOf(await drawSvg(plain)), drawingOf(figure), name);
  }
});
