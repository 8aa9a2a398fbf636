/** Writes what follows from the finished parts: the comparison with the published figures, the texts for a paper, and the report. */

import type { ChartSpec } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { Manifest } from "../files/manifest.ts";
import { readFinished } from "../files/run_record.ts";
import { compareFolders } from "../compare/published/compare_folders.ts";
import { matchPublished } from "../compare/published/published_model.ts";
import { readRunTables } from "../compare/published/run_tables.ts";
import { readBeginning } from "../report/read_run.ts";
import { RunFolder } from "../runs/folder/run_folder.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { finishedAlready, writtenSummary } from "../runs/finished.ts";
import { filesText } from "../runs/run_files.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { findingParts } from "../tables/summary_parts.ts";
import { type AnyTable, numberColumns, type Table } from "../tables/table.ts";
import { unwrapText } from "../tables/wrap_text.ts";
import { type PaperSummaryRow, summarizePaper } from "./agreement.ts";
import { besidePublished, type FinishedPart, type PaperRow } from "./beside.ts";
import { checklistText } from "./checklist.ts";
import { paperText } from "./findings.ts";
import { ELSEWHERE } from "./further.ts";
import { ELSEWHERE_RUN } from "./measures.ts";
import { methodsText } from "./methods.ts";
import { paperPage } from "./page.ts";
import { readParts, type ShownPart } from "./read_part.ts";
import { PAPER_FILES, PARTS_FILE, partsRecord, readRecord, recordText } from "./paper_folder.ts";
import type { PaperPart, PartHeading, PartLeftOut } from "./parts.ts";

/** The finished parts, and how what follows from them is written. */
export interface PaperResults {
  /** The folder that holds the parts' folders. */
  readonly out: string;
  /** The model and the data. */
  readonly identity: RunIdentity;
  /** The format of the rows, such as `valse`. */
  readonly format: string;
  /** The seed of the draws. */
  readonly seed: number;
  /** The parts. */
  readonly parts: readonly PaperPart[];
  /** What was done beside the parts, in folders of its own. */
  readonly further: readonly PartHeading[];
  /** The parts that did not run. */
  readonly leftOut: readonly PartLeftOut[];
  /** Pictures of the charts. */
  readonly pictures: Pictures;
}

/** What to print at the end. */
export interface WrittenPaper {
  /** The findings, or that they are there already. */
  readonly text: string;
  /** Where the files are. */
  readonly files: string;
  /** paper.csv. */
  readonly paper: Table<PaperRow>;
  /** paper_summary.csv. */
  readonly summary: Table<PaperSummaryRow>;
  /** The findings of each part, by the name of its folder; those of the scores only in the parts that are about them. */
  readonly findings: ReadonlyMap<string, string>;
  /** The charts of all parts by name. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
}

/** The parts with published maps. */
const COMPARED = ["trace", "attend"];

const COMPARE: PartHeading = {
  name: "compare",
  title: "Beside the published maps",
  question: "How near are the measured maps to the published ones, cell by cell?",
};

/** Writes the comparison, the texts and the report of finished parts, unless they are there. */
export async function writePaper(
  opened: RunFolder | undefined,
  results: PaperResults,
): Promise<WrittenPaper> {
  const { out, parts, further, pictures } = results;
  const stopwatch = new Stopwatch();
  const compared = COMPARED.map((name) => `${out}/${name}`);
  await compareFolders(compared, {
    ...{ out: `${out}/compare`, within: out, pictures },
    shownAs: (folder) => folder.slice(out.length + 1), // the same text wherever the folder is
  });
  const shown = await readParts(out, [...parts, ...further, COMPARE], pictures);
  const paper = await besidePublished(shown);
  const summary = summarizePaper(paper.rows);
  const leftOut = [...results.leftOut, ...sizesLeftOut(paper.rows)];
  const found = {
    paper,
    summary,
    findings: new Map(shown.map(({ name, findings }) => [name, findings])),
    charts: new Map(shown.flatMap(({ charts }) => charts.map(({ name, spec }) => [name, spec]))),
  };
  const record = recordText(partsRecord(shown, { leftOut, format: results.format }));
  if (opened === undefined && await isRecorded(out, record)) {
    const text = await finishedAlready(out, { ...pictures, formats: [] });
    return { ...found, text, files: await writtenSummary(out) };
  }
  const { verdict } = matchPublished(await readRunTables(compared[0]!));
  const model = shown[0]!.manifest.model?.name ?? "";
  const text = paperText({
    model,
    leftOut,
    rows: paper.rows,
    summary: summary.rows,
    verdict,
    found: foundIn(shown),
  });
  const described = [...shown, ...await elsewhereRun(out, further)];
  const [methods, checklist] = [methodsText(described), checklistText(described)];
  const written = async (folder: RunFolder) => {
    const begun = paperManifest(results, { shown, paper, stopwatch });
    await folder.begin({ ...begun(), files: PAPER_FILES, finished: false }, { overwrite: false });
    const tables: AnyTable[] = [paper, summary];
    for (const table of tables) await folder.writeTable(table);
    await folder.writeFile("methods.md", methods);
    await folder.writeFile("checklist.md", checklist);
    await folder.writeFile(PARTS_FILE, record);
    await folder.writeSummary(text);
    await stopwatch.measure("report", async () => {
      const read = [];
      for (const table of tables) {
        const { name } = table;
        read.push({ ...await readBeginning(out, name), numbers: numberColumns(table) });
      }
      const texts = { methods, checklist, summary: text };
      const page = await paperPage({ ...texts, model, tables: read, parts: shown, leftOut });
      await folder.writeReport(page);
    });
    await folder.finish({ ...begun(), files: folder.files, finished: true });
  };
  await inFolder(out, opened, written);
  return { ...found, text, files: filesText(out, PAPER_FILES) };
}

/** The sentences of each part; of the scores only those of the last protocol, whose rows the other parts have. */
function foundIn(shown: readonly ShownPart[]): (readonly [title: string, sentences: string])[] {
  const scores = shown.findLast(({ manifest }) => manifest.command === "evaluate");
  return shown.filter((part) => part === scores || part.manifest.command !== "evaluate")
    .map(({ part: { title }, findings }) => {
      const { sentences } = findingParts(findings);
      return [title, unwrapText(sentences).replaceAll("\n", " ")] as const;
    })
    .filter(([, sentences]) => sentences !== "");
}

/** Writes what a shard leaves beside its parts: which parts there are. */
export async function writeShard(
  opened: RunFolder | undefined,
  results: PaperResults,
): Promise<void> {
  const { out, parts, leftOut, pictures } = results;
  const shown = await readParts(out, parts, pictures);
  const record = recordText(partsRecord(shown, { leftOut, format: results.format }));
  if (opened === undefined && await isRecorded(out, record)) return;
  const stopwatch = new Stopwatch();
  await inFolder(out, opened, async (folder) => {
    const begun = paperManifest(results, { shown, paper: undefined, stopwatch });
    await folder.begin({ ...begun(), files: [PARTS_FILE], finished: false }, { overwrite: false });
    await folder.writeFile(PARTS_FILE, record);
    await folder.finish({ ...begun(), files: folder.files, finished: true });
  });
}

/** The run on other sentences, which the comparison of the heads was made from. */
async function elsewhereRun(
  out: string,
  further: readonly PartHeading[],
): Promise<FinishedPart[]> {
  if (!further.includes(ELSEWHERE)) return [];
  const folder = `${out}/${ELSEWHERE_RUN}`;
  return [{ name: ELSEWHERE_RUN, folder, manifest: await readFinished(folder) }];
}

/** Writes into the opened folder, or one that was finished and now has other parts. */
async function inFolder(
  out: string,
  opened: RunFolder | undefined,
  write: (folder: RunFolder) => Promise<void>,
): Promise<void> {
  if (opened !== undefined) return await write(opened);
  using folder = await RunFolder.create(out);
  await write(folder);
}

/** Whether a finished folder has been made from parts with this record. */
async function isRecorded(out: string, record: string): Promise<boolean> {
  return await readRecord(out, await readFinished(out)) === record;
}

/** Makes the manifest beside the parts, with the seconds so far. */
function paperManifest(
  { identity, seed }: PaperResults,
  { shown, paper, stopwatch }: {
    readonly shown: readonly ShownPart[];
    readonly paper: Table<PaperRow> | undefined;
    readonly stopwatch: Stopwatch;
  },
): () => Omit<Manifest, "files" | "finished"> {
  const { model } = shown[0]!.manifest;
  const rows = paper?.rows ?? [];
  const kept = rows.filter(({ measured }) => measured !== undefined).length;
  const missing = { reason: "not measured", n: rows.length - kept };
  return () => ({
    ...{ ...identity, ...(model && { model }), seed },
    rows: { read: rows.length, kept, dropped: missing.n === 0 ? [] : [missing] },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
  });
}

/** The sizes of subjects, if no row had one. */
function sizesLeftOut(rows: readonly PaperRow[]): PartLeftOut[] {
  const sizes = rows.find(({ quantity, feature }) =>
    quantity === "r" && feature === "subject_size"
  );
  if (sizes?.n !== undefined && sizes.n > 0) return [];
  return [{
    title: "Sizes of subjects",
    reason: "the data have none, and none were given",
    fix:
      "deno task download clipseg fetches a segmenter; deno task segment and --subject-sizes, or --segmenter, give its sizes",
  }];
}
