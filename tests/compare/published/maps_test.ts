import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  comparisonHeadMaps as typedComparisonHeadMaps,
  comparisonMaps as typedComparisonMaps,
} from "../../../lib/compare/published/maps.ts";
import { COMPARISON } from "../../../lib/compare/published/cells.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const comparisonMaps = ofSomeColumns(typedComparisonMaps);
const comparisonHeadMaps = ofSomeColumns(typedComparisonHeadMaps);

const OPTIONS = { sources: SOURCES, note: "not the published model" };
const ROWS = committedRows(COMPARISON);
const SPEC = comparisonMaps(ROWS, OPTIONS);

Deno.test("comparisonMaps() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "comparison_maps");
});

Deno.test("comparisonMaps() is drawn without a warning, and names the model below its title", async () => {
  assertStringIncludes(await renderSvg(SPEC), ">not the published model</text>");
});

Deno.test("comparisonMaps() has the published map and then the measured one for each group", () => {
  assertEquals([0, 1, 2, 3].map((panel) => valueAt(SPEC, `concat.${panel}.title.text`)), [
    ["foil-negated, correct", "published"],
    ["foil-negated, correct", "measured"],
    ["caption-negated, correct", "published"],
    ["caption-negated, correct", "measured"],
  ]);
  const cte = (panel: number) => valueAt(SPEC, `concat.${panel}.vconcat.0.data.values.1.cte`);
  assertEquals([0, 1, 2, 3].map(cte), [0.9, 0.7, 0.71, 0.666667]);
});

Deno.test("comparisonMaps() leaves unmeasured cells empty, with the same layers, roles and colours", () => {
  const map = (panel: number, path: string) => valueAt(SPEC, `concat.${panel}.vconcat.0.${path}`);
  assertEquals([0, 1].map((panel) => map(panel, "data.values.length")), [6, 4]);
  for (const panel of [0, 1, 2, 3]) {
    assertEquals(map(panel, "encoding.x.scale.domain"), [0, 1, 2]);
    assertEquals(map(panel, "encoding.y.scale.domain"), ["negator", "EOT"]);
    assertEquals(map(panel, "layer.0.encoding.color.scale.domain"), [-0.02, 1]);
  }
});

Deno.test("comparisonMaps() says in its alt text where each map is largest", () => {
  assertStringIncludes(
    SPEC.description,
    "foil-negated, correct, published: largest at negator in layers 0 to 2. " +
      "foil-negated, correct, measured: largest at negator in layer 0, EOT in layer 1.",
  );
});

Deno.test("comparisonMaps() draws a run without a trace as one that says so", async () => {
  const rows = ROWS.filter(({ table }) => table !== "causal_trace");
  assertStringIncludes(await renderSvg(comparisonMaps(rows, OPTIONS)), "no rows to draw");
});

const cell = (negation: string, head: number, published: number, measured?: number) => (
  { table: "negator_attention", negation, layer: 4, head, published, measured }
);
const HEAD_ROWS = [
  ...[cell("caption", 1, 0.1, 0.2), cell("foil", 1, 0.377, 0.05), cell("foil", 2, -0.02)],
  { ...cell("foil", 1, 0.9, 0.9), table: "correlation_with_d" },
];
const HEAD_SPEC = comparisonHeadMaps(HEAD_ROWS, OPTIONS);

Deno.test("comparisonHeadMaps() has the published map and then the measured one for each side, foil-negated first", () => {
  assertEquals([0, 1, 2, 3].map((i) => valueAt(HEAD_SPEC, `concat.${i}.title.text`)), [
    ["foil-negated", "published"],
    ["foil-negated", "measured"],
    ["caption-negated", "published"],
    ["caption-negated", "measured"],
  ]);
  const count = (i: number) => valueAt(HEAD_SPEC, `concat.${i}.data.values.length`);
  assertEquals([0, 1, 2, 3].map(count), [2, 1, 1, 1]); // an unmeasured head is empty, another table is not drawn
  for (const i of [0, 1, 2, 3]) {
    assertEquals(valueAt(HEAD_SPEC, `concat.${i}.encoding.y.scale.domain`), [1, 2]);
    const domain = `concat.${i}.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(HEAD_SPEC, domain), [-0.02, 0.38]);
  }
});

Deno.test("comparisonHeadMaps() is drawn without a warning, and names the largest heads in its alt text", async () => {
  assertStringIncludes(await renderSvg(HEAD_SPEC), ">not the published model</text>");
  assertStringIncludes(HEAD_SPEC.description, "foil-negated, published: 4.1 (.38), 4.2 (−.02).");
});

Deno.test("comparisonHeadMaps() draws runs without heads as a chart that says so", async () => {
  assertStringIncludes(await renderSvg(comparisonHeadMaps([], OPTIONS)), "no rows to draw");
});

Deno.test("comparisonHeadMaps() explains grey only where a head has no value", () => {
  const full = [cell("foil", 1, 0.4, 0.1), cell("foil", 2, 0.2, 0.3)];
  const caption = (rows: typeof HEAD_ROWS) =>
    valueAt(comparisonHeadMaps(rows, OPTIONS), "usermeta.negscope.caption") as string;
  assertEquals([full, HEAD_ROWS].map((rows) => caption(rows).includes("Grey: no value")), [
    false,
    true,
  ]);
});
