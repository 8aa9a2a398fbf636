/**
 * Runs in folders: opened, gone on with, finished, merged from shards, and what their manifests say.
 *
 * @module
 */

export type { Json } from "../reading/json.ts";
export type { DroppedRows, RowCounts } from "../data/read.ts";
export type { DoubtfulRows, Manifest, ModelSizes, ShardRecord } from "../files/manifest.ts";
export * from "../reading/path.ts";
export {
  readFinished,
  type RecordedFile,
  type RecordedSizes,
  recordOf,
  type RunRecord,
} from "../files/manifest.ts";
export { sha256File } from "../files/sha256.ts";
export { sha256Text } from "../reading/sha256.ts";

export type { DrawingLimits } from "../draw/drawing_thread.ts";
export { drawFigures, type DrawingOptions } from "../runs/draw_figures.ts";
export * from "../study/experiment/measure_rows.ts";
export { mergeRuns, type MergeSettings } from "../runs/merge_runs.ts";
export { type Outcome, type OutcomeContext, outcomeOf } from "../study/experiment/outcome.ts";
export {
  type FinishedRun,
  runExperiment,
  type RunSettings,
  type RunSource,
} from "../runs/run_experiment.ts";
export { type FileRunSettings, runOnFiles } from "../runs/run_experiment.ts";
export { type Clock, Stopwatch } from "../study/experiment/measure_rows.ts";
export type { WrittenRun } from "../runs/write_results.ts";
export type { ImagesAre, OpeningOptions } from "../opening/open_inputs.ts";
