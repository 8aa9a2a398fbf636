import { assertEquals, assertStringIncludes } from "@std/assert";
import { selectivityMap as typedSelectivityMap } from "../../../lib/experiments/attend/maps.ts";
import { HEADS } from "../../../lib/experiments/attend/tables.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  keysOf,
  ofSomeColumns,
  SOURCES,
  titleAt,
  valueAt,
} from "../../charts/fixtures.ts";

const selectivityMap = ofSomeColumns(typedSelectivityMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(HEADS).map((row) => ({
  ...row,
  above_baseline_low: row.selectivity_low, // as if the exchanged sentences had 0
  above_baseline_high: row.selectivity_high,
}));
const SPEC = selectivityMap(ROWS, OPTIONS);

Deno.test("selectivityMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "selectivity_map");
});

Deno.test("selectivityMap() is drawn without a warning, its values in the cells", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">.34</text>", ">−.13</text>", ">0</text>", ">caption-negated (n = 9)<"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("selectivityMap() has layers across and heads down, from 1, in every panel", () => {
  for (const panel of [0, 1]) {
    const encoding = `concat.${panel}.encoding`;
    assertEquals(valueAt(SPEC, `${encoding}.x.field`), "layer");
    assertEquals(valueAt(SPEC, `${encoding}.x.scale.domain`), [1, 2]);
    assertEquals(valueAt(SPEC, `${encoding}.y.field`), "head");
    assertEquals(valueAt(SPEC, `${encoding}.y.scale.domain`), [1, 2]);
  }
});

Deno.test("selectivityMap() has colours from the lowest to the highest value of both sides", () => {
  for (const panel of [0, 1]) {
    const path = `concat.${panel}.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(SPEC, path), [-0.14, 0.4]); // from −.13 to .385, rounded outwards
  }
});

Deno.test("selectivityMap() leaves out heads without a value", () => {
  assertEquals(valueAt(SPEC, "concat.1.data.values.length"), 3); // caption-negated 1.2 has none
});

Deno.test("selectivityMap() prints small values in thousandths and says so", () => {
  const rows = [0.0321, -0.0004, 0].map((selectivity, i) => {
    const above = { above_baseline_low: 0.001, above_baseline_high: 0.05 };
    return { negation: "foil", layer: 1, head: i + 1, n: 4, selectivity, ...above };
  });
  const spec = selectivityMap(rows, OPTIONS);
  const labels = [0, 1, 2].map((i) => valueAt(spec, `concat.0.data.values.${i}.label`));
  assertEquals(labels, ["32.1", "−.4", "0"]);
  assertStringIncludes(String(titleAt(spec, "title.subtitle")), "cells in thousandths");
  assertStringIncludes(spec.description, "1.1 (32.1)");
});

Deno.test("selectivityMap() names the most selective heads of each side in its alt text", () => {
  assertStringIncludes(
    SPEC.description,
    "foil-negated (n = 12): most selective heads above the exchanged sentences, as layer.head: " +
      "2.1 (.34), 1.1 (.03).",
  );
});

Deno.test("selectivityMap() keeps checksums in the spec, and the style in its config alone", () => {
  assertEquals(valueAt(SPEC, "usermeta.negscope.model"), SOURCES.model);
  assertEquals(valueAt(SPEC, "usermeta.negscope.data"), SOURCES.data);
  const bare = { ...SPEC, config: {} };
  for (const key of ["width", "height", "font", "fontSize", "background"]) {
    assertEquals(keysOf(bare).has(key), false, key);
  }
});

Deno.test("selectivityMap() draws an empty table as one that says so", async () => {
  assertStringIncludes(await renderSvg(selectivityMap([], OPTIONS)), "no rows to draw");
});

Deno.test("selectivityMap() has a colour scale that also covers the largest selectivity below 0", () => {
  const row = { negation: "foil", layer: 2, head: 1, n: 4 };
  const spec = selectivityMap(
    [{ ...row, selectivity: 0.25 }, { ...row, head: 2, selectivity: -0.5 }],
    OPTIONS,
  );
  assertEquals(valueAt(spec, "concat.0.layer.0.encoding.color.scale.domain"), [-0.5, 0.26]);
});

Deno.test("selectivityMap() marks heads that are not above the exchanged sentences, and says so in its caption", () => {
  const row = { negation: "foil", layer: 1, n: 40, selectivity_low: 0.1, selectivity_high: 0.3 };
  const spec = selectivityMap([
    { ...row, head: 1, selectivity: 0.25, above_baseline_low: 0.2, above_baseline_high: 0.3 },
    { ...row, head: 2, selectivity: 0.18, above_baseline_low: -0.1, above_baseline_high: -0.02 },
  ], OPTIONS);
  const cells = valueAt(spec, "concat.0.data.values") as Record<string, unknown>[];
  assertEquals(cells.map(doubtOf), [undefined, "not above exchanged sentences"]);
  assertStringIncludes(
    String(valueAt(spec, "usermeta.negscope.caption")),
    "Marks in corners: a selectivity that is not above that of the exchanged sentences (95 % interval of the difference, bootstrap over sentence pairs).",
  );
});
