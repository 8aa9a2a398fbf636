import { assertEquals, assertStringIncludes } from "@std/assert";
import { ablationChart as typedAblationChart } from "../../../lib/experiments/ablate/chart.ts";
import { ABLATION_SUMMARY } from "../../../lib/experiments/ablate/tables.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const ablationChart = ofSomeColumns(typedAblationChart);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(ABLATION_SUMMARY);
const SPEC = ablationChart(ROWS, OPTIONS);
const PANELS = [0, 1, 2];

Deno.test("ablationChart() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "ablation");
});

Deno.test("ablationChart() is drawn without a warning, with a legend of the parts", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">attention output</text>", ">MLP output</text>"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("ablationChart() has a panel per side and segment, the sides of a segment one after the other", () => {
  assertEquals(PANELS.map((panel) => valueAt(SPEC, `concat.${panel}.title.text`)), [
    "foil-negated, correct (n = 12)",
    "caption-negated, correct (n = 1)",
    "foil-negated, all (n = 20)",
  ]);
  assertEquals(valueAt(SPEC, "concat.3"), undefined);
});

Deno.test("ablationChart() gives all panels axes that contain every interval and 0", () => {
  for (const panel of PANELS) {
    const path = (axis: string) => `concat.${panel}.layer.3.encoding.${axis}.scale.domain`;
    assertEquals(valueAt(SPEC, path("y")), [-1.715, 0.815]); // -1.6 to .7, and a twentieth
    assertEquals(valueAt(SPEC, path("x")), [0.5, 2.5]);
  }
  const positive = ablationChart([{ ...ROWS[0]!, share_low: 0.4 }], OPTIONS);
  const [from] = valueAt(positive, "concat.0.layer.3.encoding.y.scale.domain") as number[];
  assertEquals(from! < 0, true);
});

Deno.test("ablationChart() distinguishes the parts by colour, shape and dash", () => {
  const line = "concat.0.layer.2.encoding";
  const point = "concat.0.layer.3.encoding";
  for (const path of [`${line}.color`, `${line}.strokeDash`, `${point}.color`, `${point}.shape`]) {
    const range = valueAt(SPEC, `${path}.scale.range`) as unknown[];
    assertEquals(new Set(range.map(String)).size, 2, path);
  }
});

Deno.test("ablationChart() leaves out parts without a mean, and draws a mean without an interval as a point", () => {
  const spec = ablationChart(ROWS, OPTIONS); // Vega marks the rows that it has drawn
  assertEquals(valueAt(spec, "concat.1.data.values.length"), 3);
  assertEquals(valueAt(spec, "concat.1.data.values.0"), {
    layer: 1,
    place: 0.9,
    part: "attention output",
    share: 0.1,
    low: 0.1,
    high: 0.1,
    tip: "layer 1, attention output: share of d 0.1, n = 1",
  });
});

Deno.test("ablationChart() names the largest effect of each panel in its alt text, whatever its sign", () => {
  assertStringIncludes(
    SPEC.description,
    "foil-negated, correct (n = 12): largest for the MLP output of layer 2, −1.25 [−1.60, −.90].",
  );
});

Deno.test("ablationChart() leaves out ambiguous rows, whose shares would flatten all others", () => {
  const ambiguous = ROWS.map((row) => ({ ...row, segment: "ambiguous", share: -40 }) as const);
  assertEquals(ablationChart([...ROWS, ...ambiguous], OPTIONS), ablationChart(ROWS, OPTIONS));
});

Deno.test("ablationChart() draws an empty table as one that says so", async () => {
  assertStringIncludes(await renderSvg(ablationChart([], OPTIONS)), "no rows to draw");
});
