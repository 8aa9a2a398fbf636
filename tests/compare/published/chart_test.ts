import { assertEquals, assertStringIncludes } from "@std/assert";
import { comparisonChart as typedComparisonChart } from "../../../lib/compare/published/chart.ts";
import { COMPARISON } from "../../../lib/compare/published/cells.ts";
import { summarizeComparison } from "../../../lib/compare/published/summary.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

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

Deno.test("comparisonChart() has a panel for each table with measured cells, with rho over the free cells", () => {
  assertEquals([0, 1].map((panel) => valueAt(SPEC, `concat.${panel}.title.text`)), [
    ["causal tracing effect", "8 cells, rho .40 over 4 free"],
    ["negator selectivity", "3 cells, rho −.50 over 3 free"],
  ]);
  assertEquals(valueAt(SPEC, "concat.2"), undefined); // correlation_with_d was not measured
});

Deno.test("comparisonChart() is square with equal axes, and the line of equality joins their ends", () => {
  const spec = comparisonChart(ROWS, OPTIONS); // Vega marks the rows that it has drawn
  // Measured from -.02 to 1, published from 0 to 1; measured from -.01, published to .385; each with a twentieth.
  assertEquals(
    [0, 1].map((panel) => valueAt(spec, `concat.${panel}.layer.1.encoding.x.scale.domain`)),
    [
      [-0.071, 1.051],
      [-0.02975, 0.40475],
    ],
  );
  for (const panel of [0, 1]) {
    const at = (path: string) => valueAt(spec, `concat.${panel}.${path}`);
    assertEquals(at("width"), at("height"));
    const [from, to] = at("layer.1.encoding.x.scale.domain") as number[];
    assertEquals(at("layer.1.encoding.y.scale.domain"), [from, to]);
    const ends = [from, to].map((value) => ({ x: value, y: value }));
    assertEquals(at("layer.0.data.values"), ends);
  }
});

Deno.test("comparisonChart() names every cell, and in its alt text the one that differs most", () => {
  assertEquals(
    valueAt(SPEC, "concat.1.data.values.1.tip"),
    "foil-negated, head 4.2: published 0.377, measured 0.3",
  );
  assertStringIncludes(
    SPEC.description,
    "farthest apart at foil-negated, correct, layer 1, EOT (published .01, measured .75).",
  );
  assertStringIncludes(
    SPEC.description,
    "farthest apart at caption-negated, head 4.2 (published .39, measured −.01).",
  );
});

Deno.test("comparisonChart() draws a run without a published cell as one that says so", async () => {
  const rows = ROWS.filter(({ measured }) => measured === undefined);
  assertStringIncludes(await renderSvg(comparisonChart(rows, OPTIONS)), "no rows to draw");
});
