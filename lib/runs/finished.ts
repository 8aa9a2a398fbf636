/** What happens to a run that is already finished. */

import { SCREEN } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import { NegscopeError, unreadableFile } from "../errors.ts";
import { readFinished, readWritten } from "../files/manifest.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";
import { sha256Text } from "../reading/sha256.ts";
import { figuresOf } from "./draw_figures.ts";
import { filesText, SUMMARY } from "./run_files.ts";
import { RunFolder } from "./folder/run_folder.ts";

export const NO_PICTURES: Pictures = { formats: [], preset: SCREEN };

/** Says that a run is finished already, and what it found. */
export async function sayFinished(
  path: string,
  pictures: Pictures,
  say: (line: string) => void,
): Promise<void> {
  say(await finishedAlready(path, pictures));
  say(`\n${await writtenSummary(path)}`);
}

/**
 * Draws the pictures of a finished run that are missing or were drawn for another venue; only one process at a time writes them. If
 * there is nothing to draw, nothing is written, and the folder may be read-only. Returns a line that says so.
 */
export async function finishedAlready(path: string, pictures: Pictures): Promise<string> {
  const said = `This run is finished already: ${path} (--overwrite repeats it)`;
  const drawn = await drawMissing(path, pictures);
  return drawn.length === 0 ? said : `${said}; drawn again: ${drawn.join(", ")}`;
}

export async function writtenSummary(path: string): Promise<string> {
  const { files, checksums = {} } = await readFinished(path);
  const text = await readWritten(path, SUMMARY, checksums).catch((cause: unknown) => {
    if (cause instanceof NegscopeError) throw cause;
    throw unreadableFile({
      doing: "read",
      path: `${path}/${SUMMARY}`,
      cause,
      fix: "check the folder's permissions, or repeat the run (--overwrite)",
      code: "run-edited",
    });
  });
  return `${text}\n${filesText(path, files)}`;
}

/**
 * Draws the pictures of a finished run that are missing or were drawn for another venue. If one cannot be read, all others are drawn before
 * its error is thrown.
 */
export async function drawMissing(path: string, pictures: Pictures): Promise<readonly string[]> {
  const missing = new Map<string, string | Uint8Array>();
  const unreadable: NegscopeError[] = [];
  const figures = pictures.formats.length === 0 ? [] : await figuresOf(path, pictures);
  for (const [name, content] of figures) {
    const picture = `${path}/${name}`;
    try {
      const bytes = await readBytes(picture, MOST_BYTES.rows);
      if (sha256Text(bytes) !== sha256Text(content)) missing.set(name, content);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) missing.set(name, content);
      else unreadable.push(pictureUnreadable(picture, cause));
    }
  }
  if (missing.size > 0) {
    using folder = await RunFolder.create(path);
    await folder.drawAgain(missing);
  }
  const [first] = unreadable;
  if (first !== undefined) throw first;
  return [...missing.keys()];
}

function pictureUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({
    doing: "draw picture",
    path,
    cause,
    fix: "move it away, and run the same command again",
  });
}
