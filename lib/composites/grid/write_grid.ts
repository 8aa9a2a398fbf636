/** Writes what a study's runs say together: estimates.csv, the summary, the charts and the report. */

import { basename, join } from "node:path";
import { ESTIMATES } from "../compare/estimates.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { type Manifest, readManifest } from "../../files/manifest.ts";
import { readFinishedParts } from "../parts/parts_folder.ts";
import { identityDifference, type RunIdentity } from "../../runs/identity.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { printOptions } from "../../options/values.ts";
import { printChoice } from "../../study/choice/study_options.ts";
import { optionsOfTask } from "./keys.ts";
import { cellsOf, choiceOf, type Grid, type GridCell } from "./grid.ts";
import { checksumsWith } from "../../opening/find_model.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { KnownDigests } from "../../files/read_file.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { pictureEndings } from "../../draw/pictures.ts";
import { type OpenedRun, openRun } from "../../runs/open_run.ts";
import { RunFolder } from "../../runs/run_folder.ts";
import { fileNames, manifestOf, writeResults } from "../../runs/write_results.ts";
import { SUMMARY as SCORES, verdictOf } from "../../study/evaluate/summary.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { rowsOf } from "../../tables/table.ts";
import type { JobSettings } from "./run_grid.ts";
import {
  ACCURACY_CHART,
  accuracyChart,
  type ScoredCell,
  studyPage,
  studySummary,
} from "./study_report.ts";
import { headlinesOf, studyTable } from "./study_table.ts";

export interface FinishedTables extends OpenedRun {
  /** Its name among the experiments: that of the study file, with `/PART` for a part of an atlas. */
  readonly experiment: string;
}

export interface StudyRun {
  readonly cell: GridCell;
  /** Its tables, those of an atlas with those of its parts; none if it is not finished. */
  readonly tables: readonly FinishedTables[];
  readonly missing?: string; // why it is not there; undefined if it is finished
}

export async function findRuns(grid: Grid, out: string): Promise<StudyRun[]> {
  const sources = sourcesOfCells();
  const runs: StudyRun[] = [];
  for (const cell of cellsOf(grid)) {
    try {
      runs.push({ cell, tables: await tablesOf(cell, join(out, cell.folder), sources) });
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      runs.push({ cell, tables: [], missing: error.reason ?? error.message });
    }
  }
  return runs;
}

/** The tables of a run; throws if it is not finished, or another's. */
async function tablesOf(
  cell: GridCell,
  folder: string,
  sources: SourcesOf,
): Promise<FinishedTables[]> {
  const { name, task } = cell.experiment;
  const run = await openRun(folder);
  await refuseOther(cell, run, sources);
  const parts = task === "atlas" ? await readFinishedParts(folder, run.manifest) : [];
  return [
    { ...run, experiment: name },
    ...parts.map((part) => ({ ...part, experiment: `${name}/${part.name}` })),
  ];
}

/** Refuses a finished run that is not that of a cell: the study file, the files that it names, or the kit have changed since. */
async function refuseOther(
  cell: GridCell,
  { folder, manifest }: Pick<OpenedRun, "folder" | "manifest">,
  sources: SourcesOf,
): Promise<void> {
  const { task, options, chosen } = cell.experiment;
  const identity: RunIdentity = {
    command: task,
    options: {
      ...printChoice(choiceOf(cell)),
      seed: `${cell.seed}`,
      ...printOptions(optionsOfTask(task), chosen?.options ?? options),
    },
    versions: versionsNow(),
    sources: manifest.sources,
  };
  const difference = identityDifference(manifest, identity) ??
    identityDifference(manifest, { ...identity, sources: await sources(cell) });
  if (difference === undefined) return;
  const { key, called, there, here } = difference;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot use run "${folder}"`,
    reason: key === "versions.code"
      ? "its folder holds a run that was made by other code of the kit"
      : `its folder holds another run, whose ${called} is ${there}, not ${here}`,
  });
}

/** Makes a function that finds the sources that a run of a cell would record; each file is read once. */
function sourcesOfCells(): SourcesOf {
  const digests = new KnownDigests();
  const known = new Map<string, Promise<Manifest["sources"]>>();
  return (cell) => {
    const { model, data, experiment: { chosen }, seed } = cell;
    const isAtlas = chosen === undefined;
    const needs = chosen?.needs ?? {};
    const drawnBy = data.choice.limit === undefined ? 0 : seed;
    const other = chosen?.otherModel;
    const place = [other, model.name, data.name, needs, drawnBy, isAtlas];
    return known.getOrInsertComputed(JSON.stringify(place), async () => {
      const inputs = await openInputs(choiceOf(cell), needs, { seed });
      const { sources } = await checksumsWith(other, inputs, digests);
      if (!isAtlas) return sources;
      const { subjectSizes } = inputs; // which one part alone reads
      return { ...sources, data: sources.data.filter((file) => file !== subjectSizes) };
    });
  };
}

type SourcesOf = (cell: GridCell) => Promise<Manifest["sources"]>;

const COMMAND = "study";

/** Refuses a folder with a run of another task, and results with a run that is not among these, or is missing now. */
export async function checkStudyFolder(
  grid: Grid,
  { out, overwrite }: Pick<JobSettings, "out" | "overwrite">,
  runs: readonly Pick<StudyRun, "cell" | "missing">[] = cellsOf(grid).map((cell) => ({ cell })),
): Promise<void> {
  const before = overwrite ? undefined : await readManifest(`${out}/manifest.json`);
  if (before === undefined) return;
  const why = new Map(runs.map(({ cell: { folder }, missing }) => [folder, missing]));
  const lost = before.sources.data.map(({ file }) => file)
    .find((file) => !why.has(file) || why.get(file) !== undefined);
  if (before.command === COMMAND && lost === undefined) return;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot write into "${out}"`,
    reason: before.command !== COMMAND
      ? `it holds a run of ${before.command}`
      : `it holds a study with the run "${lost}", which ${
        why.has(lost!) ? `is missing now: ${why.get(lost!)}` : `is not in "${grid.path}"`
      }`,
    fix: "choose another folder (--out), or start anew there (--overwrite)",
  });
}

/** Writes the results into the study's folder, unless those of the same runs are there, or those there have a run that is missing now. */
export async function writeGrid(
  grid: Grid,
  { out, overwrite, pictures, say }: Pick<JobSettings, "out" | "overwrite" | "pictures" | "say">,
): Promise<void> {
  const stopwatch = new Stopwatch();
  const runs = await findRuns(grid, out);
  await checkStudyFolder(grid, { out, overwrite }, runs);
  const finished = runs.filter(({ missing }) => missing === undefined);
  const missing = runs.flatMap(({ cell, missing }) =>
    missing === undefined ? [] : [`${cell.folder}: ${missing}`]
  );
  const identity: RunIdentity = {
    command: COMMAND,
    options: { ...missing.length > 0 && { missing } },
    versions: versionsNow(),
    sources: {
      model: [],
      data: finished.flatMap(({ tables, cell }) =>
        tables.map(({ manifest: { checksums } }) => (
          { file: cell.folder, sha256: sha256Text(JSON.stringify(checksums)) }
        ))
      ),
    },
  };
  const written = { tables: [ESTIMATES.name], charts: [ACCURACY_CHART] };
  const files = fileNames(written, pictureEndings(pictures));
  const before = await readManifest(`${out}/manifest.json`);
  const isReplaced = overwrite || before?.finished !== true ||
    identityDifference(before, identity) !== undefined; // of other runs, or by other code
  const opening = { files, overwrite: isReplaced };
  using folder = await RunFolder.open(out, identity, opening);
  if (folder === undefined) return say?.(`The report is there already: ${out}/report.html`);
  const table = studyTable(runs);
  const headlines = headlinesOf(runs, rowsOf(table));
  const rows = { read: runs.length, kept: finished.length, dropped: [] };
  const manifest = (files: readonly string[]) =>
    manifestOf({ identity, seed: 0, rows, stopwatch }, files);
  await folder.begin(manifest(files), { overwrite: isReplaced });
  const file = basename(grid.path);
  const summary = studySummary(file, headlines, scoredCells(finished));
  const options = { sources: identity.sources };
  const text = await writeResults(folder, {
    tables: [table],
    charts: [[ACCURACY_CHART, accuracyChart(headlines, options)]],
    summary,
    page: (figures) => studyPage({ runs: headlines, figures, tables: [table], summary }),
  }, { manifest, pictures });
  say?.(text);
  say?.(`Report: ${out}/report.html`);
}

/** The verdict of each model on each data, by the first of its runs that has scores. */
function scoredCells(runs: readonly StudyRun[]): ScoredCell[] {
  const found = new Map<string, ScoredCell>();
  for (const { cell, tables } of runs) {
    const key = JSON.stringify([cell.model.name, cell.data.name, cell.seed]);
    for (const run of tables) {
      if (found.has(key)) break;
      const verdict = verdictOf(run.rows(SCORES), { name: cell.model.name });
      if (verdict !== undefined) found.set(key, { cell, verdict });
    }
  }
  return [...found.values()];
}
