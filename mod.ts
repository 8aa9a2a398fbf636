/**
 * negscope opens CLIP at named hook points, lets TypeScript read and change activations, and measures how CLIP processes negation.
 *
 * ```ts ignore
 * import { patch, show, Study } from "negscope";
 *
 * await using study = await Study.open({ limit: 20 }); // without a limit all rows
 * const trace = await study.run("trace", { site: "resid" });
 * await show(trace);
 *
 * const row = await study.row(study.pairs[0]!.id);
 * const no = await row.negated.cache("blocks.*.hook_resid_post");
 * const patched = await row.affirmative.score({
 *   interventions: [patch("blocks.1.hook_resid_post", { position: "subject_first", from: no })],
 * });
 * console.log(row.cte(patched)); // the share of d that returns
 * ```
 *
 * What a study or a notebook needs is here; the rooms behind it are `negscope/study`, `negscope/hooks`, `negscope/model`,
 * `negscope/data`, `negscope/experiments`, `negscope/rows`, `negscope/runs`, `negscope/task`, `negscope/stats`, `negscope/charts`,
 * `negscope/published` and `negscope/engine`.
 *
 * @module
 */

// A study and what it gives.
export { Study, type StudyOptions } from "./lib/runs/study.ts";
export type { Experiments } from "./lib/experiments/all.ts";
export { Result, type SaveOptions } from "./lib/runs/study.ts";
export { StudyRow } from "./lib/study/sentences/row.ts";
export { StudySentence } from "./lib/study/sentences/row.ts";
export { Sweep, type SweepRun } from "./lib/study/sweep.ts";
export { Scores } from "./lib/study/scores.ts";
export { meanOver } from "./lib/study/effects/means.ts";

// Shown in a notebook or a terminal.
export { show } from "./lib/show/notebook.ts";
export { attentionPattern } from "./lib/study/sentences/row.ts";
export { attentionChart } from "./lib/charts/attention.ts";
export { heatMap } from "./lib/charts/heat_map.ts";
export { lines } from "./lib/charts/lines.ts";
export type { ChartSpec } from "./lib/charts/spec.ts";
export { renderPdf, renderPng, renderSvg } from "./lib/draw/render.ts";

// A model and its activations.
export { Clip, type ClipOptions } from "./lib/runtime/open_runtime.ts";
export { ImageTower } from "./lib/model/image/image_tower.ts";
export { TextTower } from "./lib/model/text/text_tower.ts";
export { ActivationCache } from "./lib/hooks/cache.ts";
export {
  add,
  edit,
  type Intervention,
  knockOut,
  mean,
  patch,
  scale,
  type Selection,
  zero,
} from "./lib/hooks/interventions.ts";
export { Tensor } from "./lib/hooks/tensor.ts";
export {
  accumulatedResidual,
  decomposeResidual,
  stackHeadResults,
} from "./lib/engine/graph/residual_stack.ts";
export { headCircuits } from "./lib/engine/weights/weights.ts";
export { ResidualLens } from "./lib/study/readout.ts";

// Data.
export type { Pair, Protocol } from "./lib/data/pairs.ts";
export type { Role } from "./lib/data/align.ts";

// An experiment of your own.
export {
  type Experiment,
  experiment,
  type MeasuredRow,
  type Phase,
} from "./lib/study/experiment/experiment.ts";
/** Kinds of options. */
export * as option from "./lib/api/option.ts";
/** Columns of tables: their kinds, and those that the kit's tables have in common. */
export * as column from "./lib/api/column.ts";
export {
  type AnyTable,
  fillTable,
  type RowOf,
  type Table,
  table,
  type TableSchema,
} from "./lib/tables/table.ts";
export { oncePerGroup } from "./lib/study/rows/once_per_group.ts";
export type { AlignedPair } from "./lib/study/rows/prepare.ts";
export type { EvaluateRow } from "./lib/study/rows/score_rows.ts";
export { runOnFiles } from "./lib/runs/run_experiment.ts";

export { type ErrorCode, NegscopeError } from "./lib/errors/negscope_error.ts";
