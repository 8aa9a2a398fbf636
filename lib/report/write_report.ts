/** Makes the report of a run from the files in its folder. */

import type { ChartSpec } from "../charts/spec.ts";
import { writeWhole } from "../disk/write_whole.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";
import { manifestUnreadable, readManifest } from "../files/manifest.ts";
import { type AnyTable, numberColumns } from "../tables/table.ts";
import { type Examples, imagesOf } from "./examples.ts";
import { type Figure, figureOf } from "./figure.ts";
import { drawMasks, type MaskedRow } from "./masks.ts";
import { type Report, reportPage, roomForPictures } from "./page.ts";
import { readBeginning } from "./read_run.ts";
import { type ReadImage, rowPictures } from "./pictures.ts";
import type { ReportTable } from "./table.ts";

/** Examples are small, so that a report stays small. */
const MOST_PICTURE_BYTES = 200_000;

export interface ReportOptions {
  /** Reads an image file by its name in the data, for examples and masks. @default {the page has no pictures} */
  readonly images?: ReadImage | undefined;
  /** The masks of a segmentation, shown beside their images. @default {none} */
  readonly masks?: readonly MaskedRow[];
  /** The rows behind the findings. @default {none} */
  readonly examples?: Examples | undefined;
  /** Charts that are already drawn for the screen, as SVG by their names. @default {all are drawn} */
  readonly drawn?: ReadonlyMap<string, string>;
  /** The tables that the run wrote, with what their columns mean and hold. @default {judged by the files} */
  readonly written?: readonly AnyTable[];
  /** Writes the page and returns its SHA-256. @default {into the folder, in place of another report.html} */
  readonly write?: (page: string) => Promise<string>;
}

/** Writes report.html into a run's folder, from the files that its manifest lists. */
export async function writeReport(
  folder: string,
  {
    images,
    masks,
    examples,
    drawn = new Map(),
    written = [],
    write = (page) => writeWhole(`${folder}/report.html`, page),
  }: ReportOptions = {},
): Promise<string> {
  const path = `${folder}/manifest.json`;
  const manifest = await readManifest(path);
  if (manifest === undefined) throw manifestUnreadable(path, new Error("there is no such file"));
  const namesOf = (ending: string) =>
    manifest.files.filter((file) => file.endsWith(ending)).map((file) =>
      file.slice(0, -ending.length)
    );
  const tables: ReportTable[] = [];
  for (const name of namesOf(".csv")) {
    const table = written.find((table) => table.name === name);
    const about = table?.schema?.about;
    tables.push({
      ...await readBeginning(folder, name),
      numbers: table && numberColumns(table),
      about,
    });
  }
  const figures: Figure[] = [];
  for (
    const name of namesOf(".vl.json").toSorted((a, b) =>
      Number(a === "scores") - Number(b === "scores")
    )
  ) {
    const spec: ChartSpec = JSON.parse(
      await readText(`${folder}/${name}.vl.json`, MOST_BYTES.rows),
    );
    figures.push(await figureOf(name, spec, drawn.get(name)));
  }
  const summary = await readText(`${folder}/summary.txt`, MOST_BYTES.rows);
  const report: Report = {
    manifest,
    summary,
    figures,
    tables,
    masks: masks && await drawMasks(masks),
    examples,
  };
  const names = [...masks?.map(({ image }) => image) ?? [], ...examples ? imagesOf(examples) : []];
  const often = examples === undefined
    ? 1
    : Math.max(1, ...Map.groupBy(names, (name) => name).values().map(({ length }) => length)); // a picture is in the page each time
  const most = Math.min(roomForPictures(report) / often, masks ? Infinity : MOST_PICTURE_BYTES);
  const pictures = await rowPictures(names, { read: images, most });
  return await write(reportPage(report, pictures));
}
