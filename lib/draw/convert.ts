/** Converts a drawn picture to another format; the library for a format is loaded when it is first needed. */

import type { Preset } from "../charts/venues.ts";

/**
 * Converts a picture to pixels.
 *
 * @param svg The picture.
 * @param preset The preset that it was drawn for.
 * @returns The bytes of a PNG file.
 */
export async function asPng(svg: string, { density }: Preset): Promise<Uint8Array> {
  const { svgToPng } = await import("./png.ts");
  return await svgToPng(svg, { density });
}

/**
 * Converts a picture to a page of vectors.
 *
 * @param svg The picture.
 * @param spec Its chart, whose `description` becomes the document's subject.
 * @returns The bytes of a PDF file.
 */
export async function asPdf(svg: string, spec: object): Promise<Uint8Array> {
  const { svgToPdf } = await import("./pdf.ts");
  const subject = "description" in spec ? `${spec.description}` : "";
  return await svgToPdf(svg, { subject });
}
