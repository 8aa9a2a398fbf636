import { assertEquals, assertStringIncludes } from "@std/assert";
import { headMap } from "../../../lib/experiments/trace/head_map.ts";
import { traceMap } from "../../../lib/experiments/trace/chart.ts";
import type { TraceMapRow } from "../../../lib/experiments/trace/map_row.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, keysOf, readTrace, SOURCES, valueAt } from "../../charts/fixtures.ts";

const OPTIONS = { sources: SOURCES };
const ROWS = readTrace("trace");
const SPEC = traceMap(ROWS, OPTIONS);

function cell(role: string, cte: number | undefined, layer = 0): TraceMapRow {
  return { negation: "foil", segment: "correct", site: "resid", layer, role, n: 4, cte };
}

Deno.test("traceMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "trace_map");
});

Deno.test("traceMap() is drawn without a warning, its values in the cells", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">.33</text>", ">−.06</text>", ">1.04</text>", ">subject (further)</text>"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("traceMap() has one panel per group, in the order of the table, with n in its title", () => {
  assertEquals(valueAt(SPEC, "concat.0.title.text"), "foil-negated, correct (n = 12)");
  assertEquals(valueAt(SPEC, "concat.1.title.text"), "caption-negated, correct (n = 9)");
  assertEquals(valueAt(SPEC, "concat.2"), undefined);
});

Deno.test("traceMap() shows the roles of the table in the order of a sentence, whatever the order of its rows", () => {
  const path = "concat.0.vconcat.0.encoding.y.scale.domain";
  const roles = ["eot", "full_stop", "negator", "there", "sot"];
  const spec = traceMap(roles.map((role) => cell(role, 0)), OPTIONS);
  assertEquals(valueAt(spec, path), ["SOT", "there", "negator", "full stop", "EOT"]);
});

Deno.test("traceMap() centres the colours on 0 with one bound for all panels", () => {
  for (const panel of [0, 1]) {
    const path = `concat.${panel}.vconcat.0.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(SPEC, path), [-1.2, 1.2]); // the largest is 1.04
  }
  const small = traceMap([cell("negator", -0.034), cell("eot", 0.01)], OPTIONS);
  const path = "concat.0.vconcat.0.layer.0.encoding.color.scale.domain";
  assertEquals(valueAt(small, path), [-0.034, 0.034]);
});

Deno.test("traceMap() draws the population standard deviation over the roles negator to EOT", () => {
  // 1, 0, 0, 0, 0 has variance 1/5 - 1/25 = .16; 2, 4, 4, 4, 6 has 8/5; the prefix roles do not count.
  const roles = [
    "sot",
    "there",
    "is_are",
    "negator",
    "subject_first",
    "subject_further",
    "full_stop",
    "eot",
  ];
  const ctes = [[9, 9, 9, 1, 0, 0, 0, 0], [9, 9, 9, 2, 4, 4, 4, 6]];
  const rows = ctes.flatMap((layer, l) => roles.map((role, i) => cell(role, layer[i], l)));
  assertEquals(valueAt(traceMap(rows, OPTIONS), "concat.0.vconcat.1.data.values"), [
    { layer: 0, sd: 0.4, tip: "layer 0: SD over roles 0.4" },
    {
      layer: 1,
      sd: Number(Math.sqrt(8 / 5).toPrecision(6)),
      tip: "layer 1: SD over roles 1.26",
    },
  ]);
});

Deno.test("traceMap() gives each cell's value, interval and n in a tooltip and in the SVG", async () => {
  const row = { ...cell("negator", 0.4312, 3), n: 214, cte_low: 0.3811, cte_high: 0.47 };
  const tip = "layer 3, negator: CTE 0.431 [0.381, 0.47], n = 214";
  const svg = await renderSvg(traceMap([row, cell("eot", -0.5, 3)], OPTIONS));
  assertStringIncludes(svg, `<path aria-label="${tip}"`);
  assertStringIncludes(svg, '<path aria-label="layer 3, EOT: CTE −0.5, n = 4"');
  assertEquals(svg.match(/<text aria-label/), null); // the printed value would be read twice
});

Deno.test("traceMap() rounds drawn values to 6 significant digits", () => {
  const spec = traceMap([cell("eot", 1 / 3), cell("negator", 1234567.8)], OPTIONS);
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.0.cte"), 0.333333);
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.1.cte"), 1234570);
});

Deno.test("traceMap() leaves cells without a value out of the map and the spread", () => {
  const spec = traceMap(
    [cell("negator", 1), cell("subject_further", undefined), cell("eot", 0)],
    OPTIONS,
  );
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.length"), 2);
  assertEquals(valueAt(spec, "concat.0.vconcat.1.data.values.0.sd"), 0.5);
});

Deno.test("traceMap() says in its alt text where the effect is largest", () => {
  const description = String(valueAt(SPEC, "description"));
  assertStringIncludes(
    description,
    "foil-negated, correct (n = 12): largest at negator in layers 0 to 1, EOT in layer 2.",
  );
  assertStringIncludes(
    description,
    "caption-negated, correct (n = 9): largest at negator in layer 0, EOT in layers 1 to 2.",
  );
});

Deno.test("traceMap() keeps checksums in the spec, and no style", () => {
  assertEquals(valueAt(SPEC, "usermeta.negscope"), SOURCES);
  assertEquals(valueAt(SPEC, "$schema"), "https://vega.github.io/schema/vega-lite/v5.json");
  for (const key of ["config", "width", "font", "fontSize", "background"]) {
    assertEquals(keysOf(SPEC).has(key), false, key);
  }
});

Deno.test("traceMap() leaves the rows of single heads to headMap()", () => {
  const rows = readTrace("trace_z");
  assertEquals(traceMap(rows, OPTIONS), headMap(rows, OPTIONS));
});

Deno.test("traceMap() draws an empty table as one that says so", async () => {
  const spec = traceMap([cell("negator", undefined)], OPTIONS);
  assertStringIncludes(await renderSvg(spec), "no rows to draw");
});
