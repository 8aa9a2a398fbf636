import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  textAblationChart as typedTextAblationChart,
  textAblationMap as typedTextAblationMap,
} from "../../../../lib/experiments/ablate/chart.ts";
import { ABLATION_SUMMARY } from "../../../../lib/experiments/ablate/tables.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  titleAt,
  valueAt,
} from "../../../charts/fixtures.ts";

const textAblationChart = ofSomeColumns(typedTextAblationChart);
const textAblationMap = ofSomeColumns(typedTextAblationMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(ABLATION_SUMMARY, "ablation_text_summary").map((row) => (
  { ...row, simultaneous_low: row.share_low, simultaneous_high: row.share_high }
));
const LINES = textAblationChart(ROWS, OPTIONS);
const MAP = textAblationMap(ROWS, OPTIONS);
const PANELS = [0, 1, 2, 3];
const TITLES = [
  "foil-negated, mean (n = 12)",
  "caption-negated, mean (n = 12)",
  "foil-negated, resample (n = 9)",
  "caption-negated, resample (n = 9)",
];

Deno.test("textAblationChart() and textAblationMap() make the committed specs of the committed table", () => {
  assertSpec(LINES, "ablation_text");
  assertSpec(MAP, "ablation_heads");
});

Deno.test("textAblationChart() has a panel per method and side over all segments, with the same axes", () => {
  for (const spec of [LINES, MAP]) {
    assertEquals([...PANELS, 4].map((i) => valueAt(spec, `concat.${i}.title.text`)), [
      ...TITLES,
      undefined,
    ]);
  }
  const domains = PANELS.map((i) => valueAt(LINES, `concat.${i}.layer.3.encoding.y.scale.domain`));
  assertEquals(new Set(domains.map(String)).size, 1);
});

Deno.test("textAblationChart() draws MLPs, attention and blocks side by side, and neither heads nor sets", () => {
  const values = valueAt(LINES, "concat.0.data.values") as { part: string; layer: number }[];
  assertEquals(values.map(({ part, layer }) => `${part} ${layer}`), [
    ...["MLP output 1", "MLP output 2", "attention output 1", "attention output 2"],
    ...["whole block 1", "whole block 2"],
  ]);
  const places = (spec: typeof LINES) =>
    (valueAt(spec, "concat.0.data.values") as { place: number }[]).map(({ place }) => place);
  assertEquals(places(LINES), [1, 2, 0.84, 1.84, 1.16, 2.16]); // .16 apart
  const mlps = textAblationChart(ROWS.filter(({ part }) => part === "mlp_out"), OPTIONS);
  assertEquals(valueAt(mlps, "concat.0.layer.3.encoding.color.scale.domain"), ["MLP output"]);
  assertEquals(places(mlps), [1, 2]);
});

Deno.test("textAblationChart() and textAblationMap() say what replaces the values, and where", () => {
  const captionOf = (spec: typeof MAP) => valueAt(spec, "usermeta.negscope.caption") as string;
  for (const spec of [LINES, MAP]) {
    assertStringIncludes(
      captionOf(spec),
      "with its values at all positions replaced in both sentences by their mean over all tokens of the same role (mean), those of another pair's sentence of the same kind and length (resample)",
    );
  }
  const one = ROWS.filter(({ method }) => method === "mean")
    .map((row) => ({ ...row, role: "subject_first" }));
  assertEquals(
    titleAt(textAblationMap(one, OPTIONS), "title.subtitle"),
    "d minus d with the values at tokens of the role subject (first) replaced by their mean over all tokens of the same role",
  );
  assertStringIncludes(LINES.description, "foil-negated, mean (n = 12): largest for attn 2, −1.30");
});
