/** Makes the report of a run from the files in its folder. */

import type { ChartSpec } from "../charts/spec.ts";
import { type Figure, figureOf } from "./figure.ts";
import { leadsOf } from "./marks.ts";
import { drawMasks, type MaskedRow } from "./masks.ts";
import { type Report, reportPage, roomForPictures } from "./page.ts";
import { readBeginning, readBrowsed, readColumns } from "./read_run.ts";
import { isOfPatterns, type Patterns, PatternTable } from "./rows/patterns.ts";
import { type MadePictures, type ReadImage, rowPictures } from "./rows/pictures.ts";
import { type Measure, RowTable } from "./rows/row_tables.ts";
import { type BrowsedRow, type Browser, loadColours } from "./rows/rows.ts";
import type { ReportTable } from "./table.ts";
import type { Manifest } from "../files/manifest.ts";
import { type AnyTable, numberColumns } from "../tables/table.ts";
import { MOST_BYTES, readText } from "../files/read_file.ts";
import { manifestUnreadable, readManifest } from "../files/manifest_file.ts";
import { writeWhole } from "../disk/write_whole.ts";

export interface ReportOptions {
  /** Reads an image file by its name in the data; the page says which images cannot be read, and why. */
  readonly images?: ReadImage | undefined;
  /** The masks of a segmentation, shown beside their images. @default {none} */
  readonly masks?: readonly MaskedRow[];
  /** Small pictures that other reports on the same images have made, to which new ones are added. @default {none} */
  readonly made?: MadePictures | undefined;
  /** Charts that are already drawn for the screen, as SVG by their names. @default {all are drawn} */
  readonly drawn?: ReadonlyMap<string, string>;
  /** The tables that the run wrote, with what their columns mean and hold. @default {judged by the files} */
  readonly written?: readonly AnyTable[];
  /** Writes the page and returns its SHA-256. @default {into the folder, in place of another report.html} */
  readonly write?: (page: string) => Promise<string>;
}

/** The table with a row for each row of a run that has scores. */
const SCORES = "evaluate";

/** Writes report.html into a run's folder, from the files that its manifest lists. */
export async function writeReport(
  folder: string,
  {
    images,
    masks,
    made,
    drawn = new Map(),
    written = [],
    write = (page) => writeWhole(`${folder}/report.html`, page),
  }: ReportOptions = {},
): Promise<string> {
  const manifest = await manifestIn(folder);
  const filesOf = (ending: string) =>
    manifest.files.filter((file) => file.endsWith(ending)).map((file) =>
      file.slice(0, -ending.length)
    );
  const names = filesOf(".csv");
  const listed = await listedTable(folder, names);
  const browsed = listed === undefined ? undefined : await readBrowsed(folder, listed);
  const rows = browsed?.rows ?? [];
  const { tables, measures, patterns, tooLarge } = await readTables(folder, {
    names,
    listed,
    rows,
    written,
  });
  const ids = new Set(rows.map(({ id }) => id));
  const report: Report = {
    manifest,
    summary: await readText(`${folder}/summary.txt`, MOST_BYTES.rows),
    figures: await readFigures(folder, { names: filesOf(".vl.json"), drawn, ids }),
    tables,
    masks: masks && await drawMasks(masks),
    browser: browsed && {
      ...browsed,
      colours: await loadColours(),
      tooLarge,
      measures: named(measures),
      patterns,
    },
  };
  const pictured = [...masks ?? [], ...rows].flatMap(({ image }) => image ?? []);
  const pictures = await rowPictures(pictured, {
    read: images,
    made,
    most: roomForPictures(report),
  });
  return await write(reportPage(report, pictures));
}

/** Measures of which no two have one name. */
function named(measures: readonly Measure[]): Measure[] {
  const count = Map.groupBy(measures, ({ name }) => name);
  return measures.map((measure) => {
    const { name, table } = measure;
    return count.get(name)!.length === 1 ? measure : { ...measure, name: `${name} (${table})` };
  });
}

async function manifestIn(folder: string): Promise<Manifest> {
  const path = `${folder}/manifest.json`;
  const manifest = await readManifest(path);
  if (manifest === undefined) throw manifestUnreadable(path, new Error("there is no such file"));
  return manifest;
}

async function listedTable(folder: string, names: readonly string[]): Promise<string | undefined> {
  if (names.includes(SCORES)) return SCORES;
  for (const name of names) {
    const columns = await readColumns(folder, name);
    if (columns.includes("id") && columns.includes("negation")) return name;
  }
  return undefined;
}

/** The tables as the page shows them, and their values for the rows of the page; the cells of one table at a time are in the memory. */
async function readTables(folder: string, { names, listed, rows, written }: {
  readonly names: readonly string[];
  readonly listed: string | undefined;
  readonly rows: readonly BrowsedRow[];
  readonly written: readonly AnyTable[];
}): Promise<Pick<Report, "tables"> & Pick<Browser, "measures" | "patterns" | "tooLarge">> {
  const ids = rows.map(({ id }) => id);
  const known = new Map(written.map((table) => [table.name, table]));
  const tables: ReportTable[] = [];
  const measures: Measure[] = [];
  const tooLarge: string[] = [];
  let patterns: Patterns | undefined;
  for (const name of names) {
    const { schema } = known.get(name) ?? {};
    const columns = await readColumns(folder, name);
    const ofPatterns = isOfPatterns(columns) ? new PatternTable(name, ids) : undefined;
    const isOfRows = name !== SCORES && columns.includes("id") && ofPatterns === undefined;
    const values = isOfRows ? new RowTable(name, { columns, ids, schema }) : undefined;
    const numbers = known.has(name) ? numberColumns(known.get(name)!) : undefined;
    const read = await readBeginning(folder, name, (cell) => (values ?? ofPatterns)?.take(cell));
    tables.push({
      ...read,
      numbers,
      about: schema?.about,
      isListed: name === SCORES && listed === name && read.count === rows.length,
    });
    if (values?.isTooLarge) tooLarge.push(name);
    measures.push(...values?.measures() ?? []);
    patterns ??= ofPatterns?.patterns();
  }
  return { tables, measures, patterns, tooLarge };
}

async function readFigures(folder: string, { names, drawn, ids }: {
  readonly names: readonly string[];
  readonly drawn: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
}): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of names) {
    const spec: ChartSpec = JSON.parse(
      await readText(`${folder}/${name}.vl.json`, MOST_BYTES.rows),
    );
    const leads = ids.size === 0 ? undefined : leadsOf(spec, ids);
    figures.push({ ...await figureOf(name, spec, drawn.get(name)), ...(leads && { leads }) });
  }
  return figures;
}
