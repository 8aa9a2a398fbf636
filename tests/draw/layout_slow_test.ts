import { assertEquals, assertStringIncludes } from "@std/assert";
import { pictureFont } from "../../lib/draw/layout.ts";
import { SCREEN, VENUES } from "../../lib/charts/spec.ts";
import { renderPdf, renderPng, renderSvg } from "../../lib/draw/render.ts";
import { assertRejectsCode } from "../error_codes.ts";

const BOLD = new URL("../../lib/draw/fonts/DejaVuSans-Bold.ttf", import.meta.url).pathname;

/** A chart with a text on its axis. */
function chartOf(text: string): object {
  return {
    data: { values: [{ text, value: 1 }] },
    mark: "bar",
    encoding: {
      x: { field: "value", type: "quantitative" },
      y: { field: "text", type: "nominal", title: null },
    },
  };
}

function widthOf(svg: string): number {
  return Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)![1]);
}

Deno.test("pictures are measured and drawn in the font of a file", async () => {
  const preset = { ...SCREEN, font: BOLD };
  const text = "W".repeat(20);
  const [usual, own] = [await renderSvg(chartOf(text)), await renderSvg(chartOf(text), { preset })];
  assertStringIncludes(own, 'font-family="DejaVu Sans"'); // the name that the file gives
  // the axis takes as much room as its label: a bold W is (2259 - 2025) / 2048 em wider
  const wider = 20 * (2259 - 2025) / 2048 * SCREEN.fontSize;
  assertEquals(Math.abs(widthOf(own) - widthOf(usual) - wider) <= 1, true);
  assertEquals(await renderSvg(chartOf(text)), usual); // and nothing is left of it
  const [png, plain] = [await renderPng(chartOf("a"), { preset }), await renderPng(chartOf("a"))];
  assertEquals(png.length === plain.length, false);
  const icml = { ...VENUES.get("icml")!, font: BOLD };
  const pdf = new TextDecoder("latin1").decode(await renderPdf(chartOf("a"), { preset: icml }));
  assertEquals([...new Set(pdf.match(/\+DejaVuSans(?:-Bold)?\b/g))], ["+DejaVuSans-Bold"]);
});

Deno.test("a font that lacks a letter of the chart is refused, and so is a file that is no font", async () => {
  const preset = { ...SCREEN, font: BOLD };
  const drawn = () => renderSvg(chartOf("\u732b \u732b a"), { preset });
  const lacks = 'in font "DejaVu Sans": it lacks \u732b; expected a font with all letters';
  await assertRejectsCode(drawn, "value-wrong", lacks);
  const [own, says] = [
    new URL(import.meta.url).pathname,
    "expected the file of a TrueType or Open",
  ];
  await assertRejectsCode(() => pictureFont(own), "value-wrong", says);
  await assertRejectsCode(() => pictureFont("/none.ttf"), "value-wrong", "draw text in font");
});
