import { assertEquals, assertStringIncludes } from "@std/assert";
import { knockoutChart as typedKnockoutChart } from "../../../lib/experiments/knockout/chart.ts";
import { KNOCKOUT_HEADS } from "../../../lib/experiments/knockout/tables.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const knockoutChart = ofSomeColumns(typedKnockoutChart);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(KNOCKOUT_HEADS).map(({ n: _, ...row }) => ({ ...row, n_twin: 0 }));
const SPEC = knockoutChart(ROWS, OPTIONS);

Deno.test("knockoutChart() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "knockout");
});

Deno.test("knockoutChart() is drawn without a warning, the strongest heads by name", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">2.1</text>", ">2.2</text>", ">caption-negated<"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("knockoutChart() leaves out heads whose selectivity or effect is unknown", () => {
  assertEquals(valueAt(SPEC, "concat.0.data.values.length"), 4);
  assertEquals(valueAt(SPEC, "concat.1.data.values.length"), 3);
});

Deno.test("knockoutChart() gives both sides the same axes, which contain 0 and every interval", () => {
  for (const panel of [0, 1]) {
    const domain = (axis: string) =>
      valueAt(SPEC, `concat.${panel}.layer.3.encoding.${axis}.scale.domain`);
    // -.2 to .5 and -.125 to .385, each with a twentieth, and room for a label above, below and on the right
    assertEquals(domain("y"), [-0.3274, 0.6274]);
    assertEquals(domain("x"), [-0.1505, 0.48904]);
  }
});

Deno.test("knockoutChart() labels the heads with the largest effects and the most selective, six of each", () => {
  const heads = [
    ...[0.3, 0.44, 0.58, 0.72, 0.86, 1].map((selectivity) => ({ selectivity, share: 0 })),
    ...[-1, 1, -0.8, 0.8, -0.6, 0.6].map((share) => ({ selectivity: 0.2, share })),
    ...Array.from({ length: 18 }, (_, i) => ({ selectivity: i / 100, share: i / 100 })),
  ];
  const rows = heads.map((head, i) => ({
    negation: "foil",
    layer: i + 1,
    head: 3,
    n_twin: 0,
    ...head,
  }));
  const values = valueAt(knockoutChart(rows, OPTIONS), "concat.0.data.values");
  const labelled = (values as { label: string; side?: string }[])
    .filter((row) => row.side !== undefined).map((row) => row.label);
  assertEquals(labelled, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((layer) => `${layer}.3`));
});

Deno.test("knockoutChart() names the strongest heads in its alt text, effects by size whatever their sign", () => {
  assertStringIncludes(
    SPEC.description,
    "caption-negated: largest shares of 2.1 (.25 [.10, .40]), 2.2 (−.12 [−.20, −.04]); " +
      "most selective 2.1 (.39), 1.1 (.05).",
  );
});

Deno.test("knockoutChart() labels no heads if none is selective or has an effect", () => {
  const rows = [{ negation: "foil", layer: 1, head: 1, n_twin: 0, selectivity: -0.1, share: 0 }];
  const spec = knockoutChart(rows, OPTIONS);
  assertEquals(valueAt(spec, "concat.0.data.values.0.side"), undefined);
  assertStringIncludes(spec.description, "largest shares of none; most selective none.");
});

Deno.test("knockoutChart() draws an empty table as one that says so", async () => {
  assertStringIncludes(await renderSvg(knockoutChart([], OPTIONS)), "no rows to draw");
});
