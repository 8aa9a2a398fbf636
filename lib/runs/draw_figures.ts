/** The pictures of a finished run, drawn again from its charts, and what happens to a run that is already finished. */

import { firstLine, NegscopeError, readingFailure, unreadableFile } from "../errors/errors.ts";
import { DrawingThread } from "../draw/drawing_thread.ts";
import { type DrawnPictures, drawPictures, pictureFiles, type Pictures } from "../draw/pictures.ts";
import { readFinished, readManifest, readWritten } from "../files/manifest.ts";
import { isSamePath, MOST_BYTES, readBytes, textOf } from "../files/read_file.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";
import { pickPanels } from "./pick_panels.ts";
import { refuseOtherRun, RunFolder } from "./run_folder.ts";
import { SCREEN } from "../charts/spec.ts";
import { sha256Text } from "../reading/sha256.ts";
import { reportText, SUMMARY } from "./write_results.ts";

const ENDING = ".vl.json";

/** Where pictures go. */
export interface DrawingOptions {
  /** The folder, made if needed. @default {that of the charts} */
  readonly out?: string;
  /** Whether pictures of these names that are not known to be the run's own are replaced. @default {false} */
  readonly overwrite?: boolean;
  /** What the titles of the panels say that are drawn, without all others and in pictures of their own. @default {whole charts} */
  readonly panels?: readonly string[] | undefined;
}

/**
 * Draws every chart of a folder again. Nothing is computed, since a chart contains its data.
 *
 * @param folder The folder with the charts, as NAME.vl.json.
 * @param pictures The formats of the pictures, and the preset that they are drawn for.
 * @param options Where the pictures go, and what happens to others there.
 * @returns The names of the files, in the order of the charts' names.
 * @throws {NegscopeError} If the folder has no charts, one of them is not a JSON object, or a picture cannot be drawn or written, other files
 * have the names of pictures, or the pictures are to go into another run's folder.
 */
export async function drawFigures(
  folder: string,
  pictures: Pictures,
  { out = folder, overwrite = false, panels }: DrawingOptions = {},
): Promise<string[]> {
  const whole = await readCharts(folder);
  if (whole.size === 0) throw noCharts(folder);
  const charts = panels === undefined ? whole : pickPanels(whole, panels);
  await refuseOtherRun(out, folder);
  using target = await RunFolder.create(out);
  await using thread = new DrawingThread();
  const draw = (spec: object) => thread.draw(spec, pictures);
  const drawn = await drawCharts(charts, { folder, pictures, draw });
  await target.drawAgain(drawn, { overwrite, isOwn: await isSamePath(folder, out) });
  return [...drawn.keys()];
}

/** The pictures of charts by the names of their files. */
async function drawCharts(
  charts: ReadonlyMap<string, object>,
  { folder, pictures, draw }: {
    readonly folder: string;
    readonly pictures: Pictures;
    readonly draw: (spec: object) => Promise<DrawnPictures>;
  },
): Promise<Map<string, string | Uint8Array>> {
  const figures = new Map<string, string | Uint8Array>();
  for (const [chart, spec] of charts) {
    const path = `${folder}/${chart}${ENDING}`;
    const drawn = await draw(spec).catch((cause: unknown) => {
      throw new NegscopeError("chart-invalid", {
        problem: `Cannot make pictures of "${path}"`,
        reason: firstLine(cause),
        cause,
      });
    });
    for (const [name, content] of pictureFiles(chart, spec, { drawn, pictures })) {
      figures.set(name, content);
    }
  }
  return figures;
}

/** The charts of a folder by their names, in the order of these. */
async function readCharts(
  folder: string,
  isRead: (file: string) => boolean = () => true,
): Promise<Map<string, object>> {
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)
    .catch((cause: unknown) => {
      throw noCharts(folder, cause);
    });
  const charts = new Map<string, object>();
  for (const file of files.filter((file) => file.endsWith(ENDING) && isRead(file)).sort()) {
    const path = `${folder}/${file}`;
    const bytes = await readBytes(path, MOST_BYTES.rows).catch((error: unknown) => {
      throw chartUnreadable(path, error);
    });
    charts.set(file.slice(0, -ENDING.length), parseChart(bytes, path));
  }
  return charts;
}

function parseChart(bytes: Uint8Array, path: string): object {
  let spec: unknown;
  try {
    spec = parseJson(textOf(bytes));
  } catch (cause) {
    throw chartUnreadable(path, cause);
  }
  if (isObject(spec)) return spec;
  throw chartUnreadable(path);
}

function noCharts(folder: string, cause?: unknown): NegscopeError {
  return new NegscopeError("run-missing", {
    problem: `Cannot find charts (NAME.vl.json) in "${folder}"`,
    fix: "give the folder of a finished run, such as results/trace",
    cause,
  });
}

function chartUnreadable(path: string, cause?: unknown): NegscopeError {
  const isOther = cause === undefined || cause instanceof SyntaxError;
  const why = cause === undefined ? "" : ` (${jsonFailure(cause)})`;
  return new NegscopeError("run-edited", {
    problem: `Cannot read chart "${path}"`,
    reason: isOther ? `it must be a JSON object, a Vega-Lite spec${why}` : readingFailure(cause),
    fix: "move it away and repeat the run",
    cause,
  });
}

export const NO_PICTURES: Pictures = { formats: [], preset: SCREEN };

export async function sayFinished(
  path: string,
  pictures: Pictures,
  say?: (line: string) => void,
): Promise<void> {
  const line = await finishedAlready(path, pictures); // which draws the pictures that are missing
  say?.(line);
  say?.(`\n${await writtenSummary(path)}`);
}

/** Draws the pictures of a finished run that are missing or for another venue, and says so; if there are none, the folder may be read-only. */
export async function finishedAlready(path: string, pictures: Pictures): Promise<string> {
  const said = `This run is finished already: ${path} (--overwrite repeats it)`;
  const drawn = await drawMissing(path, pictures);
  return drawn.length === 0 ? said : `${said}; drawn again: ${drawn.join(", ")}`;
}

export async function writtenSummary(path: string): Promise<string> {
  const { checksums = {} } = await readFinished(path);
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
  return `${text}\n${reportText(path)}`;
}

/** Draws the pictures of a finished run that are missing or for another venue. If one cannot be read, all others are drawn before its error is thrown. */
export async function drawMissing(path: string, pictures: Pictures): Promise<readonly string[]> {
  const missing = new Map<string, string | Uint8Array>();
  let unreadable: NegscopeError | undefined;
  if (pictures.formats.length === 0) return [];
  const { checksums = {} } = await readManifest(`${path}/manifest.json`) ?? {};
  const charts = await readCharts(path, (file) => Object.hasOwn(checksums, file));
  const draw = (spec: object) => drawPictures(spec, pictures);
  for (const [name, content] of await drawCharts(charts, { folder: path, pictures, draw })) {
    const picture = `${path}/${name}`;
    try {
      const bytes = await readBytes(picture, MOST_BYTES.rows);
      if (sha256Text(bytes) !== sha256Text(content)) missing.set(name, content);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) missing.set(name, content);
      else {
        const fix = "move it away, and run the same command again";
        unreadable ??= unreadableFile({ doing: "draw picture", path: picture, cause, fix });
      }
    }
  }
  if (missing.size > 0) {
    using folder = await RunFolder.create(path);
    await folder.drawAgain(missing);
  }
  if (unreadable !== undefined) throw unreadable;
  return [...missing.keys()];
}
