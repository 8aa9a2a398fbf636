/** Writes what follows from finished parts into the folder that holds them. */

import type { ChartSpec } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { readFinished } from "../files/run_record.ts";
import type { Figure } from "../report/figure.ts";
import { readBeginning } from "../report/read_run.ts";
import type { ReportTable } from "../report/table.ts";
import { finishedAlready, writtenSummary } from "../runs/finished.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { RunFolder } from "../runs/folder/run_folder.ts";
import { filesText } from "../runs/run_files.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { type AnyTable, numberColumns } from "../tables/table.ts";
import type { Part, PartLeftOut } from "./part.ts";
import { PARTS_FILE, readRecord, recordOf } from "./parts_folder.ts";
import { readParts, type ShownPart } from "./read_part.ts";
import { figureOf } from "./sections.ts";

/** The finished parts, and how what follows from them is written. */
export interface PartsResults {
  /** The folder that holds the parts' folders. */
  readonly out: string;
  readonly identity: RunIdentity;
  /** The format of the rows, such as `valse`. */
  readonly format: string;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly leftOut: readonly PartLeftOut[];
  readonly pictures: Pictures;
}

/** What is written beside the parts. */
export interface Beside {
  /** The parts that the record names, of which the first has the model. */
  readonly shown: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
  readonly files: readonly string[];
  readonly rows: Manifest["rows"];
  readonly tables: readonly AnyTable[];
  /** Charts by the names of their files. */
  readonly charts?: Readonly<Record<string, ChartSpec>>;
  /** Other texts by the names of their files. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The report with these tables and charts. */
  readonly page: (
    tables: readonly ReportTable[],
    figures: readonly Figure[],
  ) => string | Promise<string>;
}

/** What to print at the end. */
export interface WrittenParts {
  /** The findings, or that they are there already. */
  readonly text: string;
  /** Where the files are. */
  readonly files: string;
}

/** Writes what follows from the parts, unless it is there: it is if the folder was finished with the same parts. */
export async function writeBeside(
  opened: RunFolder | undefined,
  results: PartsResults,
  beside: Beside,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<WrittenParts> {
  const { out, pictures } = results;
  const { files, summary, charts = {} } = beside;
  const isWritten = await writeRecorded(
    opened,
    results,
    beside,
    stopwatch,
    async (folder, record) => {
      for (const table of beside.tables) await folder.writeTable(table);
      for (const [name, spec] of Object.entries(charts)) {
        await folder.writeChart(name, spec, pictures);
      }
      for (const [name, text] of Object.entries(beside.texts ?? {})) {
        await folder.writeFile(name, text);
      }
      await folder.writeFile(PARTS_FILE, record);
      await folder.writeSummary(summary);
      await stopwatch.measure("report", async () => {
        const tables: ReportTable[] = [];
        for (const table of beside.tables) {
          const about = table.schema?.about;
          tables.push({
            ...await readBeginning(out, table.name),
            ...{ numbers: numberColumns(table), about },
          });
        }
        const figures: Figure[] = [];
        for (const [name, spec] of Object.entries(charts)) {
          figures.push(await figureOf(name, spec, folder.onScreen.get(name)));
        }
        await folder.writeReport(await beside.page(tables, figures));
      });
    },
  );
  return isWritten
    ? { text: summary, files: filesText(out, files) }
    : { text: await finishedAlready(out, pictures), files: await writtenSummary(out) };
}

/** Writes what a shard leaves beside its parts: which parts there are. */
export async function writeShard(
  opened: RunFolder | undefined,
  results: PartsResults,
): Promise<void> {
  const { out, parts, leftOut, pictures } = results;
  const shown = await readParts(out, parts, pictures);
  const rows = { read: 0, kept: 0, dropped: [] };
  const record = { shown, leftOut, files: [PARTS_FILE], rows };
  await writeRecorded(
    opened,
    results,
    record,
    new Stopwatch(),
    (folder, record) => folder.writeFile(PARTS_FILE, record),
  );
}

/** Writes the record of the parts and other files, unless the folder was finished with the same record. Returns whether it wrote them. */
async function writeRecorded(
  opened: RunFolder | undefined,
  { out, identity, seed, format }: PartsResults,
  { shown, leftOut, files, rows }: Pick<Beside, "shown" | "leftOut" | "files" | "rows">,
  stopwatch: Stopwatch,
  write: (folder: RunFolder, record: string) => Promise<void>,
): Promise<boolean> {
  const record = recordOf(shown, { leftOut, format });
  if (opened === undefined && await readRecord(out, await readFinished(out)) === record) {
    return false;
  }
  using made = opened === undefined ? await RunFolder.create(out) : undefined; // it was finished, and now has other parts
  const folder = opened ?? made!;
  const { model } = shown[0]!.manifest;
  const begun = () => ({
    ...{ ...identity, ...(model && { model }), seed, rows },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
  });
  await folder.begin({ ...begun(), files, finished: false }, { overwrite: false });
  await write(folder, record);
  await folder.finish({ ...begun(), files: folder.files, finished: true });
  return true;
}
