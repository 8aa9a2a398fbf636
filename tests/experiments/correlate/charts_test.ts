import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  featureScatter as typedFeatureScatter,
  sizeAccuracy as typedSizeAccuracy,
} from "../../../lib/experiments/correlate/findings.ts";
import { CORRELATIONS, FEATURE_TABLE } from "../../../lib/experiments/correlate/correlate.ts";
import { EFFECT_GROUPS } from "../../../lib/study/groups/group_estimates.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const featureScatter = ofSomeColumns(typedFeatureScatter);

const ROWS = committedRows(FEATURE_TABLE);
const OPTIONS = {
  sources: SOURCES,
  correlations: committedRows(CORRELATIONS),
};
const SPEC = featureScatter(ROWS, OPTIONS);

Deno.test("featureScatter() makes the committed spec of the committed tables", () => {
  assertSpec(SPEC, "feature_scatter");
});

Deno.test("featureScatter() counts more than 2000 rows in cells", async () => {
  const rows = Array.from({ length: 2001 }, (_, i) => {
    return { id: `row_${i}`, negation: "foil", d: (i % 100) / 25 - 2, tokens: 7 + i % 3 };
  });
  const [drawn, counted] = [2000, 2001].map((n) => featureScatter(rows.slice(0, n), OPTIONS));
  assertEquals(valueAt(drawn!, "concat.0.layer.1.mark.type"), "circle");
  assertEquals(valueAt(drawn!, "concat.0.data.values.length"), 2000);
  assertEquals(valueAt(counted!, "concat.0.layer.1.mark"), "rect");
  const cells = valueAt(counted!, "concat.0.data.values") as Record<string, number>[];
  assert(cells.length <= 3 * 24);
  assertEquals(cells.reduce((sum, { n }) => sum + n!, 0), 2001);
  assertEquals([...new Set(cells.map(({ x, x2 }) => (x! + x2!) / 2))], [7, 8, 9]);
  assertStringIncludes(await renderSvg(counted!), "rows in a cell");
});

const sizeAccuracy = ofSomeColumns(typedSizeAccuracy);

const SIZE_OPTIONS = { sources: SOURCES };
const SIZE_ROWS = committedRows(EFFECT_GROUPS, "size_accuracy");
const SIZE_SPEC = sizeAccuracy(SIZE_ROWS, SIZE_OPTIONS);

Deno.test("sizeAccuracy() makes the committed spec of the committed table", () => {
  assertSpec(SIZE_SPEC, "size_accuracy");
});
