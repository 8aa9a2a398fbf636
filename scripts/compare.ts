/**
 * Runs beside the published numbers.
 *
 *     deno task compare
 *     deno task compare results/trace results/attend
 */

import { resolve } from "node:path";
import { COMPARED_TABLES } from "../lib/published/compared_cells.ts";
import { PUBLISHED_FOLDER, readPublished } from "../lib/published/published.ts";
import { readRunTables, type RunTables } from "../lib/published/run_tables.ts";
import { flagValueWrong } from "../lib/errors.ts";
import { compareRuns } from "../lib/published/compare.ts";
import { differingSource } from "../lib/published/published_model.ts";
import { RUNTIME_VERSION } from "../lib/onnx/runtime/session.ts";
import {
  comparisonFindings,
  matchFindings,
  matchNote,
  missingFindings,
  sourceFindings,
} from "../lib/published/comparison_findings.ts";
import { comparisonChart } from "../lib/published/comparison_chart.ts";
import { comparisonMaps } from "../lib/published/comparison_maps.ts";
import type { Sources } from "../lib/runs/manifest.ts";
import { RunFolder, type RunIdentity } from "../lib/runs/run_folder.ts";
import { writeReport } from "../lib/report/write_report.ts";
import { type FileDigest, sha256File } from "../lib/files/sha256.ts";
import { Stopwatch } from "../lib/runs/stopwatch.ts";
import { VERSION } from "../lib/version.ts";
import { picturesFlags, textFlag } from "./flag_values.ts";
import { CLOSING_FILES, finishedAlready, writtenFiles } from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "compare",
  operands: "[RUN…]",
  does:
    "puts the tables of finished runs (default: results/trace) beside the published ones, cell by cell.",
  example: "deno task compare results/trace results/attend",
  writes: [
    "comparison.csv",
    "comparison_summary.csv",
    "comparison.vl.json",
    "comparison.svg",
    "comparison_maps.vl.json",
    "comparison_maps.svg",
    ...CLOSING_FILES,
  ],
};

await runTask(HELP, ["out", "overwrite", "format", "venue", "quiet"], async (values) => {
  const stopwatch = new Stopwatch();
  const folders = values.operands?.length ? values.operands : ["results/trace"];
  const path = textFlag(values, "out") ?? `results/${HELP.name}`;
  if (folders.some((folder) => resolve(folder) === resolve(path))) {
    throw flagValueWrong("--out", path, "another folder than that of a run");
  }
  const pictures = picturesFlags(values);
  const published = await readPublished();
  const runs: RunTables[] = [];
  for (const folder of folders) runs.push(await readRunTables(folder));
  const { comparison, summary, matches } = compareRuns(published, runs);
  const identity: RunIdentity = {
    command: HELP.name,
    options: { runs: folders },
    versions: { kit: VERSION, deno: Deno.version.deno, onnxruntime: RUNTIME_VERSION },
    sources: await sourcesOf(runs),
  };
  const files = writtenFiles(HELP, pictures);
  const overwrite = values.overwrite === true;
  using folder = await RunFolder.open(path, identity, { files, overwrite });
  const compared = matches.flatMap(({ tables }) => tables);
  const findings = [
    "negscope compare: beside the figures of Quantmeyer et al. 2024\n",
    matchFindings(matches) + sourceFindings(differingSource(runs)),
    comparisonFindings(summary.rows) + missingFindings(COMPARED_TABLES, compared),
  ].join("\n");
  if (folder !== undefined) {
    const measured = comparison.rows.filter((row) => row.measured !== undefined).length;
    const missing = { reason: "not measured", n: comparison.rows.length - measured };
    const manifest = {
      ...identity,
      seed: 0, // nothing is drawn
      rows: {
        read: comparison.rows.length,
        kept: measured,
        dropped: missing.n === 0 ? [] : [missing],
      },
      start: stopwatch.start,
      seconds: stopwatch.seconds,
    };
    await folder.begin({ ...manifest, files, finished: false }, { overwrite });
    await folder.writeTable(comparison);
    await folder.writeTable(summary);
    const options = { sources: identity.sources, note: matchNote(matches) };
    const points = comparisonChart(comparison.rows, { ...options, summary: summary.rows });
    await folder.writeChart("comparison", points, pictures);
    const maps = comparisonMaps(comparison.rows, options);
    await folder.writeChart("comparison_maps", maps, pictures);
    await folder.writeSummary(findings);
    const written = { ...manifest, files: folder.files };
    await folder.writeManifest({ ...written, finished: false }); // the report reads it
    await writeReport(folder.path);
    await folder.finish({ ...written, finished: true });
  }
  const said = folder === undefined
    ? await finishedAlready(path, pictures)
    : `Files in ${path}: ${files.join(", ")}`;
  if (values.quiet === true) return;
  console.log(findings);
  console.log(said);
});

/** The files of the runs, and those that are compared. */
async function sourcesOf(runs: readonly RunTables[]): Promise<Sources> {
  const tables = new Set(COMPARED_TABLES.map(({ published }) => published));
  const paths = [
    ...[...tables].map((file) => ({
      file: `published/${file}`,
      path: `${PUBLISHED_FOLDER}/${file}`,
    })),
    ...runs.flatMap(({ record, files }) =>
      files.map((file) => ({ file, path: `${record.folder}/${file}` }))
    ),
  ];
  const compared = [];
  for (const { file, path } of paths) compared.push({ file, sha256: await sha256File(path) });
  const model = runs.flatMap(({ record }) => record.sources.model);
  const data = runs.flatMap(({ record }) => record.sources.data);
  return { model: distinct(model), data: distinct([...data, ...compared]) };
}

function distinct(files: readonly FileDigest[]): FileDigest[] {
  return [...new Map(files.map((entry) => [`${entry.file} ${entry.sha256}`, entry])).values()];
}
