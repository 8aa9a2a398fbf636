import { assertEquals, assertStringIncludes } from "@std/assert";
import { heatMap } from "../../lib/charts/heat_map.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { valueAt } from "./fixtures.ts";

const ROWS = [
  { side: "foil", layer: 2, head: 1, effect: 0.5, low: 0.4, high: 0.6 },
  { side: "foil", layer: 1, head: 2, effect: -0.25, low: -0.5, high: -0.125 },
  { side: "caption", layer: 1, head: 1, effect: 0.125, low: 0.1, high: 0.15 },
  { side: "caption", layer: 1, head: 2, effect: undefined, low: undefined, high: undefined },
];
const FIELDS = { title: "Effects", x: "layer", y: "head", value: "effect" } as const;

Deno.test("heatMap() has a panel for each value of a column, with the places of all rows and one range of colours", () => {
  const spec = heatMap(ROWS, { ...FIELDS, panels: "side" });
  for (const panel of [0, 1]) {
    const at = (path: string) => valueAt(spec, `concat.${panel}.${path}`);
    assertEquals(at("encoding.x.scale.domain"), [1, 2]);
    assertEquals(at("encoding.y.scale.domain"), [1, 2]);
    assertEquals(at("layer.0.encoding.color.scale.domain"), [-0.26, 0.5]); // in steps of .02
  }
  assertEquals(valueAt(spec, "concat.0.title.text"), "foil");
  assertEquals(valueAt(spec, "concat.1.data.values.length"), 1); // the other has no value
});

Deno.test("heatMap() says in its tooltips, its title and its alt text what it shows, without more texts", async () => {
  const spec = heatMap(ROWS, FIELDS);
  assertEquals(valueAt(spec, "data.values.0.tip"), "head 2.1: effect 0.5");
  const said = "head down. Effects. head 2.1 (.50), head 1.2 (−.25), head 1.1 (.13).";
  assertStringIncludes(spec.description, said);
  assertEquals(spec.usermeta, { negscope: { model: [], data: [] } });
  assertStringIncludes(await renderSvg(spec), ">Effects<");
});

Deno.test("heatMap() takes values and places from functions, and says that there is nothing to draw", async () => {
  const spec = heatMap(ROWS, {
    ...FIELDS,
    y: { field: "name", of: ({ head }) => `head ${head}`, order: (names) => names.toReversed() },
    value: { field: "percent", of: ({ effect = NaN }) => isNaN(effect) ? undefined : 100 * effect },
  });
  const tip = "head 1 in layer 2: percent 50";
  const first = { layer: 2, name: "head 1", percent: 50, label: "50", tip };
  assertEquals(valueAt(spec, "data.values.0"), first as object);
  assertEquals(valueAt(spec, "encoding.y.scale.domain"), ["head 2", "head 1"]);
  assertStringIncludes(await renderSvg(heatMap([], FIELDS)), "no rows to draw");
});

Deno.test("heatMap() makes the cells of a deep model narrower, and leaves out values that do not fit", () => {
  const cells = (layers: number) =>
    Array.from({ length: layers }, (_, i) => ({ layer: i + 1, head: 1, effect: -1.25 }));
  const step = (layers: number) =>
    valueAt(heatMap(cells(layers), FIELDS), "config.view.discreteWidth.step") as number;
  assertEquals(step(12), 30);
  assertEquals(Math.floor(48 * step(48)), 910); // 1040 less the room around
  const style = valueAt(heatMap(cells(48), FIELDS), "config.style.cell_value");
  assertEquals(style, { opacity: 0 });
});
