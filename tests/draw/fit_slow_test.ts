import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mapAxis, valueMap } from "../../lib/charts/value_map.ts";
import { type Preset, SCREEN, VENUES } from "../../lib/charts/spec.ts";
import { fitChart } from "../../lib/draw/fit.ts";
import { layOut, overlaps, placedTexts, type SceneNode, sceneRoot } from "../../lib/draw/layout.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { committedCharts, deepCharts } from "../charts/deep_charts.ts";

const ACL = VENUES.get("acl")!;
const LARGE = { layers: 24, heads: 16 };

const CASES = [
  ...[...deepCharts(LARGE)].map(([name, spec]) => ({ layers: LARGE.layers, name, spec })),
  ...[...committedCharts()].filter(([name]) => name !== "ablation")
    .map(([name, spec]) => ({ layers: 6, name, spec })),
];

for (const { layers, name, spec } of CASES) {
  Deno.test(`fitChart() lays out ${name} with ${layers} layers for the narrowest column: the right width, on a page, no overlapping text, three ticks`, async () => {
    const preset = ACL;
    const { spec: fitted, config } = await fitChart(spec, preset);
    const chart = await layOut(fitted, config);
    const root = sceneRoot(chart);
    const width = root.bounds.x2 - root.bounds.x1 + 2 * preset.padding;
    const most = preset.width;
    assert(width <= most && width > most - 3, `${width} of ${most}`);
    const texts = [...placedTexts(root)];
    assert(texts.length > 0);
    assertEquals(texts.filter(({ text }) => text.includes("…")), []); // Vega's sign of truncated text
    assertEquals(overlaps(texts).map(([a, b]) => `${a.text} | ${b.text}`), []);
    const height = root.bounds.y2 - root.bounds.y1 + 2 * preset.padding;
    assert(height <= preset.page, `${height} high, of ${preset.page}`);
    const ticks = [...axisTicks(root)];
    assert(ticks.every(({ count, labels }) => count >= 3 && labels >= 3), JSON.stringify(ticks));
  });
}

/** The ticks and the visible labels of each axis that has any ticks; an axis without any label repeats another's. */
function* axisTicks(node: SceneNode): Generator<{ count: number; labels: number }> {
  for (const inner of node.items ?? []) {
    const of = (role: string) => inner.items?.find((mark) => mark.role === role)?.items;
    const [ticks, labels] = [of("axis-tick"), of("axis-label")];
    if (ticks !== undefined && labels !== undefined) {
      yield { count: ticks.length, labels: labels.filter(({ opacity }) => opacity !== 0).length };
    }
    yield* axisTicks(inner);
  }
}

/** A map of 24 numbered rows and five columns. Every value is printed with the given label, except the first, which is short. */
function mapOf(label: string): object {
  const layers = Array.from({ length: 24 }, (_, i) => i + 1);
  const cells = layers.flatMap((layer) =>
    [1, 2, 3, 4, 5].map((head) => ({ layer, head, value: 0.5, label, tip: label }))
  );
  cells[0] = { ...cells[0]!, label: "0" };
  return valueMap(cells, {
    ...{ field: "value", legend: "value", range: { low: -1, high: 1 } },
    x: {
      field: "head",
      type: "ordinal",
      scale: { domain: [1, 2, 3, 4, 5] },
      axis: mapAxis("head"),
    },
    y: { field: "layer", type: "ordinal", scale: { domain: layers }, axis: mapAxis("layer") },
  });
}

/** The cells of a fitted map and the texts in them. */
async function drawnCells(spec: object, preset: Preset) {
  const { spec: fitted, config } = await fitChart(spec, preset);
  const chart = await layOut(fitted, config);
  const marks = (node: SceneNode, type: string): readonly SceneNode[] =>
    node.marktype === type && node.role === "mark"
      ? node.items!
      : (node.items ?? []).flatMap((inner) => marks(inner, type));
  const root = sceneRoot(chart);
  const [cells, texts] = ["rect", "text"].map((type) => marks(root, type));
  assertEquals(cells!.length, 120);
  const { x1, x2, y1, y2 } = cells![0]!.bounds;
  return {
    cell: { width: x2 - x1, height: y2 - y1 },
    texts: texts!.map(({ bounds, fontSize }) => (
      { width: bounds.x2 - bounds.x1, size: fontSize! }
    )),
  };
}

/** A page on which cells are about as large as on a screen. */
const PRINTED: Preset = { ...SCREEN, isPrint: true, width: 210 };

const TENTH = 0.1; // sizes are rounded down to a tenth

Deno.test("fitChart() prints the values of a squeezed map as large as its cells are high", async () => {
  // A cell is 22 high without squeezing and its text 9; from 11 down to 10 a text of 8 to 9 still fits with 1 above and below.
  const heights: number[] = [];
  for (const height of [650, 370, 360, 350, 340, 330, 320]) {
    const { cell, texts } = await drawnCells(mapOf(".50"), { ...PRINTED, height });
    if (texts.length === 0) {
      assert(cell.height - 2 < SCREEN.leastFontSize, `none in ${cell.height}`);
      continue;
    }
    assertEquals(texts.length, 120);
    const { size } = texts[0]!;
    const most = Math.min(SCREEN.fontSize - 2, cell.height - 2);
    assert(size <= most && size > most - TENTH, `${size} in ${cell.height}`);
    assertEquals(`${size}`.replace(/^\d+(\.\d)?/, ""), ""); // in tenths
    heights.push(cell.height);
  }
  assert(heights.some((height) => height < 11) && heights.includes(22), `${heights}`);
});

Deno.test("fitChart() prints values as large as the cells are wide, or not at all", async () => {
  const sizes: number[] = [];
  for (const label of [".5", ".50", "−.50", "−1.50", "12345", "−10.50", "−100.50"]) {
    const { cell, texts } = await drawnCells(mapOf(label), PRINTED);
    sizes.push(texts[0]?.size ?? 0);
    const widest = Math.max(...texts.map(({ width }) => width));
    assert(widest <= cell.width - 2, `${widest} in ${cell.width}`);
  }
  assertEquals(sizes.slice(0, 3), [9, 9, 9]);
  assertEquals(sizes, sizes.toSorted((a, b) => b - a));
  assert(sizes.some((size) => size > SCREEN.leastFontSize && size < 9), `${sizes}`);
  assertEquals(sizes.at(-1), 0);
  const least = { ...PRINTED, leastFontSize: 9 }; // the largest size that fits
  assertEquals((await drawnCells(mapOf(".50"), least)).texts.length, 120);
});

Deno.test("fitChart() puts more panels side by side if they would be higher than half a page, takes a page for more, and refuses what is higher", async () => {
  const preset = { ...ACL, height: 150, page: 240 };
  const y = { field: "y", type: "quantitative" };
  const panel = { title: "panel", mark: "point", data: { values: [{ y: 1 }] }, encoding: { y } };
  const fitted = async (panels: number) => {
    const { spec, config } = await fitChart({ concat: Array(panels).fill(panel) }, preset);
    const chart = await layOut(spec, config);
    const { items } = sceneRoot(chart).items![0] as SceneNode;
    const places = items!.filter(({ marktype, role }) => marktype === "group" && role === "scope")
      .flatMap(({ items }) => items!).map(({ x }) => x);
    const { y1, y2 } = sceneRoot(chart).bounds;
    return [new Set(places).size, y2 - y1 <= preset.height ? "half" : "whole"];
  };
  assertEquals(await fitted(2), [1, "half"]);
  assertEquals(await fitted(4), [2, "half"]);
  assertEquals(await fitted(10), [4, "whole"]);
  const high = { ...panel, encoding: { y: { field: "y" } }, height: { step: 300 } };
  const error = await assertRejectsCode(() => fitChart(high, preset), "chart-too-large");
  assertStringIncludes(error.message, "Cannot fit the chart into the 240 points of a page");
  assertStringIncludes(error.message, "points too high however low its panels are; take a wider");
});
