/** A run's files: tables, charts, summary, the rows of a shard, report and manifest. */

import { clusterBy } from "../study/clusters.ts";
import type { RowWarning } from "../data/checks/suspect_negation.ts";
import type { AnyExperiment, MeasuredRow } from "../study/experiment/experiment.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { MadePictures } from "../report/rows/pictures.ts";
import { writeReport } from "../report/write_report.ts";
import type { RunIdentity } from "./folder/identity_difference.ts";
import { jsonText } from "../reading/json.ts";
import type { Manifest } from "../files/manifest.ts";
import { type Outcome, type OutcomeContext, outcomeOf } from "../study/experiment/outcome.ts";
import { SHARD_ROWS } from "./run_files.ts";
import type { RunFolder } from "./folder/run_folder.ts";
import { shardLines } from "./folder/shards.ts";
import type { Stopwatch } from "../study/experiment/stopwatch.ts";
import { summaryText } from "./summary_text.ts";

/** A run to write: a task's, a study's, or one merged from shards. */
export interface RunOutput {
  readonly experiment: AnyExperiment;
  readonly options: Readonly<Record<string, unknown>>;
  readonly folder: RunFolder;
  readonly identity: RunIdentity;
  readonly pictures: Pictures;
  readonly seed: number;
  readonly stopwatch: Stopwatch;
  readonly model: NonNullable<Manifest["model"]>;
  readonly rows: Manifest["rows"];
  /** The rows that may not be what they say. */
  readonly warnings: readonly RowWarning[];
  /** How many rows each engine measured, for an experiment with a choice of engines. */
  readonly engines?: Readonly<Record<string, number>> | undefined;
  readonly embeddings?: Manifest["embeddings"] | undefined;
  readonly shards?: NonNullable<Manifest["shards"]>;
  readonly readImage?: ((name: string) => Promise<Uint8Array>) | undefined;
  readonly made?: MadePictures | undefined;
}

/** A run whose files are written. */
export interface WrittenRun {
  /** Its tables, charts and findings. */
  readonly outcome: Outcome;
  /** The findings, as in summary.txt. */
  readonly summary: string;
}

export function manifestOf(
  { identity, model, seed, rows, warnings, shards, stopwatch, engines, embeddings }: RunOutput,
  files: readonly string[],
  finished: boolean,
): Manifest {
  const { start, seconds } = stopwatch;
  return {
    ...identity,
    model,
    seed,
    rows,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(engines === undefined ? {} : { engines }),
    ...(embeddings === undefined ? {} : { embeddings }),
    files,
    ...(shards === undefined ? {} : { shards }),
    finished,
    start,
    seconds,
  };
}

/** Writes the rows of a shard alone, of which merging makes everything. */
export async function writeRows(
  run: RunOutput,
  rows: readonly MeasuredRow<unknown>[],
): Promise<void> {
  const { folder } = run;
  await folder.writeFile(SHARD_ROWS, shardLines(rows));
  await folder.finish(manifestOf(run, folder.files, true));
}

export async function writeRun(
  run: RunOutput,
  rows: readonly MeasuredRow<unknown>[],
): Promise<WrittenRun> {
  const { experiment, options, folder, identity, pictures, seed, stopwatch } = run;
  const cluster = clusterBy(identity.options["cluster"]);
  const context: OutcomeContext = { ...options, seed, cluster, sources: identity.sources };
  const outcome = await outcomeOf(experiment, rows, context, stopwatch);
  for (const table of outcome.tables) await folder.writeTable(table);
  for (const [name, content] of outcome.files) {
    await folder.writeFile(`${name}.json`, jsonText(content));
  }
  await stopwatch.measure("charts", async () => {
    for (const [name, spec] of outcome.charts) await folder.writeChart(name, spec, pictures);
  });
  const summary = summaryText(run, rows.map(({ pair }) => pair), outcome);
  await folder.writeSummary(summary);
  if (identity.options["shard"] !== undefined) {
    await folder.writeFile(SHARD_ROWS, shardLines(rows));
  }
  await folder.writeManifest(manifestOf(run, folder.files, false)); // the report reads it
  const shown = {
    images: run.readImage,
    made: run.made,
    drawn: folder.onScreen,
    written: outcome.tables,
    write: (page: string) => folder.writeReport(page),
  };
  await stopwatch.measure("report", () => writeReport(folder.path, shown));
  await folder.finish(manifestOf(run, folder.files, true));
  return { outcome, summary };
}
