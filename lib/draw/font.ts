/** The font of all text, for measuring and drawing: DejaVu Sans, shipped with the kit. */

import { NegscopeError } from "../errors.ts";
import { fetchKitFiles, kitPath } from "../files/kit_files.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";

/** The bytes of the font's two faces, TrueType. */
export interface FontFaces {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

/** The name of the font family in pictures. */
export const FAMILY = "DejaVu Sans";

let reading: Promise<FontFaces> | undefined;

/**
 * The shipped font, read once.
 *
 * @throws {NegscopeError} If one of its files is missing; text would be measured wrongly without it, or vanish from PNGs.
 */
export function shippedFont(): Promise<FontFaces> {
  reading ??= fetchKitFiles(kitPath("lib/draw/fonts")).then(readFont);
  return reading;
}

/**
 * Reads the font from a folder.
 *
 * @param folder The folder of DejaVuSans.ttf and DejaVuSans-Bold.ttf.
 * @throws {NegscopeError} If one of them cannot be read.
 */
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
