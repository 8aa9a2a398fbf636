/** Converts a drawn picture to another format; the library for a format is loaded when it is first needed. */

import type { Preset } from "../charts/venues.ts";
import { textsOf } from "./spec_edits.ts";

/** Converts a picture to pixels. */
export async function asPng(svg: string, { density, font }: Preset): Promise<Uint8Array> {
  const { svgToPng } = await import("./png.ts");
  return await svgToPng(svg, { density, font });
}

/** Converts a picture to a page of vectors. */
export async function asPdf(svg: string, spec: object, { font }: Preset): Promise<Uint8Array> {
  const { svgToPdf } = await import("./pdf.ts");
  const { title, description } = textsOf(spec);
  return await svgToPdf(svg, { title, subject: description, font });
}
