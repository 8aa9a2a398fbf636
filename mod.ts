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

export { type ErrorCode, type ErrorParts, NegscopeError } from "./lib/errors/negscope_error.ts";
export * from "./lib/model/clip.ts";
export * from "./lib/model/config.ts";
export type { RunOptions, RunResult } from "./lib/engine/run/hooked_run.ts";
export * from "./lib/model/image/image_folder.ts";
export * from "./lib/model/image/image_tower.ts";
export { RunState } from "./lib/engine/run/run_state.ts";
export * from "./lib/model/onnx_files.ts";
export type { Stop } from "./lib/engine/run/cut_plan.ts";
export * from "./lib/model/image/preprocess_config.ts";
export type { Channels } from "./lib/model/model_json.ts";
export * from "./lib/model/text/text_tower.ts";
export * from "./lib/model/text/tokenizer.ts";
export * from "./lib/engine/tower.ts";
export * from "./lib/published/compared_cells.ts";
export * from "./lib/tables/csv_row.ts";
export * from "./lib/subject/kept_rows.ts";
export * from "./lib/data/pair_images.ts";
export * from "./lib/data/pairs.ts";
export * from "./lib/published/published.ts";
export * from "./lib/data/read.ts";
export * from "./lib/data/roles.ts";
export * from "./lib/runs/run_record.ts";
export * from "./lib/published/run_tables.ts";
export * from "./lib/data/shapes.ts";
export * from "./lib/tables/table.ts";
export * from "./lib/experiments/ablate/ablate.ts";
export * from "./lib/experiments/ablate/ablate_rows.ts";
export * from "./lib/experiments/ablate/tables.ts";
export * from "./lib/experiments/attend/attend.ts";
export * from "./lib/experiments/attend/tables.ts";
export * from "./lib/published/compare.ts";
export * from "./lib/published/comparison_row.ts";
export * from "./lib/published/comparison_summary.ts";
export * from "./lib/experiments/correlate/correlate.ts";
export * from "./lib/subject/effect_groups.ts";
export * from "./lib/subject/embed.ts";
export * from "./lib/experiments/evaluate/evaluate.ts";
export * from "./lib/experiments/correlate/feature_bands.ts";
export * from "./lib/experiments/correlate/features.ts";
export * from "./lib/experiments/knockout/knockout.ts";
export * from "./lib/experiments/knockout/knockout_rows.ts";
export * from "./lib/experiments/knockout/tables.ts";
export * from "./lib/published/measured_run.ts";
export * from "./lib/subject/prepare.ts";
export * from "./lib/profile/profile.ts";
export * from "./lib/profile/profile_tables.ts";
export * from "./lib/published/published_model.ts";
export * from "./lib/subject/score.ts";
export * from "./lib/subject/score_pairs.ts";
export * from "./lib/experiments/trace/trace.ts";
export * from "./lib/experiments/sweep/trace_cells.ts";
export * from "./lib/experiments/trace/trace_summary.ts";
export * from "./lib/hooks/cache.ts";
export * from "./lib/hooks/interventions.ts";
export * from "./lib/hooks/names.ts";
export * from "./lib/hooks/tensor.ts";
export { type OnnxValue, RUNTIME_VERSION, type TypedValue } from "./lib/onnx/runtime/session.ts";
export * from "./lib/experiments/ablate/chart.ts";
export * from "./lib/published/comparison_chart.ts";
export * from "./lib/published/comparison_maps.ts";
export * from "./lib/experiments/correlate/feature_scatter.ts";
export * from "./lib/experiments/attend/roles_chart.ts";
export * from "./lib/experiments/knockout/chart.ts";
export * from "./lib/experiments/evaluate/chart.ts";
export * from "./lib/experiments/attend/selectivity_map.ts";
export * from "./lib/experiments/correlate/size_chart.ts";
export type { ChartOptions, ChartSpec } from "./lib/charts/spec.ts";
export { type Preset, SCREEN, VENUES } from "./lib/charts/venues.ts";
export * from "./lib/experiments/trace/chart.ts";
export * from "./lib/experiments/trace/map_row.ts";
export { type MatchLine, matchNote, type RunMatch } from "./lib/published/comparison_findings.ts";
export * from "./lib/tables/csv.ts";
export * from "./lib/runs/draw_figures.ts";
export * from "./lib/runs/manifest.ts";
export * from "./lib/draw/pictures.ts";
export * from "./lib/show/notebook.ts";
export * from "./lib/draw/render.ts";
export * from "./lib/files/sha256.ts";
export * from "./lib/files/sources.ts";
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
