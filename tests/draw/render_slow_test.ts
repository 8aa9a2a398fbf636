import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { TopLevelSpec } from "vega-lite";
import { VENUES } from "../../lib/charts/spec.ts";
import { drawPictures, type PICTURE_FORMATS, pictureFiles } from "../../lib/draw/pictures.ts";
import { renderPdf, renderPng, renderSvg } from "../../lib/draw/render.ts";
import { assertRejectsCode } from "../error_codes.ts";

/** One row of cells, with a legend that Vega draws with a numbered gradient. */
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

Deno.test("renderSvg() gives the same bytes each time, one after the other and at once", async () => {
  const first = await renderSvg(map("negator"));
  assertStringIncludes(first, "gradient_0");
  assertEquals(await renderSvg(map("negator")), first);
  const together = await Promise.all(
    ["negator", "eot", "negator"].map((role) => renderSvg(map(role))),
  );
  assertEquals([together[0], together[2]], [first, first]);
  assert(together[1] !== first);
});

Deno.test("renderSvg() draws all text in the shipped font", async () => {
  const svg = await renderSvg(map("negator"));
  const fonts = new Set([...svg.matchAll(/font-family="([^"]*)"/g)].map((match) => match[1]));
  assertEquals([...fonts], ["DejaVu Sans, Verdana, sans-serif"]);
});

Deno.test("renderSvg() writes XML of characters that XML cannot hold or that turn a text around", async () => {
  const specOf = (id: string) => ({
    ...{ description: id, title: id, mark: "point", data: { values: [{ id }] } },
    encoding: { description: { field: "id", type: "nominal" } },
  });
  const svg = await renderSvg(specOf("a\uffffb\ufffec\u202ed\x1b"));
  assertStringIncludes(svg, 'aria-label="a\\u{ffff}b\\u{fffe}c\\u{202e}d\\u{1b}"');
  const png = await renderPng(specOf("a\0b\x1bc\uffffd\ud800e\x7f")); // its reader of XML is strict
  assert(png.length > 0);
});

Deno.test("renderSvg() names the picture and says what it shows to programs that read it aloud", async () => {
  const texts = { title: { text: ["A & ", "B"] }, description: "rows with d < 1" };
  const svg = await renderSvg({ ...map("negator"), ...texts } as TopLevelSpec, { preset: ICML });
  const said = "<title>A &amp; B</title><desc>rows with d &lt; 1</desc>";
  assertEquals(/<svg role="img"[^>]*>(<title>.*?<\/desc>)/.exec(svg)![1], said);
  const plain = await renderSvg(map("negator"));
  assertEquals(/<title>|<desc>/.test(plain), false); // nothing to say
});

const ICML = VENUES.get("icml")!;

/** The uncompressed part of a PDF file: its objects, without the streams. */
function objectsOf(pdf: Uint8Array): string {
  return new TextDecoder("latin1").decode(pdf).replaceAll(/stream\r?\n[\s\S]*?endstream/g, "");
}

Deno.test("renderSvg() makes a column's picture as wide as the column, in points", async () => {
  for (const [name, width] of [["icml", 234], ["icml-full", 486], ["neurips", 396], ["acl", 218]]) {
    const svg = await renderSvg(map("negator"), { preset: VENUES.get(`${name}`)! });
    assertStringIncludes(svg, ` width="${width}pt" height="`);
    assertStringIncludes(svg, ` viewBox="0 0 ${width} `);
  }
});

Deno.test("renderSvg() breaks titles into lines that fit the column", async () => {
  const text =
    "A title that is much longer than the one column of a venue that it is to be printed in";
  const svg = await renderSvg({ concat: [{ title: text, ...map("negator") }] }, { preset: ICML });
  const lines = [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map((match) => match[1]);
  assertEquals(lines.join(" "), text);
  assert(lines.length > 1);
});

Deno.test("renderSvg() refuses a chart whose labels leave no room in the column", async () => {
  const draw = () => renderSvg(map("w".repeat(60)), { preset: ICML });
  const says = 'into 234 points of "icml": labels and legends alone need';
  await assertRejectsCode(draw, "chart-too-large", says);
});

Deno.test("renderSvg() does not change the chart", async () => {
  const spec = map("negator");
  await renderSvg(spec, { preset: ICML });
  assertEquals(spec, map("negator"));
});

Deno.test("renderPng() draws 600 pixels per inch, including the text", async () => {
  const png = await renderPng(map("negator"), { preset: ICML });
  const width = new DataView(png.buffer, png.byteOffset).getUint32(16); // in the IHDR chunk
  assertEquals([width, png.slice(1, 4)], [234 / 72 * 600, new TextEncoder().encode("PNG")]);
  const without = await renderPng(map(""), { preset: ICML });
  assert(png.length > without.length); // a missing font would leave both without text
});

Deno.test("renderPdf() makes a page of the picture's size, with the font embedded and no bitmap", async () => {
  const pdf = objectsOf(await renderPdf(map("negator"), { preset: ICML }));
  const [, height] = /height="(\d+)pt"/.exec(await renderSvg(map("negator"), { preset: ICML }))!;
  assertStringIncludes(pdf, `/MediaBox [0 0 234 ${height}]`);
  assertEquals(pdf.match(/\/BaseFont \/[A-Z]{6}\+DejaVuSans\b/g)?.length, 2); // the font and its descendant font
  assertEquals(pdf.match(/\/FontFile2/g)?.length, 1);
  assert(!pdf.includes("/Subtype /Image") && !pdf.includes("/Helvetica"));
});

const BAR = { description: "one bar", data: { values: [{}] }, mark: "bar" };

Deno.test("pictureFiles() adds the source of a figure in print, which includes the best of the pictures for LaTeX", async () => {
  const preset = ICML;
  const files = async (formats: typeof PICTURE_FORMATS[number][]) => {
    const pictures = { formats, preset };
    return pictureFiles("a", BAR, { drawn: await drawPictures(BAR, pictures), pictures });
  };
  const all = await files(["svg", "png", "pdf"]);
  assertEquals(all.map(([name]) => name), ["a.svg", "a.png", "a.pdf", "a.tex"]);
  assertStringIncludes(`${all[3]![1]}`, "{a.pdf}");
  assertStringIncludes(`${(await files(["svg", "png"]))[2]![1]}`, "{a.png}");
  assertStringIncludes(`${(await files(["svg"]))[1]![1]}`, "\\includesvg");
});
