import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { renderSvg, svgToPdf, svgToPng } from "../../lib/draw/render.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import { assertRejectsCode } from "../error_codes.ts";

function svg(content = "", unit = ""): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200${unit}" height="50.5${unit}" viewBox="0 0 200 50.5">${content}</svg>`;
}

/** The uncompressed part of a PDF file: its objects, without the streams. */
async function objects(svg: string, description = "a chart", title = ""): Promise<string> {
  return new TextDecoder("latin1").decode(await svgToPdf(svg, { title, description }))
    .replaceAll(/stream\r?\n[\s\S]*?endstream/g, "");
}

Deno.test("svgToPdf() makes one page of the viewBox's size in points, whatever the picture's unit", async () => {
  const pdf = await objects(svg());
  assertEquals(pdf.match(/\/MediaBox \[[^\]]*\]/g), ["/MediaBox [0 0 200 50.5]"]);
  assertEquals(await objects(svg("", "pt")), pdf);
});

Deno.test("svgToPdf() records the title, the subject, the language and the producer, and no time", async () => {
  const pdf = await objects(svg(), "Heat maps, one a side", "Effects");
  const property = (name: string) => {
    const [, id] = new RegExp(`/${name} (\\d+) 0 R`).exec(pdf)!;
    return new RegExp(`^${id} 0 obj\n(.*)$`, "m").exec(pdf)![1];
  };
  assertEquals(property("Subject"), "(Heat maps, one a side)");
  assertEquals(property("Title"), "(Effects)");
  assertStringIncludes(pdf, "/Lang (en)");
  assertStringIncludes(pdf, "/DisplayDocTitle true");
  assertEquals(property("Producer"), "(negscope)");
  assertEquals(property("CreationDate"), "(D:19700101000000Z)");
});

Deno.test("svgToPdf() embeds only the font faces that the picture uses", async () => {
  const text = (weight: string) => `<text y="20" font-weight="${weight}">abc</text>`;
  const faces = async (content: string) =>
    [...new Set((await objects(svg(content))).match(/\+DejaVuSans(?:-Bold)?\b/g))].sort();
  assertEquals(await faces(text("normal")), ["+DejaVuSans"]);
  assertEquals(await faces(text("normal") + text("bold")), ["+DejaVuSans", "+DejaVuSans-Bold"]);
});

/** A white picture of 20 x 10 units that shows something. */
function svgOf(shape: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="20pt" height="10pt" viewBox="0 0 20 10">
    <rect width="20" height="10" fill="white"/>${shape}</svg>`;
}

async function pixels(svg: string, density: number) {
  const png = await svgToPng(svg, { density });
  const { data, info } = await sharp(Buffer.from(png)).removeAlpha().greyscale().raw()
    .toBuffer({ resolveWithObject: true });
  return { data: [...data], width: info.width, height: info.height };
}

Deno.test("svgToPng() draws the given pixels per unit of the viewBox, with the width rounded", async () => {
  for (const [density, width, height] of [[1, 20, 10], [2.5, 50, 25], [600 / 72, 167, 83]]) {
    const { width: w, height: h } = await pixels(svgOf(""), density!);
    assertEquals([w, Math.abs(h - height!) <= 1], [width, true]);
  }
});

Deno.test("svgToPng() draws text in the shipped font, whatever font it names, and keeps bold text bold", async () => {
  const ink = async (style: string) => {
    const { data } = await pixels(svgOf(`<text y="9" font-size="9px" ${style}>ab</text>`), 4);
    return data.reduce((sum, value) => sum + 255 - value, 0);
  };
  const [named, unknown, bold] = await Promise.all(
    ['font-family="DejaVu Sans"', 'font-family="None Such"', 'font-weight="bold"'].map(ink),
  );
  assertEquals(named! > 0, true);
  assertEquals(unknown, named);
  assertEquals(bold! > 1.2 * named!, true);
});

/** A chart of one point with further channels of its encoding, and further parts. */
function point(encoding: object, more: object = {}): object {
  return {
    data: { values: [{ a: 1 }] },
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative" }, ...encoding },
    ...more,
  };
}

const IMAGE = { mark: { type: "image", width: 9, height: 9 } };
const ELSEWHERE = "url(http://127.0.0.1:9/x)";

Deno.test("renderSvg() refuses links that run something, and images and styles from elsewhere", async () => {
  const charts = [
    ...["data:text/html,x", "file:///etc/passwd", "/x"].map((value) => point({ href: { value } })),
    ...["http://127.0.0.1:9/x.png", "/etc/passwd", "data:image/svg+xml;base64,PHN2Zy8+"].map(
      (value) => point({ url: { value } }, IMAGE),
    ),
    point({ color: { value: ELSEWHERE } }),
    point({ color: { value: "\\75rl(http://127.0.0.1:9/x)" } }),
    point({}, { background: ELSEWHERE }),
    point({}, { mark: { type: "point", blend: `normal; filter: ${ELSEWHERE}` } }),
    { concat: [point({ facet: { field: "a" }, href: { value: "/x" } })] },
  ];
  for (const chart of charts) {
    await assertRejectsCode(() => renderSvg(chart), "chart-invalid", "it refers to ");
  }
});

Deno.test("renderSvg() keeps links to pages, images in the spec and texts that look like styles", async () => {
  const pixel =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const page = "https://example.org/";
  assertStringIncludes(await renderSvg(point({ href: { value: page } })), `xlink:href="${page}"`);
  assertStringIncludes(await renderSvg(point({ url: { value: pixel } }, IMAGE)), pixel);
  assertStringIncludes(await renderSvg(point({}, { title: ELSEWHERE })), ELSEWHERE);
  for (const value of ["rgba(0, 0, 0, 0.5)", "hsl(120deg 75% 25%)", "#abc", "currentColor"]) {
    await renderSvg(point({ color: { value } }));
  }
});

Deno.test("svgToPng() refuses a chart of more pixels than any page has", async () => {
  const square = () => svgToPng('<svg viewBox="0 0 50000 50000"></svg>', SCREEN);
  const says =
    "it would have 10000 million pixels; expected at most 200 million; correct the sizes";
  await assertRejectsCode(square, "chart-too-large", says);
});
