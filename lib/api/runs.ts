/**
 * Runs in folders: opened, gone on with, finished, merged from shards, and what their manifests say.
 *
 * @module
 */

export * from "../files/json.ts";
export * from "../files/sha256.ts";
export * from "../files/sources.ts";
export * from "../runs/draw_figures.ts";
export * from "../runs/finished.ts";
export * from "../runs/folder/identity_difference.ts";
export * from "../runs/folder/journal.ts";
export * from "../files/manifest.ts";
export * from "../runs/measure_rows.ts";
export * from "../runs/merge_runs.ts";
export * from "../runs/outcome.ts";
export * from "../runs/run_experiment.ts";
export * from "../runs/folder/run_folder.ts";
export * from "../runs/run_identity.ts";
export * from "../runs/run_on_files.ts";
export * from "../runs/run_settings.ts";
export * from "../files/run_record.ts";
export * from "../runs/folder/shards.ts";
export * from "../runs/stopwatch.ts";
export * from "../runs/write_run.ts";
