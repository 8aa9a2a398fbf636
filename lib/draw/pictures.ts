/** Draws a chart's pictures. */

import type { Preset } from "../charts/spec.ts";
import { renderSvg } from "./render.ts";
import { textsOf } from "./spec_edits.ts";
import { texFigure } from "./tex.ts";

/** The kinds of pictures. */
export const PICTURE_FORMATS = ["svg", "png", "pdf"] as const;

/** A kind of picture. */
export type PictureFormat = typeof PICTURE_FORMATS[number];

/** The endings of all files that a chart's pictures can have; `.tex` is the figure's source in LaTeX. */
export const PICTURE_ENDINGS = [...PICTURE_FORMATS, "tex"] as const;

/** Which pictures of charts are wanted. */
export interface Pictures {
  /** Their kinds; empty for no pictures. */
  readonly formats: readonly PictureFormat[];
  /** The preset that they are drawn for. */
  readonly preset: Preset;
}

/** The contents of the files of a chart's pictures. */
export type DrawnPictures = ReadonlyMap<PictureFormat, string | Uint8Array>;

/**
 * Draws the pictures of a chart, which is laid out once for all of them.
 *
 * @param spec A Vega-Lite chart with its data in it.
 * @param pictures The kinds of pictures, and what they are drawn for.
 * @returns What their files hold, in the order of the kinds.
 * @throws {NegscopeError} If the chart cannot be drawn.
 */
export async function drawPictures(
  spec: object,
  { formats, preset }: Pictures,
): Promise<DrawnPictures> {
  const drawn = new Map<PictureFormat, string | Uint8Array>();
  if (formats.length === 0) return drawn;
  const svg = await renderSvg(spec, { preset });
  const content = {
    svg: () => svg,
    png: async () => await (await import("./png.ts")).svgToPng(svg, preset),
    pdf: async () =>
      await (await import("./pdf.ts")).svgToPdf(svg, { ...textsOf(spec), font: preset.font }),
  };
  for (const format of formats) drawn.set(format, await content[format]());
  return drawn;
}

/** The endings of the files that a chart's pictures have: the wanted kinds and, in print, the figure's source in LaTeX. */
export function pictureEndings({ formats, preset }: Pictures): readonly string[] {
  return preset.isPrint && formats.length > 0 ? [...formats, "tex"] : formats;
}

/** The files of a chart's pictures. Returns the names and contents of the files, in the order of {@linkcode pictureEndings}. */
export function pictureFiles(
  name: string,
  spec: object,
  { drawn, pictures }: { readonly drawn: DrawnPictures; readonly pictures: Pictures },
): [name: string, content: string | Uint8Array][] {
  const { formats, preset } = pictures;
  const set = (["pdf", "png", "svg"] as const).find((format) => formats.includes(format));
  return pictureEndings(pictures).map((ending) => [
    `${name}.${ending}`,
    ending === "tex"
      ? texFigure(spec, { name, format: set!, preset })
      : drawn.get(ending as PictureFormat)!,
  ]);
}
