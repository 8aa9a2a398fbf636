import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { TopLevelSpec } from "vega-lite";
import { SCREEN } from "../../lib/report/charts/theme.ts";
import { renderSvg } from "../../lib/report/render.ts";

/** One row of cells, with a legend that Vega draws by a numbered gradient. */
function map(role: string): TopLevelSpec {
  return {
    data: { values: [{ layer: 0, role, cte: 0.5 }, { layer: 1, role, cte: 1 }] },
    mark: "rect",
    encoding: {
      x: { field: "layer", type: "ordinal" },
      y: { field: "role", type: "nominal", title: null },
      color: { field: "cte", type: "quantitative" },
    },
  };
}

function widthOf(svg: string): number {
  return Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
}

Deno.test("renderSvg() gives the same bytes each time, in turn and at once", async () => {
  const first = await renderSvg(map("negator"));
  assertStringIncludes(first, "gradient_0");
  assertEquals(await renderSvg(map("negator")), first);
  const together = await Promise.all(
    ["negator", "eot", "negator"].map((role) => renderSvg(map(role))),
  );
  assertEquals([together[0], together[2]], [first, first]);
  assert(together[1] !== first);
});

Deno.test("renderSvg() lays text out by the shipped font", async () => {
  // The axis takes as much room as its label: W is (2025 - 569) / 2048 em wider than i. A picture's width is a whole number.
  const wider = widthOf(await renderSvg(map("W".repeat(10)))) -
    widthOf(await renderSvg(map("i".repeat(10))));
  assert(Math.abs(wider - 10 * (2025 - 569) / 2048 * SCREEN.fontSize) <= 1, `${wider}`);
});

Deno.test("renderSvg() draws text in the shipped font, and in no other", async () => {
  const svg = await renderSvg(map("negator"));
  const fonts = new Set([...svg.matchAll(/font-family="([^"]*)"/g)].map((match) => match[1]));
  assertEquals([...fonts], ["DejaVu Sans, Verdana, sans-serif"]);
});

Deno.test("renderSvg() takes its sizes from the preset", async () => {
  const wide = { ...SCREEN, cell: { width: SCREEN.cell.width + 50, height: SCREEN.cell.height } };
  const [usual, wider] = await Promise.all([
    renderSvg(map("negator")),
    renderSvg(map("negator"), { preset: wide }),
  ]);
  assertEquals(widthOf(wider) - widthOf(usual), 2 * 50);
});

Deno.test("renderSvg() makes an error of what Vega-Lite warns of", async () => {
  const spec: TopLevelSpec = {
    data: { values: [{ a: 1 }] },
    mark: "bar",
    encoding: { shape: { field: "a", type: "nominal" } },
  };
  await assertRejects(() => renderSvg(spec), Error, "Vega warns: shape dropped");
});

Deno.test("renderSvg() makes an error of what Vega warns of", async () => {
  const spec: TopLevelSpec = {
    data: { values: [] },
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative" } },
  };
  await assertRejects(() => renderSvg(spec), Error, "Vega warns: Infinite extent");
});

Deno.test("renderSvg() refuses to load data", async () => {
  const spec: TopLevelSpec = { data: { name: "rows", url: "rows.csv" }, mark: "point" };
  await assertRejects(() => renderSvg(spec), Error, '"rows" is loaded from elsewhere');
});
