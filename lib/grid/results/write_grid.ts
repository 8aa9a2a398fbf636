/** Writes what a study's runs say together: study.csv, the summary, the charts and the report. */

import { basename } from "node:path";
import { pictureEndings } from "../../draw/pictures.ts";
import { readTables } from "../../compare/read_tables.ts";
import { readManifest } from "../../files/manifest_file.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { identityDifference, type RunIdentity } from "../../runs/folder/identity_difference.ts";
import { RunFolder } from "../../runs/folder/run_folder.ts";
import { fileNames, SUMMARY } from "../../runs/run_files.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { writeResults } from "../../runs/folder/write_results.ts";
import { SUMMARY as SCORES } from "../../study/evaluate/summary.ts";
import { verdictIn } from "../../study/evaluate/verdict.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { rowsOf } from "../../tables/table.ts";
import type { Grid } from "../grid.ts";
import type { JobSettings } from "../run_job.ts";
import { accuracyChart, CHARTS, layersChart } from "./charts.ts";
import { type ScoredCell, studyText } from "./findings.ts";
import { findRuns, type StudyRun } from "./finished_runs.ts";
import { headlinesOf } from "./headlines.ts";
import { studyPage } from "./page.ts";
import { STUDY, studyTable } from "./study_table.ts";

const COMMAND = "study";

/** Writes the results into the study's folder, unless those of the same runs are there. */
export async function writeGrid(
  grid: Grid,
  { out, overwrite, pictures, say }: Pick<JobSettings, "out" | "overwrite" | "pictures" | "say">,
): Promise<void> {
  const stopwatch = new Stopwatch();
  const runs = await findRuns(grid, out);
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
  const charts = Object.values(CHARTS);
  const files = fileNames({ tables: [STUDY.name], charts }, pictureEndings(pictures));
  const before = await readManifest(`${out}/manifest.json`);
  const isSame = before?.finished === true && identityDifference(before, identity) === undefined;
  const isReplaced = overwrite || before?.command === COMMAND && !isSame; // of other runs, or by other code
  const opening = { files, overwrite: isReplaced };
  using folder = await RunFolder.open(out, identity, opening);
  if (folder === undefined) return say?.(`The report is there already: ${out}/report.html`);
  const table = studyTable(runs);
  const headlines = headlinesOf(runs, rowsOf(table));
  const manifest = (files: readonly string[]) => ({
    ...identity,
    seed: 0,
    rows: { read: runs.length, kept: finished.length, dropped: [] },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
    files,
    finished: false,
  });
  await folder.begin(manifest(files), { overwrite: isReplaced });
  const file = basename(grid.path);
  const text = studyText(file, headlines, await scoredCells(finished));
  const options = { sources: identity.sources };
  await writeResults(folder, {
    tables: [table],
    charts: [
      [CHARTS.accuracy, accuracyChart(headlines, options)],
      [CHARTS.layers, layersChart(headlines, options)],
    ],
    texts: [[SUMMARY, text]],
    page: (tables, figures) => studyPage({ file, runs: headlines, figures, tables, summary: text }),
  }, { manifest, pictures });
  say?.(text);
  say?.(`Report: ${out}/report.html`);
}

/** The verdict of each model on each data, by the first of its runs that has scores. */
async function scoredCells(runs: readonly StudyRun[]): Promise<ScoredCell[]> {
  const found = new Map<string, ScoredCell>();
  for (const { cell, tables } of runs) {
    const key = JSON.stringify([cell.model.name, cell.data.name, cell.seed]);
    for (const { folder, manifest } of tables) {
      if (found.has(key)) break;
      const scores = (await readTables(folder, manifest, [SCORES.name])).get(SCORES.name) ?? [];
      const verdict = verdictIn(scores, cell.model.name);
      if (verdict !== undefined) found.set(key, { cell, verdict });
    }
  }
  return [...found.values()];
}
