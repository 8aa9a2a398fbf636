/** Converts SVG to PNG with resvg and the shipped font. */

import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { FAMILY, shippedFont } from "./font.ts";

let starting: Promise<void> | undefined;

function start(): Promise<void> {
  const wasm = new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  starting ??= Deno.readFile(wasm).then((bytes) => initWasm(bytes));
  return starting;
}

/**
 * Rasterizes an SVG document.
 *
 * @param svg The document; text is drawn in the shipped font, whatever font it names.
 * @param options Pixels per unit of the document's viewBox.
 * @returns The bytes of a PNG file, with its width rounded to whole pixels.
 * @throws {NegscopeError} If the font is absent: all text would vanish without it.
 */
export async function svgToPng(
  svg: string,
  { density }: { readonly density: number },
): Promise<Uint8Array> {
  const { regular, bold } = await shippedFont();
  await start();
  const [, units] = /viewBox="0 0 ([\d.]+) /.exec(svg)!;
  const picture = new Resvg(svg, {
    fitTo: { mode: "width", value: Math.round(Number(units) * density) },
    font: { fontBuffers: [regular, bold], defaultFontFamily: FAMILY },
  });
  try {
    return picture.render().asPng();
  } finally {
    picture.free();
  }
}
