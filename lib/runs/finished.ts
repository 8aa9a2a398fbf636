/** What is done with a run that is finished already. */

import type { Pictures } from "../draw/pictures.ts";
import { drawFigures } from "./draw_figures.ts";
import { RunFolder } from "./folder/run_folder.ts";

/**
 * Draws the pictures of a finished run again, one process at a time, and says that it is finished.
 *
 * @param path The run's folder.
 * @param pictures The kinds of pictures, and what they are drawn for.
 * @returns The line to say.
 */
export async function finishedAlready(path: string, pictures: Pictures): Promise<string> {
  const said = `This run is finished already: ${path} (--overwrite repeats it)`;
  if (pictures.formats.length === 0) return said;
  using _held = await RunFolder.create(path);
  return `${said}; drawn again: ${(await drawFigures(path, pictures)).join(", ")}`;
}
