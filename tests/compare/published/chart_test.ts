import { assertStringIncludes } from "@std/assert";
import { comparisonChart as typedComparisonChart } from "../../../lib/compare/published/charts.ts";
import { COMPARISON } from "../../../lib/compare/published/figures.ts";
import { summarizeComparison } from "../../../lib/compare/published/findings.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, committedRows, ofSomeColumns, SOURCES } from "../../charts/fixtures.ts";

const comparisonChart = ofSomeColumns(typedComparisonChart);

const ROWS = committedRows(COMPARISON);
const OPTIONS = {
  sources: SOURCES,
  note: "not the published model",
  summary: summarizeComparison(ROWS, new Map()).rows,
};
const SPEC = comparisonChart(ROWS, OPTIONS);

Deno.test("comparisonChart() makes the committed spec of the committed tables", () => {
  assertSpec(SPEC, "comparison");
});

Deno.test("comparisonChart() is drawn without a warning, and names the model below its title", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">not the published model<", ">caption-negated</text>"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("comparisonChart() draws a run without a published cell as one that says so", async () => {
  const rows = ROWS.filter(({ measured }) => measured === undefined);
  assertStringIncludes(await renderSvg(comparisonChart(rows, OPTIONS)), "no rows to draw");
});
