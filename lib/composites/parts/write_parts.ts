/** Writes what follows from finished parts into the folder that holds them. */

import { type Manifest, readFinished } from "../../files/manifest.ts";
import { RunFolder } from "../../runs/run_folder.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import type { Part, PartLeftOut } from "./part.ts";
import { PARTS_FILE, readRecord, recordOf, SameInputs } from "./parts_folder.ts";
import type { Pictures } from "../../draw/pictures.ts";
import { finishedAlready, writtenSummary } from "../../runs/draw_figures.ts";
import { manifestOf, reportText, type RunResults, writeResults } from "../../runs/write_results.ts";
import type { Summary } from "../../report/summary.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import type { ShownPart } from "./shown_parts.ts";

/** The finished parts, and how what follows from them is written. */
export interface PartsResults {
  readonly out: string; // folder that holds the parts' folders
  readonly identity: RunIdentity;
  readonly format: string;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly leftOut: readonly PartLeftOut[];
  readonly pictures: Pictures;
}

interface Beside extends Pick<RunResults, "tables" | "files" | "charts" | "page"> {
  /** The parts that the record names, of which the first has the model. */
  readonly shown: readonly ShownPart[];
  readonly leftOut: readonly PartLeftOut[];
  readonly names: readonly string[];
  readonly rows: Manifest["rows"];
  readonly summary: Summary;
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
  { out, identity, seed, format, parts, pictures }: PartsResults,
  { shown, leftOut, names, rows, ...beside }: Beside,
  stopwatch: Stopwatch = new Stopwatch(),
): Promise<WrittenParts> {
  const inputs = new SameInputs(identity);
  for (const { name, manifest } of shown) {
    if (parts.some((part) => part.name === name)) inputs.check(name, manifest);
  }
  const record = recordOf(shown, { leftOut, format });
  if (opened === undefined && await readRecord(out, await readFinished(out)) === record) {
    return { text: await finishedAlready(out, pictures), files: await writtenSummary(out) };
  }
  using made = opened === undefined ? await RunFolder.create(out) : undefined; // it was finished, and now has other parts
  const folder = opened ?? made!;
  const { model } = shown[0]!.manifest;
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, ...model && { model }, seed, rows, stopwatch }, files);
  await folder.begin(manifest(names), { overwrite: false });
  const files = [...beside.files ?? [], [PARTS_FILE, record] as const];
  const text = await writeResults(folder, { ...beside, files }, { manifest, pictures, stopwatch });
  return { text, files: reportText(out) };
}
