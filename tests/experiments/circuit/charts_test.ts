import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  curveChart as typedCurveChart,
  nodeBars as typedNodeBars,
  randomChart as typedRandomChart,
} from "../../../lib/experiments/circuit/charts.ts";
import type { MembershipRow } from "../../../lib/experiments/circuit/tables/membership.ts";
import type { MinimalityRow } from "../../../lib/experiments/circuit/tables/test_tables.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, ofSomeColumns, SOURCES, titleAt, valueAt } from "../../charts/fixtures.ts";

const curveChart = ofSomeColumns(typedCurveChart);
const nodeBars = ofSomeColumns(typedNodeBars);
const randomChart = ofSomeColumns(typedRandomChart);

const OPTIONS = { sources: SOURCES };

const point = (ranking: string, fraction: number, nodes: number, faithfulness?: number) => ({
  ...{ negation: "all", ranking, fraction, nodes, n: 12, faithfulness },
  ...faithfulness !== undefined && faithfulness !== 1 && faithfulness !== 0
    ? { low: faithfulness - 0.125, high: faithfulness + 0.25 }
    : { low: faithfulness, high: faithfulness },
});

const CURVE = curveChart([
  ...[point("denoise", .1, 3, 0), point("denoise", .2, 6, .5), point("denoise", 1, 30, 1)],
  ...[point("noise", .1, 3, .0625), point("noise", .2, 6, 1.125), point("noise", 1, 30, 1)],
  { ...point("noise", .5, 15, .75), negation: "foil" },
  point("greedy", .5, 15),
], OPTIONS);

const drop = (
  node: "head" | "mlp",
  [layer, head]: readonly [number, number?],
  value: number,
): MinimalityRow => ({
  ...{
    negation: "all",
    segment: "correct",
    node,
    layer,
    head,
    n: 12,
    drop: value,
    without: 1 - value,
  },
  ...{ low: value - .125, high: value + .25, drop_there: undefined },
  ...{ simultaneous_low: value - .25, simultaneous_high: value + .5 },
});

const member = (
  node: "head" | "mlp",
  [layer, head]: readonly [number, number?],
  share_of_samples: number | undefined,
  ranking: MembershipRow["ranking"] = "noise",
): MembershipRow => ({
  ...{ ranking, node, layer, head, rank: 1, share_of_samples, among: 3, in_circuit: "yes" },
  ...{ effect: 1, low: 1, high: 1 },
});

const FOUND = {
  circuit: [{ negation: "all", ranking: "noise", start: 3 }] as const,
  minimality: [
    ...[drop("head", [1, 2], .5), drop("mlp", [2], -.0625), drop("head", [3, 3], .75)],
    { ...drop("head", [1, 2], 2), negation: "foil" as const },
  ],
  membership: [
    ...[member("head", [1, 2], 1), member("mlp", [2], .5), member("head", [3, 3], .75)],
    member("mlp", [2], .25, "denoise"),
  ],
};
const NODES = nodeBars(FOUND, OPTIONS);

const WHOLE = {
  ...{ negation: "all", nodes: 3, n: 12, faithfulness: .9, low: .8, high: 1 },
  ...{ random: 5, random_reaching: 1, held_out: .85, scored_on: "chosen" },
} as const;
const RANDOM = [0, .01, .25, .26, 1.5].map((faithfulness, i) => (
  { negation: "all", set: `random ${i + 1}`, faithfulness }
));
const SETS = [
  ...RANDOM,
  { negation: "foil", set: "random 1", faithfulness: .5 },
  { negation: "all", set: "random walk 7", faithfulness: .6 }, // of --sets
];
const CHANCE = randomChart({ circuit: [WHOLE], sets: SETS }, OPTIONS);

Deno.test("the charts of circuit are the committed specs, drawn without a warning", async () => {
  for (
    const [name, spec] of [
      ["circuit_curve", CURVE],
      ["circuit_nodes", NODES],
      ["random_circuits", CHANCE],
    ] as const
  ) {
    assertSpec(spec, name);
    assertStringIncludes(await renderSvg(spec), "<svg");
  }
});

Deno.test("curveChart() draws the curves of both sides together at equally distant sizes, without unknown values", () => {
  const values = valueAt(CURVE, "data.values") as { ranking: string; tip: string }[];
  assertEquals(values.map(({ ranking }) => ranking), [
    ...["denoise", "denoise", "denoise", "noise", "noise", "noise"],
  ]);
  assertEquals(
    values[1]!.tip,
    "denoise, first 6 (0.2 of the nodes): faithfulness 0.5 [0.375, 0.75], n = 12",
  );
  assertEquals(valueAt(CURVE, "layer.2.encoding.x.scale"), { domain: [-0.5, 2.5], nice: false });
  assertEquals(valueAt(CURVE, "layer.2.encoding.x.axis.labelExpr"), "[3,6,30][datum.value]");
  assertEquals(valueAt(CURVE, "layer.2.encoding.color.scale.domain"), ["denoise", "noise"]);
  assertEquals(valueAt(CURVE, "layer.2.encoding.y.scale.domain"), [-0.134375, 1.44687]); // -.0625 to 1.375, and a twentieth
});

Deno.test("nodeBars() puts the largest drops first, and shares of the circuit's own ranking beside them", () => {
  const values = (panel: string) => valueAt(NODES, `${panel}.data.values`) as { node: string }[];
  assertEquals(values("concat.0").map(({ node }) => node), ["head 3.3", "head 1.2", "mlp 2"]);
  assertEquals(values("concat.1").map((bar) => Object.values(bar).slice(0, 2)), [
    ...[["head 3.3", .75], ["head 1.2", 1], ["mlp 2", .5]],
  ]);
  const many = Array.from({ length: 30 }, (_, i) => drop("mlp", [i + 1], i));
  const cut = nodeBars({ ...FOUND, minimality: many, membership: [] }, OPTIONS);
  assertEquals((valueAt(cut, "concat.0.data.values") as unknown[]).length, 24);
  assertEquals(
    titleAt(cut, "title.subtitle"),
    "without one node at a time; 95 % intervals; 24 of 30 nodes, those with the largest drops",
  );
  assertEquals(valueAt(cut, "concat.1"), undefined); // no shares
  const changed = FOUND.membership.map((row) => ({ ...row, in_circuit: "no" as const }));
  assertEquals(
    valueAt(nodeBars({ ...FOUND, membership: changed }, OPTIONS), "concat.1"),
    undefined,
  ); // no beginning
  const against = [drop("head", [1, 1], .25), drop("head", [2, 1], -.5)];
  const bars = valueAt(
    nodeBars({ ...FOUND, minimality: against }, OPTIONS),
    "concat.0.data.values",
  );
  assertEquals((bars as { node: string }[]).map(({ node }) => node), ["head 2.1", "head 1.1"]);
});

Deno.test("randomChart() counts the random circuits in bins beside the circuit", () => {
  const bins = valueAt(CHANCE, "data.values") as {
    count: number;
    from: number;
    to: number;
  }[];
  assertEquals(bins.reduce((sum, { count }) => sum + count, 0), RANDOM.length);
  for (const { faithfulness } of RANDOM) {
    assertEquals(bins.some(({ from, to }) => from <= faithfulness && faithfulness < to), true);
  }
  assertEquals(
    titleAt(CHANCE, "title.subtitle"),
    "1 of 5 random circuits (bars) are as near to 1 as the circuit (line, 95 % interval), over all rows and on each side",
  );
  const none = randomChart({ circuit: [WHOLE], sets: [] }, OPTIONS);
  assertEquals(valueAt(none, "data.values"), [{ text: "no rows to draw" }]);
});
