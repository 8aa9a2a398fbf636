import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  curveChart,
  nodeBars as typedNodeBars,
} from "../../../lib/experiments/circuit/findings.ts";
import type {
  CircuitNodeRow,
  CircuitTables,
} from "../../../lib/experiments/circuit/circuit_table.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, ofSomeColumns, SOURCES, titleAt, valueAt } from "../../charts/fixtures.ts";

const nodeBars = ofSomeColumns(typedNodeBars);

const OPTIONS = { sources: SOURCES };

const point = (ranking: string, nodes: number, value?: number) => ({
  ...{ negation: "all", frame: "all", set: `${ranking} ${nodes}`, measure: "faithfulness" },
  ...{ nodes, n: 12, value },
  ...value !== undefined && value !== 1 && value !== 0
    ? { low: value - 0.125, high: value + 0.25 }
    : { low: value, high: value },
});

/** The places of 30 nodes in the rankings. */
const RANKED = ["denoise", "noise"].flatMap((ranking) =>
  Array.from({ length: 30 }, (_, i) => ({ ranking, node: "mlp", layer: i + 1 }))
);

const CURVE = curveChart(
  {
    sets: {
      rows: [
        ...[0, 1, 2, 15].flatMap((size) => [point("denoise", size), point("noise", size)]),
        ...[point("denoise", 3, 0), point("denoise", 6, .5), point("denoise", 30, 1)],
        ...[point("noise", 3, .0625), point("noise", 6, 1.125), point("noise", 30, 1)],
        { ...point("noise", 15, .75), negation: "foil" },
        { ...point("noise", 15, .75), frame: "there is no …" },
      ],
    },
    nodes: { rows: RANKED },
  } as unknown as CircuitTables,
  OPTIONS,
);

const drop = (
  node: "head" | "mlp",
  [layer, head]: readonly [number, number?],
  value: number,
): CircuitNodeRow => ({
  ...{ negation: "all", ranking: "circuit" },
  ...{ node, layer, head, n: 12, effect: value, rank: undefined },
  ...{ low: value - .125, high: value + .25 },
  ...{ simultaneous_low: value - .25, simultaneous_high: value + .5 },
});

const NODES = nodeBars([
  ...[drop("head", [1, 2], .5), drop("mlp", [2], -.0625), drop("head", [3, 3], .75)],
  { ...drop("head", [1, 2], 2), negation: "foil" as const },
], OPTIONS);

Deno.test("the charts of circuit are the committed specs, drawn without a warning", async () => {
  for (
    const [name, spec] of [
      ["circuit_curve", CURVE],
      ["circuit_nodes", NODES],
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

Deno.test("nodeBars() puts the largest drops first, of either sign", () => {
  const named = (spec: ReturnType<typeof nodeBars>) =>
    (valueAt(spec, "data.values") as { name: string }[]).map(({ name }) => name);
  assertEquals(named(NODES), ["head 3.3", "head 1.2", "mlp 2"]);
  const cut = nodeBars(Array.from({ length: 30 }, (_, i) => drop("mlp", [i + 1], i)), OPTIONS);
  assertEquals(named(cut).length, 24);
  assertEquals(
    titleAt(cut, "title.subtitle"),
    "without one node at a time; 24 of 30 nodes, those with the largest drops",
  );
  const against = [drop("head", [1, 1], .25), drop("head", [2, 1], -.5)];
  assertEquals(named(nodeBars(against, OPTIONS)), ["head 2.1", "head 1.1"]);
});
