/** A drawn picture in another format; what a format needs is loaded when it is asked for. */

import type { Preset } from "../charts/venues.ts";

/**
 * A picture in pixels.
 *
 * @param svg The picture.
 * @param preset What it was drawn for.
 * @returns The bytes of a PNG file.
 */
export async function asPng(svg: string, { density }: Preset): Promise<Uint8Array> {
  const { svgToPng } = await import("./png.ts");
  return await svgToPng(svg, { density });
}

/**
 * A picture as a page of vectors.
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
