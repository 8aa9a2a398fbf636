/** The font of all text, for measuring and drawing: DejaVu Sans, shipped with the kit, or one that a user gives. */

import { Buffer } from "node:buffer";
import type { Font } from "fontkitten";
import { firstLine, NegscopeError, wrongValue } from "../errors.ts";
import { fetchKitFiles, kitPath } from "../files/kit_files.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";

/** The width of a text, in the unit of the size. */
export type TextWidth = (
  text: string,
  style: { readonly size: number; readonly bold: boolean },
) => number;

export interface PictureFont {
  readonly family: string;
  /** TrueType or OpenType. */
  readonly faces: { readonly regular: Uint8Array; readonly bold: Uint8Array };
  readonly has: (letter: string) => boolean;
  readonly textWidth: TextWidth;
}

const opened = new Map<string, Promise<PictureFont>>();

/** The font of a picture: that of a file, or the shipped one. Each is read once. */
export function pictureFont(file = ""): Promise<PictureFont> {
  const font = opened.get(file) ?? (file === "" ? shippedFont() : givenFont(file));
  opened.set(file, font);
  return font;
}

/** The shipped font; a letter that it lacks is drawn as a box. */
export async function shippedFont(folder?: string): Promise<PictureFont> {
  const from = folder ?? await fetchKitFiles(kitPath("lib/draw/fonts"));
  try {
    const faces = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
      readFace(`${from}/${name}`)
    );
    const [regular, bold] = await Promise.all(faces);
    return { ...fontOf(regular!, bold!), has: () => true };
  } catch (cause) {
    throw new NegscopeError("kit-damaged", {
      problem: `Cannot read the fonts in "${from}"`,
      reason: "one is missing, or is no TrueType font",
      fix: "install the kit again",
      cause,
    });
  }
}

async function givenFont(file: string): Promise<PictureFont> {
  try {
    const face = await readFace(file);
    return fontOf(face, face);
  } catch (cause) {
    throw wrongValue(
      "draw text in font",
      file,
      "the file of a TrueType or OpenType font (.ttf, .otf)",
      {
        reason: firstLine(cause),
      },
    );
  }
}

interface Face {
  readonly bytes: Uint8Array;
  readonly font: Font;
}

async function readFace(file: string): Promise<Face> {
  const bytes = await readBytes(file, MOST_BYTES.own);
  const { create } = await import("fontkitten");
  const font = create(Buffer.from(bytes));
  if (font.isCollection) throw new Error("it is a collection of fonts");
  return { bytes, font };
}

function fontOf(regular: Face, bold: Face): PictureFont {
  const [regularEms, boldEms] = [emsOf(regular), emsOf(bold)];
  return {
    family: regular.font.familyName,
    faces: { regular: regular.bytes, bold: bold.bytes },
    has: (letter) => regular.font.hasGlyphForCodePoint(letter.codePointAt(0)!),
    textWidth: (text, { size, bold }) => {
      const emsOfLetter = bold ? boldEms : regularEms;
      return [...text].reduce((ems, letter) => ems + emsOfLetter(letter), 0) * size;
    },
  };
}

/** The advance width of a letter, in ems. */
function emsOf({ font }: Face): (letter: string) => number {
  const known = new Map<string, number>();
  return (letter) => {
    const ems = known.get(letter) ??
      font.glyphForCodePoint(letter.codePointAt(0)!).advanceWidth / font.unitsPerEm;
    known.set(letter, ems);
    return ems;
  };
}
