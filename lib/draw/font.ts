/** The font that all text is measured and drawn in: DejaVu Sans, shipped with the kit. */

import { NegscopeError } from "../errors.ts";

/** The bytes of the font's two faces, TrueType. */
export interface FontFaces {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

/** The family's name, as pictures name it. */
export const FAMILY = "DejaVu Sans";

const FOLDER = new URL("fonts/", import.meta.url);

let reading: Promise<FontFaces> | undefined;

/**
 * The shipped font, read once.
 *
 * @throws {NegscopeError} If a file is not where the kit keeps it: without it text would be measured wrong, or vanish from PNGs.
 */
export function shippedFont(): Promise<FontFaces> {
  reading ??= readFont(FOLDER);
  return reading;
}

/**
 * Reads the font from a folder.
 *
 * @param folder Where DejaVuSans.ttf and DejaVuSans-Bold.ttf are.
 * @throws {NegscopeError} If one of them cannot be read.
 */
export async function readFont(folder: URL): Promise<FontFaces> {
  const [regular, bold] = await Promise.all(
    ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map(async (name) => {
      const file = new URL(name, folder);
      return await Deno.readFile(file).catch((cause) => {
        throw new NegscopeError("font-damaged", {
          problem: `Cannot read font "${file.pathname}"`,
          subject: file.pathname,
          reason: "it belongs to the kit and charts are measured with it",
          fix: "install the kit again",
          cause,
        });
      });
    }),
  );
  return { regular: regular!, bold: bold! };
}
