/** Measures the width of text in the shipped font. */

import { Buffer } from "node:buffer";
import { NegscopeError } from "../errors.ts";
import { type FontFaces, shippedFont } from "./font.ts";

/** The style of a text, as far as its width depends on it. */
export interface TextStyle {
  /** The font size; the width has the same unit. */
  readonly size: number;
  readonly bold: boolean;
}

export type TextWidth = (text: string, style: TextStyle) => number;

/** Loads the widths of the shipped font's letters. */
export async function loadTextWidth(faces?: FontFaces): Promise<TextWidth> {
  const { regular, bold } = faces ?? await shippedFont();
  const [advance, advanceBold] = await Promise.all([advancesOf(regular), advancesOf(bold)]);
  return (text, style) => {
    const ofLetter = style.bold ? advanceBold : advance;
    let ems = 0;
    for (const letter of text) ems += ofLetter(letter);
    return ems * style.size;
  };
}

/** The advance widths of letters, in ems. */
async function advancesOf(bytes: Uint8Array): Promise<(letter: string) => number> {
  const { create } = await import("fontkitten");
  const font = openFont(() =>
    create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  );
  if (font.isCollection) throw fontDamaged();
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

function openFont<Opened>(open: () => Opened): Opened {
  try {
    return open();
  } catch (cause) {
    throw fontDamaged(cause);
  }
}

function fontDamaged(cause?: unknown): NegscopeError {
  return new NegscopeError("kit-damaged", {
    problem: "Cannot read the kit's font",
    reason: "the file is no TrueType font",
    fix: "install the kit again",
    cause,
  });
}
