/** The pictures of a finished run, drawn again from its charts. */

import { firstLine, NegscopeError } from "../errors.ts";
import { type DrawingLimits, DrawingThread } from "../draw/apart/drawing_thread.ts";
import type { Pictures } from "../draw/pictures.ts";
import { writeWhole } from "../files/write_whole.ts";
import { folderNotWritable } from "../files/writing_errors.ts";

const ENDING = ".vl.json";

/**
 * Draws every chart of a folder again. Nothing is computed, since a chart contains its data.
 *
 * @param folder The folder with the charts, as NAME.vl.json.
 * @param pictures The formats of the pictures, and the preset that they are drawn for.
 * @param options Where the pictures go; the folder is created if needed. What one chart may take. @default {folder}
 * @returns The names of the files, in the order of the charts' names.
 * @throws {NegscopeError} If the folder has no charts, one of them is not a JSON object, or a picture cannot be drawn or written.
 */
export async function drawFigures(
  folder: string,
  pictures: Pictures,
  { out = folder, limits = {} }: { readonly out?: string; readonly limits?: DrawingLimits } = {},
): Promise<string[]> {
  const charts = await readCharts(folder);
  if (charts.size === 0) throw noCharts(folder);
  if (out !== folder) {
    await Deno.mkdir(out, { recursive: true }).catch((cause: unknown) => {
      throw folderNotWritable(out, cause);
    });
  }
  const written: string[] = [];
  await using thread = new DrawingThread(limits);
  for (const chart of charts) {
    for (const [name, content] of await figuresOfChart(chart, folder, { pictures, thread })) {
      await writeWhole(`${out}/${name}`, content);
      written.push(name);
    }
  }
  return written;
}

/**
 * Draws every chart of a folder without writing a file.
 *
 * @param folder The folder with the charts, as NAME.vl.json.
 * @param pictures The formats of the pictures, and the preset that they are drawn for.
 * @returns The contents of the files by name, in the order of the charts' names.
 * @throws {NegscopeError} If the folder does not exist, or a chart is not a JSON object or cannot be drawn.
 */
export async function figuresOf(
  folder: string,
  pictures: Pictures,
): Promise<Map<string, string | Uint8Array>> {
  const figures = new Map<string, string | Uint8Array>();
  const charts = await readCharts(folder);
  await using thread = new DrawingThread();
  for (const chart of charts) {
    for (const [name, content] of await figuresOfChart(chart, folder, { pictures, thread })) {
      figures.set(name, content);
    }
  }
  return figures;
}

/** The charts of a folder by name; all are read before the first is drawn. */
async function readCharts(folder: string): Promise<Map<string, object>> {
  const charts = new Map<string, object>();
  for (const name of await chartNames(folder)) {
    charts.set(name, await readChart(`${folder}/${name}${ENDING}`));
  }
  return charts;
}

async function figuresOfChart(
  [chart, spec]: readonly [name: string, spec: object],
  folder: string,
  { pictures, thread }: { readonly pictures: Pictures; readonly thread: DrawingThread },
): Promise<[name: string, content: string | Uint8Array][]> {
  const drawn = await thread.draw(spec, pictures).catch((cause: unknown) => {
    const path = `${folder}/${chart}${ENDING}`;
    throw new NegscopeError("chart-not-drawn", {
      problem: `Cannot make pictures of "${path}"`,
      subject: path,
      reason: firstLine(cause),
      cause,
    });
  });
  return [...drawn].map(([format, content]) => [`${chart}.${format}`, content]);
}

async function chartNames(folder: string): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length)).sort();
  } catch (cause) {
    throw noCharts(folder, cause);
  }
}

async function readChart(path: string): Promise<object> {
  try {
    const spec: unknown = JSON.parse(await Deno.readTextFile(path));
    if (typeof spec === "object" && spec !== null && !Array.isArray(spec)) return spec;
  } catch (cause) {
    throw chartUnreadable(path, cause);
  }
  throw chartUnreadable(path);
}

function noCharts(folder: string, cause?: unknown): NegscopeError {
  return new NegscopeError("charts-missing", {
    problem: `Cannot find charts (NAME.vl.json) in "${folder}"`,
    subject: folder,
    fix: "give the folder of a finished run, such as results/trace",
    cause,
  });
}

function chartUnreadable(path: string, cause?: unknown): NegscopeError {
  return new NegscopeError("chart-unreadable", {
    problem: `Cannot read chart "${path}"`,
    subject: path,
    reason: "it must be a JSON object, a Vega-Lite spec",
    fix: "repeat the run with --overwrite",
    cause,
  });
}
