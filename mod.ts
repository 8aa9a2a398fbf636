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
 * What a study or a notebook needs is here; the rooms behind it are `negscope/hooks`, `negscope/model`, `negscope/data`,
 * `negscope/experiments`, `negscope/runs`, `negscope/task`, `negscope/stats`, `negscope/charts`, `negscope/published` and
 * `negscope/engine`.
 *
 * @module
 */

// A study and what it gives.
export { Study, type StudyOptions } from "./lib/runs/study/study.ts";
export type { Experiments } from "./lib/experiments/all.ts";
export type { RunOptions } from "./lib/study/result.ts";
export { Result, type SaveOptions } from "./lib/runs/study/result.ts";
export type { SentenceRoles } from "./lib/study/sentences/roles.ts";
export { StudyRow } from "./lib/study/sentences/row.ts";
export type {
  ChangeableSentences,
  ChangedSentences,
  PairOptions,
} from "./lib/study/sentences/changed_sentences.ts";
export { type SentenceOptions, StudySentence } from "./lib/study/sentences/sentence.ts";
export {
  SWEEP,
  Sweep,
  SWEEP_SUMMARY,
  type SweepRow,
  type SweepRun,
  type SweepSummaryRow,
} from "./lib/study/sweep/sweep.ts";
export { SCORE_CHANGES, type ScoreChangeRow, Scores } from "./lib/study/scores.ts";
export { show, type Shown, type ShownTable, type VegaLiteChart } from "./lib/show/notebook.ts";
export {
  attentionPattern,
  type AttentionPatternOptions,
} from "./lib/study/sentences/attention_pattern.ts";
export { attentionChart } from "./lib/charts/attention.ts";
export type {
  AttendedTokens,
  AttentionChartOptions,
  AttentionPattern,
} from "./lib/charts/attention.ts";

// A model and its activations.
export { Clip, type ClipOptions } from "./lib/runtime/clip.ts";
export { ImageTower } from "./lib/model/image/image_tower.ts";
export { TextTower } from "./lib/model/text/text_tower.ts";
export { ActivationCache, type CachedRows } from "./lib/hooks/cache.ts";
export { writeNpy } from "./lib/export/npy.ts";
export { writeSafetensors } from "./lib/export/safetensors.ts";
export {
  add,
  edit,
  type Intervention,
  knockOut,
  mean,
  patch,
  type Place,
  scale,
  type Selection,
  zero,
} from "./lib/hooks/interventions.ts";
export { Tensor } from "./lib/hooks/tensor.ts";
export { similarity } from "./lib/model/similarity.ts";

// An experiment of one's own.
export {
  type Experiment,
  experiment,
  type MeasuredRow,
  type Phase,
} from "./lib/study/experiment/experiment.ts";
export { choice, list, type Option, toggle, wholeNumber } from "./lib/options/option.ts";
export { oncePerGroup } from "./lib/study/rows/once_per_group.ts";
export type { AlignedPair } from "./lib/study/rows/prepare.ts";
export type { EvaluateRow } from "./lib/study/rows/score_rows.ts";
export {
  count,
  fillTable,
  number,
  optional,
  type RowOf,
  table,
  text,
} from "./lib/tables/schema.ts";
export { type TableSchema } from "./lib/tables/table.ts";
export type { AnyTable, Table } from "./lib/tables/table.ts";
export { runOnFiles } from "./lib/runs/run_on_files.ts";

// Data and pictures.
export type { Pair, Protocol } from "./lib/data/pairs.ts";
export { readPairs } from "./lib/data/read.ts";
export type { Role } from "./lib/data/roles.ts";
export type { ChartSpec } from "./lib/charts/spec.ts";
export { renderPdf, renderPng, renderSvg } from "./lib/draw/render.ts";
export { type ErrorCode, type ErrorParts, NegscopeError } from "./lib/errors/negscope_error.ts";
export { VERSION } from "./lib/version.ts";
