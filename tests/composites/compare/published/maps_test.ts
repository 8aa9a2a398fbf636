import { assertEquals } from "@std/assert";
import {
  comparisonHeadMaps as typedComparisonHeadMaps,
  comparisonMaps as typedComparisonMaps,
} from "../../../../lib/composites/compare/published/charts.ts";
import { COMPARISON } from "../../../../lib/composites/compare/published/figures.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../../charts/fixtures.ts";

const comparisonMaps = ofSomeColumns(typedComparisonMaps);
const comparisonHeadMaps = ofSomeColumns(typedComparisonHeadMaps);

const OPTIONS = { sources: SOURCES, note: "not the published model" };
const ROWS = committedRows(COMPARISON);
const SPEC = comparisonMaps(ROWS, OPTIONS);

Deno.test("comparisonMaps() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "comparison_maps");
});

const cell = (negation: string, head: number, published: number, measured?: number) => (
  { quantity: "negator_attention", negation, layer: 4, head, published, measured }
);
const HEAD_ROWS = [
  ...[cell("caption", 1, 0.1, 0.2), cell("foil", 1, 0.377, 0.05), cell("foil", 2, -0.02)],
  { ...cell("foil", 1, 0.9, 0.9), quantity: "correlation_with_d" },
];
const HEAD_SPEC = comparisonHeadMaps(HEAD_ROWS, OPTIONS);

Deno.test("comparisonHeadMaps() has the published map and then the measured one for each side, foil-negated first", () => {
  const titles = [0, 1, 2, 3].map((i) => `${valueAt(HEAD_SPEC, `concat.${i}.title.text`)}`);
  assertEquals(titles, [
    ...["foil-negated,published", "foil-negated,measured"],
    ...["caption-negated,published", "caption-negated,measured"],
  ]);
  const count = (i: number) => valueAt(HEAD_SPEC, `concat.${i}.data.values.length`);
  assertEquals([0, 1, 2, 3].map(count), [2, 1, 1, 1]); // an unmeasured head is empty, another table is not drawn
  for (const i of [0, 1, 2, 3]) {
    assertEquals(valueAt(HEAD_SPEC, `concat.${i}.encoding.y.scale.domain`), [1, 2]);
    const domain = `concat.${i}.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(HEAD_SPEC, domain), [-0.02, 0.38]);
  }
});

Deno.test("comparisonHeadMaps() explains grey only where a head has no value", () => {
  const full = [cell("foil", 1, 0.4, 0.1), cell("foil", 2, 0.2, 0.3)];
  const caption = (rows: typeof HEAD_ROWS) =>
    valueAt(comparisonHeadMaps(rows, OPTIONS), "usermeta.negscope.caption") as string;
  const explains = [full, HEAD_ROWS].map((rows) => caption(rows).includes("Grey: no value"));
  assertEquals(explains, [false, true]);
});
