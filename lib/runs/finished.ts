/** What is done with a run that is finished already. */

import type { Pictures } from "../draw/pictures.ts";
import { writeWhole } from "../files/write_whole.ts";
import { figuresOf } from "./draw_figures.ts";
import { RunFolder } from "./folder/run_folder.ts";

/**
 * Says that a run is finished, once its pictures are as they are asked for: one that is missing, or drawn for another venue, is written
 * by one process at a time. Where none is, nothing is written, and the folder may be read-only.
 *
 * @param path The run's folder.
 * @param pictures The kinds of pictures, and what they are drawn for.
 * @returns The line to say.
 * @throws {NegscopeError} If a chart cannot be drawn, or a picture not be written.
 */
export async function finishedAlready(path: string, pictures: Pictures): Promise<string> {
  const said = `This run is finished already: ${path} (--overwrite repeats it)`;
  if (pictures.formats.length === 0) return said;
  const others: [string, string | Uint8Array][] = [];
  for (const [name, content] of await figuresOf(path, pictures)) {
    if (!await holds(`${path}/${name}`, content)) others.push([name, content]);
  }
  if (others.length === 0) return said;
  using _held = await RunFolder.create(path);
  for (const [name, content] of others) await writeWhole(`${path}/${name}`, content);
  return `${said}; drawn again: ${others.map(([name]) => name).join(", ")}`;
}

/** Whether a file is there and holds this. */
async function holds(path: string, content: string | Uint8Array): Promise<boolean> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const there = await Deno.readFile(path).catch(() => undefined);
  return there?.length === bytes.length && there.every((byte, i) => byte === bytes[i]);
}
