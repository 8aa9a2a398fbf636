import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { svgToPng } from "../../lib/draw/render.ts";

/** A white picture of 20 x 10 units that shows something. */
function svg(shape: string): string {
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
    const { width: w, height: h } = await pixels(svg(""), density!);
    assertEquals([w, Math.abs(h - height!) <= 1], [width, true]);
  }
});

Deno.test("svgToPng() draws shapes where they are", async () => {
  const { data } = await pixels(svg('<rect x="10" width="10" height="5" fill="black"/>'), 1);
  const row = (y: number) => data.slice(20 * y, 20 * y + 20);
  const half = [...new Array(10).fill(255), ...new Array(10).fill(0)];
  assertEquals([row(0), row(4), row(5)], [half, half, new Array(20).fill(255)]);
});

Deno.test("svgToPng() draws text in the shipped font, whatever font it names, and keeps bold text bold", async () => {
  const ink = async (style: string) => {
    const { data } = await pixels(svg(`<text y="9" font-size="9px" ${style}>ab</text>`), 4);
    return data.reduce((sum, value) => sum + 255 - value, 0);
  };
  const [named, unknown, bold] = await Promise.all(
    ['font-family="DejaVu Sans"', 'font-family="None Such"', 'font-weight="bold"'].map(ink),
  );
  assertEquals(named! > 0, true);
  assertEquals(unknown, named);
  assertEquals(bold! > 1.2 * named!, true);
});
