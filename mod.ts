/**
 * negscope opens CLIP's ONNX graphs at named hook points, lets TypeScript read and change activations, and measures how CLIP
 * processes negation.
 *
 * ```ts ignore
 * import { Clip, patch } from "negscope";
 *
 * const clip = await Clip.load("data/shapes/model", { towers: ["text"] });
 * const { cache } = await clip.text.runWithCache(["There are no stars."], ["blocks.3.hook_resid_post"]);
 * const patched = await clip.text.run(["There are some stars."], {
 *   interventions: [patch("blocks.3.hook_resid_post", { position: 3, from: cache })],
 * });
 * ```
 *
 * The README's examples do the same and run as tests.
 *
 * @module
 */

export * from "./lib/clip/clip.ts";
export * from "./lib/clip/config.ts";
export type { RunOptions, RunResult } from "./lib/clip/hooked_run.ts";
export * from "./lib/clip/image_folder.ts";
export * from "./lib/clip/image_tower.ts";
export * from "./lib/clip/live_values.ts";
export * from "./lib/clip/onnx_files.ts";
export type { Station } from "./lib/clip/plan.ts";
export * from "./lib/clip/preprocess_config.ts";
export type { Channels } from "./lib/clip/settings.ts";
export * from "./lib/clip/text_tower.ts";
export * from "./lib/clip/tokenizer.ts";
export * from "./lib/clip/tower.ts";
export * from "./lib/data/compared_cells.ts";
export * from "./lib/data/csv_row.ts";
export * from "./lib/data/kept_rows.ts";
export * from "./lib/data/pair_images.ts";
export * from "./lib/data/pairs.ts";
export * from "./lib/data/published.ts";
export * from "./lib/data/read.ts";
export * from "./lib/data/roles.ts";
export * from "./lib/data/run_record.ts";
export * from "./lib/data/run_tables.ts";
export * from "./lib/data/shapes.ts";
export * from "./lib/data/table.ts";
export * from "./lib/experiments/ablate.ts";
export * from "./lib/experiments/ablate_rows.ts";
export * from "./lib/experiments/ablate_tables.ts";
export * from "./lib/experiments/attend.ts";
export * from "./lib/experiments/attend_tables.ts";
export * from "./lib/experiments/compare.ts";
export * from "./lib/experiments/comparison_row.ts";
export * from "./lib/experiments/comparison_summary.ts";
export * from "./lib/experiments/correlate.ts";
export * from "./lib/experiments/effect_summary.ts";
export * from "./lib/experiments/embed.ts";
export * from "./lib/experiments/evaluate.ts";
export * from "./lib/experiments/feature_bands.ts";
export * from "./lib/experiments/features.ts";
export * from "./lib/experiments/knockout.ts";
export * from "./lib/experiments/knockout_rows.ts";
export * from "./lib/experiments/knockout_tables.ts";
export * from "./lib/experiments/measured_run.ts";
export * from "./lib/experiments/prepare.ts";
export * from "./lib/experiments/profile.ts";
export * from "./lib/experiments/profile_tables.ts";
export * from "./lib/experiments/published_model.ts";
export * from "./lib/experiments/score.ts";
export * from "./lib/experiments/score_pairs.ts";
export * from "./lib/experiments/trace.ts";
export * from "./lib/experiments/trace_cells.ts";
export * from "./lib/experiments/trace_summary.ts";
export * from "./lib/hooks/cache.ts";
export * from "./lib/hooks/interventions.ts";
export * from "./lib/hooks/names.ts";
export * from "./lib/hooks/tensor.ts";
export { type OnnxValue, RUNTIME_VERSION, type TypedValue } from "./lib/onnx/session.ts";
export * from "./lib/report/charts/ablation.ts";
export * from "./lib/report/charts/comparison.ts";
export * from "./lib/report/charts/comparison_maps.ts";
export * from "./lib/report/charts/feature_scatter.ts";
export * from "./lib/report/charts/head_roles.ts";
export * from "./lib/report/charts/knockout.ts";
export * from "./lib/report/charts/scores.ts";
export * from "./lib/report/charts/selectivity_map.ts";
export * from "./lib/report/charts/size_accuracy.ts";
export type { ChartOptions, ChartSpec } from "./lib/report/charts/spec.ts";
export { type Preset, SCREEN, VENUES } from "./lib/report/charts/venues.ts";
export * from "./lib/report/charts/trace_map.ts";
export * from "./lib/report/charts/trace_row.ts";
export { type MatchLine, matchNote, type RunMatch } from "./lib/report/comparison_findings.ts";
export * from "./lib/report/csv.ts";
export * from "./lib/report/figures.ts";
export * from "./lib/report/manifest.ts";
export * from "./lib/report/pictures.ts";
export * from "./lib/report/notebook.ts";
export * from "./lib/report/render.ts";
export * from "./lib/report/sha256.ts";
export * from "./lib/report/sources.ts";
export * from "./lib/report/write_report.ts";
export * from "./lib/stats/bootstrap.ts";
export * from "./lib/stats/correlation.ts";
export * from "./lib/stats/correlation_interval.ts";
export * from "./lib/stats/false_discovery.ts";
export * from "./lib/stats/line_band.ts";
export * from "./lib/stats/linear_fit.ts";
export * from "./lib/stats/permutation.ts";
export * from "./lib/stats/random.ts";
export { VERSION } from "./lib/version.ts";
