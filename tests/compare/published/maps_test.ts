import { assertEquals, assertStringIncludes } from "@std/assert";
import { comparisonMaps as typedComparisonMaps } from "../../../lib/compare/published/maps.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  ofSomeColumns,
  readComparison,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const comparisonMaps = ofSomeColumns(typedComparisonMaps);

const OPTIONS = { sources: SOURCES, note: "not the published model" };
const ROWS = readComparison();
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
