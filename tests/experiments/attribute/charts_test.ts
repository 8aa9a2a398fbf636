import { assertEquals, assertStringIncludes } from "@std/assert";
import { directMap as typedDirectMap } from "../../../lib/experiments/attribute/maps.ts";
import { readRoles as typedReadRoles } from "../../../lib/experiments/attribute/maps.ts";
import { attributionSteps } from "../../../lib/experiments/attribute/tables.ts";
import { waterfallChart as typedWaterfallChart } from "../../../lib/experiments/attribute/waterfall_chart.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { assertSpec, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { attributedRow } from "./rows.ts";

const directMap = ofSomeColumns(typedDirectMap);
const readRoles = ofSomeColumns(typedReadRoles);
const waterfallChart = ofSomeColumns(typedWaterfallChart);

const OPTIONS = { sources: SOURCES };

const ROWS = Array.from({ length: 24 }, (_, i) => {
  const negation = i < 12 ? "foil" : "caption";
  return attributedRow(`${i}`, [4 + i / 10, i % 3 - 1, -0.5, -i / 20], {
    ...{ negation, affirmative: 20 + i / 8, isLong: i % 2 === 0 },
  });
});

const { summary, roles, waterfall } = finish(attributionSteps(ROWS, { seed: 0 }));

Deno.test("waterfallChart() makes the committed spec", () => {
  assertSpec(waterfallChart(waterfall.rows, OPTIONS), "attribution_waterfall");
});

Deno.test("directMap() makes the committed spec", () => {
  assertSpec(directMap(summary.rows, OPTIONS), "attribution_map");
});

Deno.test("readRoles() makes the committed spec", () => {
  assertSpec(readRoles(roles.rows, summary.rows, OPTIONS), "attribution_roles");
});

const FOIL = { negation: "foil", segment: "all", n: 9 };

Deno.test("waterfallChart() draws a bar downwards for an effect above 0 where the foil is negated, and its interval at its end", () => {
  const bar = { ...FOIL, part: "heads", layer: 1, mean_effect: 2, low: 1, high: 4 };
  const norm = { ...FOIL, part: "norm", mean_effect: -1, s_before: 18, s_after: 19 };
  const spec = waterfallChart([
    { ...bar, s_before: 20, s_after: 18 },
    { ...norm },
    { ...bar, negation: "caption", s_before: 20, s_after: 22 },
    { ...bar, segment: "correct", s_before: 0, s_after: 50 },
  ], OPTIONS);
  const ends = (panel: number, place: number) =>
    ["part", "left", "right", "s_before", "s_after", "low", "high"].map((name) =>
      valueAt(spec, `concat.${panel}.data.values.${place}.${name}`)
    );
  assertEquals(ends(0, 0), ["heads", 0.63, 0.97, 20, 18, 19, 16]);
  assertEquals(ends(0, 1), ["norm", 1.83, 2.17, 18, 19, 19, 19]); // without an interval
  assertEquals(ends(1, 0), ["heads", 0.63, 0.97, 20, 22, 21, 24]);
  assertEquals(valueAt(spec, "concat.0.layer.0.data.values.0.at"), 20);
  assertEquals(valueAt(spec, "concat.0.layer.1.data.values.0.at"), 19);
  assertStringIncludes(
    spec.description,
    "foil-negated (n = 9): from 20 to 19; largest effects on d of heads of layer 1 (2 [1, 4]), norm (−1).",
  );
});

const HEAD = { ...FOIL, component: "head", layer: 1, share: 2, share_low: 1, share_high: 3 };

Deno.test("directMap() shows effects of heads over all segments, or their net effects", () => {
  const rows = [
    { ...HEAD, head: 1, net_share: -0.5, net_share_low: -1, net_share_high: 0.25 },
    { ...HEAD, head: 1, segment: "correct", share: 9 },
    { ...HEAD, component: "mlp", share: 8 },
  ];
  const cells = (shown: "effect" | "net effect") =>
    valueAt(directMap(rows, { ...OPTIONS, shown }), "concat.0.data.values");
  assertEquals(cells("effect"), [
    {
      ...{ layer: 1, head: 1, share: 2, label: "2" },
      tip: "head 1.1: effect, share of d 2 [1, 3], n = 9",
    },
  ]);
  assertEquals(cells("net effect"), [{
    ...{ layer: 1, head: 1, share: -0.5, label: "−.50" },
    certainty: "own 95 % interval includes 0",
    tip: "head 1.1: net effect, share of d −0.5 [−1, 0.25], n = 9",
  }]);
});

Deno.test("readRoles() shows the heads of each side whose net effect's simultaneous interval excludes 0, the largest share first", () => {
  const net = (value: number, low: number) => (
    {
      ...{ net_share: value, net_share_low: low, net_share_high: value + 1 },
      ...{ net_simultaneous_low: low, net_simultaneous_high: value + 1 },
    }
  );
  const heads = [
    { ...HEAD, head: 1, ...net(2, 1) },
    { ...HEAD, head: 2, ...net(-5, -6) },
    { ...HEAD, head: 3, share: 9, ...net(2, -1) },
    { ...HEAD, head: 4, negation: "caption", ...net(2, -1) },
  ];
  const read = heads.map(({ head, negation }) => (
    { ...HEAD, head, negation, role: "negator", ...net(head, head - 1) }
  ));
  const spec = readRoles(read, heads, OPTIONS);
  assertEquals(valueAt(spec, "concat.length"), 1);
  assertEquals(valueAt(spec, "concat.0.encoding.y.scale.domain"), ["1.2", "1.1"]);
  assertEquals(
    [0, 1].map((i) => valueAt(spec, `concat.0.data.values.${i}.tip`)),
    [
      "head 1.2 reads negator: net effect, share of d 2 [1, 3], n = 9",
      "head 1.1 reads negator: net effect, share of d 1 [0, 2], n = 9",
    ],
  );
  assertStringIncludes(spec.description, "foil-negated (n = 9): 1.2 reads negator (2).");
});

Deno.test("the charts of direct attribution draw empty tables as such", async () => {
  for (
    const spec of [waterfallChart([], OPTIONS), directMap([], OPTIONS), readRoles([], [], OPTIONS)]
  ) {
    assertStringIncludes(await renderSvg(spec), "no rows to draw");
  }
});
