/** The font that all text is measured and drawn in: DejaVu Sans, shipped with the kit. */

import { fontMissing } from "../errors.ts";

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
 * @throws {Error} If a file is not where the kit keeps it: without it text would be measured wrong, or vanish from PNGs.
 */
export function shippedFont(): Promise<FontFaces> {
  reading ??= readFont(FOLDER);
  return reading;
}

/**
 * Reads the font from a folder.
 *
 * @param folder Where DejaVuSans.ttf and DejaVuSans-Bold.ttf are.
 * @throws {Error} If one of them cannot be read.
 */
export async function readFont(folder: URL): Promise<FontFaces> {
  const [regular, bold] = await Promise.all(
    ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map(async (name) => {
      const file = new URL(name, folder);
      return await Deno.readFile(file).catch((cause) => {
        throw fontMissing(file.pathname, cause);
      });
    }),
  );
  return { regular: regular!, bold: bold! };
}
