/**
 * Runs in folders: opened, gone on with, finished, merged from shards, and what their manifests say.
 *
 * @module
 */

export type { OpeningOptions } from "../opening/open_inputs.ts";
export type { ImagesAre, InputNeeds } from "../study/choice/inputs.ts";
export type {
  EmbeddingOrigin,
  EmbeddingOrigins,
  FileDigest,
  Sources,
  TakenTower,
} from "../reading/path.ts";
export { drawFigures, type DrawingOptions } from "../runs/draw_figures.ts";
export { mergeRuns, type MergeSettings } from "../runs/merge_runs.ts";
export {
  type FileRunSettings,
  type FinishedRun,
  runOnFiles,
  type RunSettings,
} from "../runs/run_experiment.ts";
export type { WrittenRun } from "../runs/write_results.ts";
export { type Clock, type ReportingBar, Stopwatch } from "../study/experiment/measure_rows.ts";
export type { Outcome } from "../study/experiment/outcome.ts";
