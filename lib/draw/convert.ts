/** Converts a drawn picture to another format; the library for a format is loaded when it is first needed. */

import type { Preset } from "../charts/venues.ts";
import { textsOf } from "./spec_edits.ts";

/**
 * Converts a picture to pixels.
 *
 * @param svg The picture.
 * @param preset The preset that it was drawn for.
 * @returns The bytes of a PNG file.
 */
export async function asPng(svg: string, { density, font }: Preset): Promise<Uint8Array> {
  const { svgToPng } = await import("./png.ts");
  return await svgToPng(svg, { density, font });
}

/**
 * Converts a picture to a page of vectors.
 *
 * @param svg The picture.
 * @param spec Its chart, whose title and `description` become those of the document.
 * @param preset The preset that it was drawn for.
 * @returns The bytes of a PDF file.
 */
export async function asPdf(svg: string, spec: object, { font }: Preset): Promise<Uint8Array> {
  const { svgToPdf } = await import("./pdf.ts");
  const { title, description } = textsOf(spec);
  return await svgToPdf(svg, { title, subject: description, font });
}
