/** How wide a text is in the font that is shipped. */

import { Buffer } from "node:buffer";
import { fontMissing } from "../errors.ts";

/** The look of a text, as far as its width depends on it. */
export interface TextStyle {
  /** The font's size; the width has its unit. */
  readonly size: number;
  readonly bold: boolean;
}

/** Measures a text. */
export type TextWidth = (text: string, style: TextStyle) => number;

const FACES = { regular: "fonts/DejaVuSans.ttf", bold: "fonts/DejaVuSans-Bold.ttf" };

/**
 * Loads DejaVu Sans, regular and bold.
 *
 * @returns A function that sums the advance widths of a text's letters. Kerning, under one percent here, is left out.
 * @throws {Error} If a font file is not where the kit keeps it.
 */
export async function loadTextWidth(): Promise<TextWidth> {
  const [regular, bold] = await Promise.all([loadFace(FACES.regular), loadFace(FACES.bold)]);
  return (text, style) => {
    const advance = style.bold ? bold : regular;
    let ems = 0;
    for (const letter of text) ems += advance(letter);
    return ems * style.size;
  };
}

/** Advance widths in ems by letter. */
async function loadFace(file: string): Promise<(letter: string) => number> {
  const url = new URL(file, import.meta.url);
  const { create } = await import("fontkitten");
  const bytes = await Deno.readFile(url).catch((cause) => {
    throw fontMissing(url.pathname, cause);
  });
  const font = create(Buffer.from(bytes.buffer));
  if (font.isCollection) throw fontMissing(url.pathname, undefined);
  const advances = new Map<string, number>();
  return (letter) => {
    let advance = advances.get(letter);
    if (advance === undefined) {
      advance = font.glyphForCodePoint(letter.codePointAt(0)!).advanceWidth / font.unitsPerEm;
      advances.set(letter, advance);
    }
    return advance;
  };
}
