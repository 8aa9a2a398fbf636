/** A run's files: tables, charts, summary, the rows of a shard, report and manifest. */

import { clusterBy } from "../study/clusters.ts";
import type { RowWarning } from "../data/bad_rows.ts";
import type { AnyExperiment, MeasuredRow } from "../study/experiment/experiment.ts";
import type { Pictures } from "../draw/pictures.ts";
import { jsonText } from "../reading/json.ts";
import type { Manifest } from "../files/manifest.ts";
import { type Outcome, type OutcomeContext, outcomeOf } from "../study/experiment/outcome.ts";
import { examplesOf } from "../report/examples.ts";
import { SHARD_ROWS, SUMMARY } from "./run_files.ts";
import type { RunFolder } from "./folder/run_folder.ts";
import { shardLines } from "./folder/shards.ts";
import { summaryText } from "./summary_text.ts";
import { manifestOf, type RecordedRun, writeResults } from "./folder/write_results.ts";
import type { ChosenExperiment } from "../study/experiment/by_options.ts";

/** A run to write: a task's, a study's, or one merged from shards. */
export interface RunOutput extends RecordedRun {
  readonly chosen: ChosenExperiment;
  readonly folder: RunFolder;
  readonly pictures: Pictures;
  readonly model: NonNullable<Manifest["model"]>;
  /** The rows that may not be what they say. */
  readonly warnings: readonly RowWarning[];
  readonly readImage?: ((name: string) => Promise<Uint8Array>) | undefined;
}

/** A run whose files are written. */
export interface WrittenRun {
  /** Its tables, charts and findings. */
  readonly outcome: Outcome;
  /** The findings, as in summary.txt. */
  readonly summary: string;
}

/** Writes the rows of a shard alone, of which merging makes everything. */
export async function writeRows(
  run: RunOutput,
  rows: readonly MeasuredRow<unknown>[],
): Promise<void> {
  const { folder } = run;
  await folder.writeFile(SHARD_ROWS, shardLines(rows));
  await folder.finish(manifestOf(run, folder.files));
}

export async function writeRun(
  run: RunOutput,
  rows: readonly MeasuredRow<unknown>[],
): Promise<WrittenRun> {
  const { chosen, folder, identity, pictures, seed, stopwatch } = run;
  const cluster = clusterBy(identity.options["cluster"]);
  const context: OutcomeContext = {
    ...{ seed, cluster, sources: identity.sources, modelName: run.model.name },
  };
  const outcome = await outcomeOf(chosen, rows, context, stopwatch);
  const summary = summaryText(run, rows.map(({ pair }) => pair), outcome);
  const isShard = identity.options["shard"] !== undefined;
  await writeResults(folder, {
    tables: outcome.tables,
    files: [...outcome.files].map(([name, content]) => [`${name}.json`, jsonText(content)]),
    charts: outcome.charts,
    texts: [[SUMMARY, summary], ...isShard ? [[SHARD_ROWS, shardLines(rows)] as const] : []],
    beside: { images: run.readImage, examples: examplesIn(chosen.experiment, outcome, rows) },
  }, { manifest: (files) => manifestOf(run, files), pictures, stopwatch });
  return { outcome, summary };
}

function examplesIn(
  { rowEffects }: AnyExperiment,
  { own, findings: [finding] }: Outcome,
  rows: readonly MeasuredRow<unknown>[],
) {
  if (rowEffects === undefined || rows.length === 0) return undefined;
  const { sentences = [], lists = [] } = finding ?? {};
  return examplesOf(
    rowEffects(own, rows),
    rows.map(({ pair, scores }) => ({ ...pair, d: scores?.d })),
    [...sentences, ...lists.flatMap(({ texts }) => texts)].join("\n"),
  );
}
