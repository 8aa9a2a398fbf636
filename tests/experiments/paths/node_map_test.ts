import { assertEquals, assertStringIncludes } from "@std/assert";
import { nodeMap as typedNodeMap } from "../../../lib/experiments/paths/node_map.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, doubtOf, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { node } from "./summaries.ts";

const nodeMap = ofSomeColumns(typedNodeMap);

const OPTIONS = { sources: SOURCES };
const ROWS = ["caption", "foil"].flatMap((side) => [
  node(side, "1.1 subject_first", { direct: [0, -0.25, 0.25], indirect: 0.5 }),
  node(side, "1.1 full_stop", { direct: [0, -0.25, 0.25], indirect: -0.75 }),
  node(side, "1.1 eot", { direct: [0.25, 0, 0.5], indirect: 0.125 }),
  node(side, "2. subject_first", { direct: [0, -0.25, 0.25], indirect: 0 }),
  node(side, "2. eot", { direct: [1.5, 1.25, 1.75], indirect: 0 }),
]);

const valuesOf = (spec: ReturnType<typeof nodeMap>, panel: number) =>
  valueAt(spec, `concat.${panel}.data.values`) as Record<string, unknown>[];

Deno.test("nodeMap() makes the committed spec", () => {
  assertSpec(nodeMap(ROWS, OPTIONS), "node_map");
});

Deno.test("nodeMap() has four maps a side with one range of colours, foil-negated first", () => {
  const spec = nodeMap(ROWS, OPTIONS);
  const titles = [...Array(8).keys()].map((i) => valueAt(spec, `concat.${i}.title.text`));
  const maps = ["total, end token", "direct, end token", "indirect, end token"];
  maps.push("indirect, earlier token");
  assertEquals(titles, [
    ...maps.map((map) => ["foil-negated (n = 40)", map]),
    ...maps.map((map) => ["caption-negated (n = 40)", map]),
  ]);
  const domains = [...Array(8).keys()]
    .map((i) => valueAt(spec, `concat.${i}.layer.1.encoding.color.scale.domain`));
  assertEquals(new Set(domains.map(String)), new Set(["-0.76,1.6"]));
  assertEquals(valuesOf(spec, 0).map(({ share }) => share), [0.375, 1.5]);
  assertEquals(valuesOf(spec, 1).map(({ share }) => share), [0.25, 1.5]);
  assertEquals(valuesOf(spec, 2).map(({ share }) => share), [0.125, 0]);
});

Deno.test("nodeMap() shows the earlier token with the largest effect, and names it", () => {
  const [head, mlp] = valuesOf(nodeMap(ROWS, OPTIONS), 3);
  assertEquals([head!["layer"], head!["row"], head!["share"]], [1, "1", -0.75]);
  assertEquals(
    head!["tip"],
    "1.1 at full stop: indirect effect, share of d −0.75 [−1, −0.5], n = 40",
  );
  assertEquals([mlp!["row"], mlp!["share"]], ["MLP", 0]);
});

Deno.test("nodeMap() shows the control of direct effects beside these alone", () => {
  const controlled = ROWS.map((row) => (
    { ...row, control: "random", share_control: 2, share_beyond_low: 1.5, specific: "no" }
  ));
  const spec = nodeMap(controlled, OPTIONS);
  const isControlled = (panel: number) =>
    valuesOf(spec, panel).map(({ tip }) => `${tip}`.endsWith(", control random 2"));
  assertEquals([0, 1, 2, 3].map(isControlled), [
    [false, false],
    [true, true],
    [false, false],
    [false, false],
  ]);
  const plain = nodeMap(ROWS, OPTIONS);
  for (const panel of [0, 2, 3]) {
    assertEquals(valuesOf(spec, panel).map(doubtOf), valuesOf(plain, panel).map(doubtOf));
  }
});

Deno.test("nodeMap() marks what cannot be told from 0, except where nothing reads the node", () => {
  const spec = nodeMap(ROWS, OPTIONS);
  const marks = (panel: number) => valuesOf(spec, panel).map(doubtOf);
  const doubt = "own 95 % interval includes 0";
  assertEquals([0, 1, 2, 3].map(marks), [
    [undefined, undefined],
    [doubt, undefined],
    [doubt, undefined],
    [undefined, undefined],
  ]);
});

Deno.test("nodeMap() draws an empty table as one that says so", async () => {
  assertStringIncludes(await renderSvg(nodeMap([], OPTIONS)), "no rows to draw");
});
