import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderSvg } from "../../../lib/draw/render.ts";
import { probeChart as typedProbeChart } from "../../../lib/experiments/probe/chart.ts";
import { assertSpec, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";

const probeChart = ofSomeColumns(typedProbeChart);

function row(negation: string, layer: number, shares: readonly number[]) {
  const names = ["accuracy", "control", "share_full", "share_direction", "share_probe"];
  const cells = names.flatMap((name, i) => {
    const value = shares[i];
    if (value === undefined) return [];
    return [[name, value], [`${name}_low`, value - 0.05], [`${name}_high`, value + 0.05]];
  });
  return {
    negation,
    segment: "all",
    held_out: "nouns",
    layer,
    n: 20,
    ...Object.fromEntries(cells),
  };
}

const ROWS = [
  { ...row("foil", 0, [0.5, 0.5, 0, 0, 0]), accuracy: undefined, control: undefined },
  row("foil", 1, [0.9, 0.55, 0.4, 0.2, -0.2]),
  row("foil", 2, [0.95, 0.5, 1, 0.6, 0.3]),
  row("caption", 0, []),
  row("caption", 2, [0.8, 0.45]),
];
const SPEC = probeChart(ROWS, { sources: SOURCES });

Deno.test("probeChart() makes the committed spec", () => assertSpec(SPEC, "probe"));

Deno.test("probeChart() is drawn without a warning, with one legend for all lines", async () => {
  const svg = await renderSvg(SPEC);
  for (const name of ["probe", "control", "whole vector", "mean difference", "probe direction"]) {
    assertEquals(svg.split(`>${name}</text>`).length, 2, name);
  }
});

Deno.test("probeChart() has what is decoded beside what is used for each side, and draws no point without a value", () => {
  const titles = [0, 1, 2, 3].map((panel) => valueAt(SPEC, `concat.${panel}.title.text`));
  assertEquals(titles, [
    "foil-negated (n = 20): accuracy",
    "foil-negated (n = 20): share of d",
    "caption-negated (n = 20): accuracy",
    "caption-negated (n = 20): share of d",
  ]);
  const points = [0, 1, 2, 3].map((i) =>
    (valueAt(SPEC, `concat.${i}.data.values`) as unknown[]).length
  );
  assertEquals(points, [4, 9, 2, 0]);
  assertEquals(
    valueAt(SPEC, "concat.1.data.values.7.tip"),
    "layer 1, probe direction: −0.2 [−0.25, −0.15], n = 20",
  );
});

Deno.test("probeChart() has a grey band where there is nothing to decode, beside accuracies only", () => {
  const bands = [0, 1, 2, 3].map((panel) => valueAt(SPEC, `concat.${panel}.layer.0.data`));
  const first = { values: [{ from: -0.45, to: 0.45 }] };
  assertEquals(bands, [first, undefined, first, undefined]);
  assertStringIncludes(SPEC.description, "Nothing to decode in layer 0.");
});

Deno.test("probeChart() leaves segments to the table, names the clusters, and draws nothing of no rows", () => {
  const hidden = { ...row("foil", 1, [0.1, 0.1, 0.1, 0.1, 0.1]), segment: "correct" };
  const spec = probeChart([hidden, ...ROWS], { sources: SOURCES });
  assertEquals(valueAt(spec, "concat.0.data"), valueAt(SPEC, "concat.0.data"));
  const nouns = probeChart(ROWS, { sources: SOURCES, clusters: "subject nouns" });
  assertStringIncludes(JSON.stringify(nouns.usermeta), "bootstrap over subject nouns");
  assertStringIncludes(probeChart([], { sources: SOURCES }).description, "no rows to draw");
});
