/** The font of all text, for measuring and drawing: DejaVu Sans, shipped with the kit, or one that a user gives. */

import { Buffer } from "node:buffer";
import { firstLine, NegscopeError, wrongValue } from "../errors.ts";
import { fetchKitFiles, kitPath } from "../files/kit_files.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";

/** The bytes of the font's two faces, TrueType. */
export interface FontFaces {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

export interface PictureFont {
  readonly family: string;
  readonly faces: FontFaces;
  /** Whether it can draw a letter. */
  readonly has: (letter: string) => boolean;
}

const read = new Map<string, Promise<PictureFont>>();

/** The font of a picture: that of a file, or the shipped one. Each is read once. */
export function pictureFont(file?: string): Promise<PictureFont> {
  const found = read.get(file ?? "") ??
    (file === undefined
      ? shippedFont().then((faces) => ({ family: "DejaVu Sans", faces, has: () => true }))
      : readOwnFont(file));
  read.set(file ?? "", found);
  return found;
}

async function readOwnFont(file: string): Promise<PictureFont> {
  const wrong = (cause: unknown) =>
    wrongValue("draw text in font", file, "the file of a TrueType or OpenType font (.ttf, .otf)", {
      reason: firstLine(cause),
    });
  try {
    const bytes = await readBytes(file, MOST_BYTES.own);
    const { create } = await import("fontkitten");
    const font = create(Buffer.from(bytes));
    if (font.isCollection) throw new Error("it is a collection of fonts");
    return {
      family: font.familyName,
      faces: { regular: bytes, bold: bytes },
      has: (letter) => font.hasGlyphForCodePoint(letter.codePointAt(0)!),
    };
  } catch (cause) {
    throw wrong(cause);
  }
}

let reading: Promise<FontFaces> | undefined;

/** The shipped font, read once. */
export function shippedFont(): Promise<FontFaces> {
  reading ??= fetchKitFiles(kitPath("lib/draw/fonts")).then(readFont);
  return reading;
}

export async function readFont(folder: string): Promise<FontFaces> {
  const [regular, bold] = await Promise.all(
    ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map(async (name) => {
      const file = `${folder}/${name}`;
      return await readBytes(file, MOST_BYTES.own).catch((cause) => {
        throw new NegscopeError("kit-damaged", {
          problem: `Cannot read font "${file}"`,
          subject: file,
          reason: "it belongs to the kit and charts are measured with it",
          fix: "install the kit again",
          cause,
        });
      });
    }),
  );
  return { regular: regular!, bold: bold! };
}
