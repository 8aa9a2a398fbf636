/**
 * The kit's experiments, what an experiment is, and what it reads of a model and its rows.
 *
 * @module
 */

export * from "../experiments/all.ts";
export * from "../experiments/experiment.ts";
export * from "../options/option.ts";
export * from "../experiments/ablate/ablate.ts";
export * from "../experiments/ablate/tables.ts";
export * from "../experiments/attend/attend.ts";
export * from "../experiments/attend/tables.ts";
export * from "../experiments/correlate/correlate.ts";
export * from "../experiments/correlate/feature_bands.ts";
export * from "../experiments/correlate/features.ts";
export * from "../experiments/evaluate/summary.ts";
export * from "../experiments/knockout/knockout.ts";
export * from "../experiments/knockout/tables.ts";
export * from "../experiments/trace/effects.ts";
export * from "../experiments/trace/trace_summary.ts";
export * from "../experiments/sweep/trace_cells.ts";
export * from "../subject/checksums.ts";
export * from "../subject/columns.ts";
export * from "../subject/effect_groups.ts";
export * from "../subject/embed.ts";
export * from "../subject/embedding_cache.ts";
export * from "../subject/inputs.ts";
export * from "../subject/study_options.ts";
export * from "../subject/kept_rows.ts";
export * from "../subject/once_per_group.ts";
export * from "../subject/prepare.ts";
export * from "../subject/score.ts";
export * from "../subject/score_rows.ts";
export * from "../subject/subject.ts";
