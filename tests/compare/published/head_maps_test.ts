import { assertEquals, assertStringIncludes } from "@std/assert";
import { comparisonHeadMaps as typedComparisonHeadMaps } from "../../../lib/compare/published/head_maps.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";

const comparisonHeadMaps = ofSomeColumns(typedComparisonHeadMaps);

const OPTIONS = { sources: SOURCES, note: "not the published model" };
const cell = (negation: string, head: number, published: number, measured?: number) => (
  { table: "negator_attention", negation, layer: 4, head, published, measured }
);
const ROWS = [
  ...[cell("caption", 1, 0.1, 0.2), cell("foil", 1, 0.377, 0.05), cell("foil", 2, -0.02)],
  { ...cell("foil", 1, 0.9, 0.9), table: "correlation_with_d" },
];
const SPEC = comparisonHeadMaps(ROWS, OPTIONS);

Deno.test("comparisonHeadMaps() has the published map and then the measured one for each side, foil-negated first", () => {
  assertEquals([0, 1, 2, 3].map((i) => valueAt(SPEC, `concat.${i}.title.text`)), [
    ["foil-negated", "published"],
    ["foil-negated", "measured"],
    ["caption-negated", "published"],
    ["caption-negated", "measured"],
  ]);
  const count = (i: number) => valueAt(SPEC, `concat.${i}.data.values.length`);
  assertEquals([0, 1, 2, 3].map(count), [2, 1, 1, 1]); // an unmeasured head is empty, another table is not drawn
  for (const i of [0, 1, 2, 3]) {
    assertEquals(valueAt(SPEC, `concat.${i}.encoding.y.scale.domain`), [1, 2]);
    const domain = `concat.${i}.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(SPEC, domain), [-0.02, 0.38]);
  }
});

Deno.test("comparisonHeadMaps() is drawn without a warning, and names the largest heads in its alt text", async () => {
  assertStringIncludes(await renderSvg(SPEC), ">not the published model</text>");
  assertStringIncludes(SPEC.description, "foil-negated, published: 4.1 (.38), 4.2 (−.02).");
});

Deno.test("comparisonHeadMaps() draws runs without heads as a chart that says so", async () => {
  assertStringIncludes(await renderSvg(comparisonHeadMaps([], OPTIONS)), "no rows to draw");
});

Deno.test("comparisonHeadMaps() explains grey only where a head has no value", () => {
  const full = [cell("foil", 1, 0.4, 0.1), cell("foil", 2, 0.2, 0.3)];
  const caption = (rows: typeof ROWS) =>
    valueAt(comparisonHeadMaps(rows, OPTIONS), "usermeta.negscope.caption") as string;
  assertEquals([full, ROWS].map((rows) => caption(rows).includes("Grey: no value")), [false, true]);
});
