import { assert, assertEquals } from "@std/assert";
import { shareAxes } from "../../lib/charts/panels.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import { drawSvg, layOut } from "../../lib/draw/layout.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { standardOptions } from "../../lib/options/values.ts";
import { emptyTablesOf } from "../../lib/study/experiment/experiment.ts";
import { committedCharts } from "./deep_charts.ts";
import { validate } from "./vega_lite_schema.ts";

Deno.test("every chart is valid against the schema of Vega-Lite 5, which it names", () => {
  const committed = [...committedCharts()];
  assert(committed.length > 0);
  for (const [name, spec] of committed) {
    assert(validate(spec), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  }
  assert(!validate({ ...committed[0]![1], concat: "no" })); // the schema does refuse invalid specs
});

for (const experiment of ALL_EXPERIMENTS) {
  Deno.test(`${experiment.name} draws valid charts of no rows`, () => {
    const context = {
      ...standardOptions(experiment.options),
      ...{ seed: 0, sources: { model: [], data: [] } },
    };
    const charts = experiment.charts(emptyTablesOf(experiment, context), context);
    for (const [chart, spec] of Object.entries(charts)) {
      assert(validate(spec), `${chart}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    }
  });
}

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
