/** Makes the report of a run from the files in its folder. */

import { NegscopeError } from "../errors.ts";
import { niceCeil } from "../charts/spec.ts";
import { loadColourScale } from "./colours.ts";
import type { Figure } from "./figure.ts";
import { reportPage } from "./page.ts";
import { readBeginning, readBrowsed, TracedCells } from "./read_run.ts";
import type { BrowsedRow, RowBrowserOptions } from "./rows.ts";
import type { ReportTable } from "./table.ts";
import { makeThumbnail, type Thumbnail } from "./thumbnail.ts";
import type { Manifest } from "../files/manifest.ts";
import { type AnyTable, numberColumns } from "../tables/table.ts";
import { columnOf, readCsvTable } from "../tables/read_table.ts";
import { manifestUnreadable } from "../files/sealed_manifest.ts";
import { renderSvg } from "../draw/render.ts";
import { writeWhole } from "../disk/write_whole.ts";

/** What a report needs besides the run's folder. */
export interface ReportOptions {
  /** Reads an image file by its name in the data; the page says which images cannot be read, and why. */
  readonly images?: ((name: string) => Promise<Uint8Array>) | undefined;
  /** Charts that are already drawn for the screen, as SVG by their names. @default {all are drawn} */
  readonly drawn?: ReadonlyMap<string, string>;
  /** The tables that the run wrote, whose columns are numbers or texts. @default {judged by the files} */
  readonly written?: readonly AnyTable[];
}

/** The number of images that are read at once. */
const AT_ONCE = 32;

/**
 * Writes report.html into a run's folder, from the files that its manifest lists: summary.txt, the charts drawn for the screen, the
 * tables, the record, and, if rows were scored, a browser of the rows with their images and causal-trace maps.
 *
 * @param folder The run's folder.
 * @param options See {@linkcode ReportOptions}.
 * @returns The SHA-256 of the page.
 * @throws {NegscopeError} If a listed file cannot be read, or the page cannot be written.
 */
export async function writeReport(
  folder: string,
  { images, drawn = new Map(), written = [] }: ReportOptions = {},
): Promise<string> {
  const manifest = await readManifest(folder);
  const named = (ending: string) =>
    manifest.files.filter((file) => file.endsWith(ending)).map((file) =>
      file.slice(0, -ending.length)
    );
  const names = named(".csv");
  const scored = names.includes("evaluate") ? await readBrowsed(folder) : undefined;
  const traced = new TracedCells(new Set(scored?.rows.map(({ id }) => id)));
  const tables: ReportTable[] = [];
  for (const name of names) {
    tables.push(await readBeginning(folder, name, name === "effects" ? traced : undefined));
  }
  const [pictures, figures] = await Promise.all([
    thumbnails(scored?.rows ?? [], images),
    readFigures(folder, named(".vl.json"), drawn),
  ]);
  const numbers = new Map(written.map((table) => [table.name, numberColumns(table)]));
  const maps = names.includes("trace") ? await rowMaps(folder, traced) : undefined;
  const page = reportPage({
    manifest,
    summary: await Deno.readTextFile(`${folder}/summary.txt`),
    figures,
    tables: tables.map((table) => ({ ...table, numbers: numbers.get(table.name) })),
    browser: scored && { ...scored, images: pictures, maps },
  });
  return await writeWhole(`${folder}/report.html`, page);
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = `${folder}/manifest.json`;
  try {
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(path));
    if (!Array.isArray(manifest.files)) throw new TypeError("it lists no files");
    return manifest;
  } catch (error) {
    throw manifestUnreadable(path, error);
  }
}

async function readFigures(
  folder: string,
  names: readonly string[],
  drawn: ReadonlyMap<string, string>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of names) {
    const spec: { readonly description: string } = JSON.parse(
      await Deno.readTextFile(`${folder}/${name}.vl.json`),
    );
    const svg = drawn.get(name) ?? await renderSvg(spec);
    figures.push({ name, svg, description: spec.description });
  }
  return figures;
}

/** The small image, or the reason why there is none, for each image of the rows that the page shows. */
async function thumbnails(
  rows: readonly BrowsedRow[],
  read: ReportOptions["images"],
): Promise<Map<string, Thumbnail | Error>> {
  const names = [...new Set(rows.map(({ image }) => image))];
  const small = async (name: string) => {
    if (read === undefined) return new Error("the report was made without the images");
    try {
      return await makeThumbnail(await read(name), name);
    } catch (error) {
      if (isOfImage(error)) return error;
      throw error;
    }
  };
  const found = new Map<string, Thumbnail | Error>();
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const some = names.slice(start, start + AT_ONCE);
    const made = await Promise.all(some.map(small));
    some.forEach((name, i) => found.set(name, made[i]!));
  }
  return found;
}

/** Whether the page reports an error: a missing image, or a file that is not an image. */
function isOfImage(error: unknown): error is NegscopeError {
  return error instanceof NegscopeError && error.code.startsWith("image-");
}

/** The maps of a run that traced whole activations; a run with single heads would need a map for each head. */
async function rowMaps(
  folder: string,
  { cells }: TracedCells,
): Promise<RowBrowserOptions["maps"]> {
  if (cells === undefined) return undefined;
  const trace = await readCsvTable(folder, "trace");
  const ofGroup = columnOf(trace, "cte"); // the rows use the bound up to which the means are drawn
  const largest = trace.rows.reduce(
    (most, row) => Math.max(most, Math.abs(Number(ofGroup(row)))),
    0,
  );
  const bound = niceCeil(largest);
  return { cells, colour: await loadColourScale(bound), bound };
}
