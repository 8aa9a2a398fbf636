/** Converts SVG to PNG with resvg and the shipped font. */

import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { NegscopeError } from "../errors.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";
import { pictureFont } from "./font.ts";

const MOST_PIXELS = 2e8; // a page of ICML has 22 million

let starting: Promise<void> | undefined;

function start(): Promise<void> {
  const wasm = new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  starting ??= readBytes(wasm, MOST_BYTES.own).then((bytes) => initWasm(bytes));
  return starting;
}

export async function svgToPng(
  svg: string,
  { density, font }: { readonly density: number; readonly font?: string | undefined },
): Promise<Uint8Array> {
  const { family, faces } = await pictureFont(font);
  await start();
  const [, units, lines] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!;
  const pixels = Number(units) * Number(lines) * density ** 2;
  if (pixels > MOST_PIXELS) {
    throw new NegscopeError("chart-too-large", {
      problem: "Cannot make a PNG of the chart",
      reason: `it would have ${Math.round(pixels / 1e6)} million pixels`,
      expected: `at most ${MOST_PIXELS / 1e6} million`,
      fix: "correct the sizes in its spec, or take the format svg or pdf",
    });
  }
  const picture = new Resvg(svg, {
    fitTo: { mode: "width", value: Math.round(Number(units) * density) },
    font: { fontBuffers: [faces.regular, faces.bold], defaultFontFamily: family },
  });
  try {
    return picture.render().asPng();
  } finally {
    picture.free();
  }
}
