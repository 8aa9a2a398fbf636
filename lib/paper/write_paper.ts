/** Writes what follows from the finished parts: the comparison with the published figures, the texts for a paper, and the report. */

import type { ChartSpec } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import { writeWhole } from "../disk/write_whole.ts";
import type { Sources } from "../files/sources.ts";
import { compareFolders, distinctFiles } from "../published/compare_folders.ts";
import { VERDICTS } from "../published/comparison/findings.ts";
import { matchPublished } from "../published/published_model.ts";
import { readRunTables } from "../published/run_tables.ts";
import { readBeginning } from "../report/read_run.ts";
import { RunFolder } from "../runs/folder/run_folder.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import { finishedAlready, writtenSummary } from "../runs/finished.ts";
import { filesText } from "../runs/outcome.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { Stopwatch } from "../runs/stopwatch.ts";
import { type AnyTable, numberColumns, type Table } from "../tables/table.ts";
import { type PaperSummaryRow, summarizePaper } from "./agreement.ts";
import { besidePublished, type FinishedPart, type PaperRow } from "./beside.ts";
import { checklistText } from "./checklist.ts";
import { paperText, type PartLeftOut } from "./findings.ts";
import { methodsText } from "./methods.ts";
import { paperPage } from "./page.ts";
import { readParts, type ShownPart } from "./read_part.ts";
import type { PaperPart } from "./parts.ts";

/** Where and how it is written. */
export interface PaperWriting {
  /** The folder that holds the parts' folders. */
  readonly out: string;
  /** Whether to start over. */
  readonly overwrite: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
  /** The parts that did not run. */
  readonly leftOut: readonly PartLeftOut[];
  /** What was done beside the parts, in folders of its own. @default {nothing} */
  readonly further?: readonly Pick<PaperPart, "name" | "title" | "question">[];
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

/** The files beside the parts' folders. */
export const PAPER_FILES: readonly string[] = [
  "paper.csv",
  "paper_summary.csv",
  "methods.md",
  "checklist.md",
  "summary.txt",
  "report.html",
];

/** The parts with published maps. */
const COMPARED = ["trace", "attend"];

const COMPARE: Pick<PaperPart, "name" | "title" | "question"> = {
  name: "compare",
  title: "Beside the published maps",
  question: "How near are the measured maps to the published ones, cell by cell?",
};

/**
 * Writes the comparison, the texts and the report of finished parts.
 *
 * @param parts The parts.
 * @param writing Where they are and how they are written.
 * @returns What to print: the findings, and where the files are.
 * @throws {NegscopeError} If a part is not finished, or a file is not as it was written.
 */
export async function writePaper(
  parts: readonly PaperPart[],
  { out, overwrite, pictures, further = [], ...writing }: PaperWriting,
): Promise<WrittenPaper> {
  const stopwatch = new Stopwatch();
  const compared = COMPARED.map((name) => `${out}/${name}`);
  await compareFolders(compared, {
    ...{ out: `${out}/compare`, overwrite, pictures },
    shownAs: (folder) => folder.slice(out.length + 1), // the same text wherever the folder is
  });
  const shown = await readParts(out, [...parts, ...further, COMPARE], pictures);
  const [{ manifest: first }] = shown as [ShownPart];
  const paper = await besidePublished(shown);
  const summary = summarizePaper(paper.rows);
  const leftOut = [...writing.leftOut, ...sizesLeftOut(paper.rows)];
  const identity = identityOf(shown, leftOut);
  using folder = await RunFolder.open(out, identity, { files: PAPER_FILES, overwrite });
  const found = {
    ...{ paper, summary },
    findings: new Map(shown.map(({ name, findings }) => [name, findings])),
    charts: new Map(shown.flatMap(({ charts }) => charts.map(({ name, spec }) => [name, spec]))),
  };
  if (folder === undefined) {
    const text = await finishedAlready(out, { ...pictures, formats: [] });
    return { ...found, text, files: await writtenSummary(out) };
  }
  const { verdict } = matchPublished(await readRunTables(compared[0]!));
  const model = first.model?.name ?? "";
  const text = paperText({
    ...{ model, leftOut, rows: paper.rows, summary: summary.rows },
    verdict: `Model and data: ${VERDICTS[verdict]}`,
  });
  const own = parts.map(({ name }) => shown.find((part) => part.name === name)!);
  const [methods, checklist] = [
    methodsText(own, further.map(({ name }) => name)),
    checklistText(own),
  ];
  const measured = paper.rows.filter((row) => row.measured !== undefined).length;
  const missing = { reason: "not measured", n: paper.rows.length - measured };
  const manifest = () => ({
    ...identity,
    ...(first.model && { model: first.model }),
    seed: first.seed,
    rows: { read: paper.rows.length, kept: measured, dropped: missing.n === 0 ? [] : [missing] },
    ...{ start: stopwatch.start, seconds: stopwatch.seconds },
  });
  await folder.begin({ ...manifest(), files: PAPER_FILES, finished: false }, { overwrite });
  const tables: AnyTable[] = [paper, summary];
  for (const table of tables) await folder.writeTable(table);
  await folder.writeFile("methods.md", methods);
  await folder.writeFile("checklist.md", checklist);
  await folder.writeSummary(text);
  await stopwatch.measure("report", async () => {
    const read = [];
    for (const table of tables) {
      const { name } = table;
      read.push({ ...await readBeginning(out, name), numbers: numberColumns(table) });
    }
    const content = {
      model,
      summary: text,
      tables: read,
      parts: shown,
      leftOut,
      methods,
      checklist,
    };
    folder.reportWritten(await writeWhole(`${out}/report.html`, await paperPage(content)));
  });
  await folder.finish({ ...manifest(), files: folder.files, finished: true });
  return { ...found, text, files: filesText(out, PAPER_FILES) };
}

/** The sizes of subjects, if no row had one. */
function sizesLeftOut(rows: readonly PaperRow[]): PartLeftOut[] {
  const sizes = rows.find(({ quantity, feature }) =>
    quantity === "r" && feature === "subject_size"
  );
  if (sizes?.n !== undefined && sizes.n > 0) return [];
  return [{
    title: "Sizes of subjects",
    reason: "neither the data nor --subject-sizes has them, and no --segmenter was given",
    fix: "deno task download clipseg fetches one; then give --segmenter its name",
  }];
}

/** What decides the files: the parts' tables, and which parts there are. */
function identityOf(parts: readonly FinishedPart[], leftOut: readonly PartLeftOut[]): RunIdentity {
  const digests = parts.flatMap(({ name, manifest: { checksums = {} } }) =>
    Object.entries(checksums).map(([file, sha256]) => ({ file: `${name}/${file}`, sha256 }))
  );
  const sources: Sources = {
    model: distinctFiles(parts.flatMap(({ manifest }) => manifest.sources.model)),
    data: digests,
  };
  return {
    command: "paper",
    options: {
      parts: parts.map(({ name }) => name),
      "left-out": leftOut.map(({ title }) => title),
    },
    versions: versionsNow(),
    sources,
  };
}
