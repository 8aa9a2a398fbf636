/**
 * The kit's experiments, with their options, and what an experiment of your own is made of.
 *
 * @module
 */

// The kit's experiments.
export { ALL_EXPERIMENTS, EXPERIMENTS, type Experiments, type Known } from "../experiments/all.ts";
export type { AblationMethod } from "../experiments/ablate/index.ts";
export type { NodeKind } from "../experiments/ablate/ablated_node.ts";
export type { FiledCircuit, FiledEstimate } from "../experiments/circuit/options.ts";
export type { RankingName } from "../experiments/circuit/search/rank.ts";
export type { HeadSet } from "../experiments/head_set.ts";
export type { Receivers } from "../experiments/paths/receivers.ts";
export { shapleyValues } from "../experiments/shares/shapley.ts";
export type { Site } from "../experiments/trace/trace.ts";
export type { Direction } from "../experiments/trace/trace.ts";
export { headName, type NamedHead } from "../tables/nodes.ts";

// An experiment of your own.
export {
  type ByOptions,
  chooseOptions,
  type ChosenExperiment,
  type ReadFiles,
  type RunsTower,
} from "../study/experiment/by_options.ts";
export {
  type AnyExperiment,
  type AnyTables,
  type ChartContext,
  type Experiment,
  experiment,
  type ExperimentOptions,
  type ExperimentTables,
  type MeasuredControl,
  type MeasuredRow,
  type Phase,
  type ScoredMeasurement,
  type TableContext,
} from "../study/experiment/experiment.ts";
/** Columns of tables: their kinds, and those that the kit's tables have in common. */
export * as column from "./column.ts";
/** Kinds of options. */
export * as option from "./option.ts";
export type { Option, OptionsOf, OptionSpecs } from "../options/option.ts";
export type { RowEffect, RowEffects } from "../study/experiment/each_row.ts";
export type {
  Finding,
  FindingLine,
  FindingList,
  FindingTable,
} from "../study/experiment/finding.ts";
export type { Word } from "../tables/words.ts";
export {
  type Control,
  type ControlChoice,
  controlOption,
  CONTROLS,
} from "../study/controls/control.ts";
export type { Variant } from "../study/controls/variant.ts";

// What an experiment measures: rows, their scores and embeddings, equal sentences once.
export type {
  Checksums,
  EmbeddingsFile,
  EmbeddingsSource,
  GivenEmbeddings,
  StudyInputs,
} from "../study/choice/inputs.ts";
export type { Shard, StudyChoice, StudyOption } from "../study/choice/study_options.ts";
export {
  type ChosenClusters,
  type ClusterBy,
  clusterOf,
  type StatisticsOptions,
} from "../study/clusters.ts";
export * from "../study/effects/effect_groups.ts";
export * from "../study/effects/effects.ts";
export type { Embeddings, ImageReader, Progress } from "../study/embeddings.ts";
export {
  type AlignedPair,
  type PreparedPairs,
  sentencePairKey,
  type TokenizedSentence,
} from "../study/rows/prepare.ts";
export { type GroupedRuns, type GroupResult, oncePerGroup } from "../study/rows/once_per_group.ts";
export { type Segment, segmentOf, SEGMENTS } from "../study/rows/score_rows.ts";
export { Result as MeasuredResult, type ResultParts } from "../study/result.ts";
export { type OtherModel, Study as LoadedStudy } from "../study/study.ts";
export type { AlignedRow, RowScores, ScoredRow, ScoredRows } from "../study/rows/score_rows.ts";
export type { EmbeddedRows } from "../study/embeddings.ts";
export type { EmbeddingOptions } from "../study/embeddings.ts";
export type { KeptRows } from "../study/rows/once_per_group.ts";
export type { ShareOfD } from "../study/effects/shares_of_d.ts";
export type { ScoredPair } from "../study/rows/score_rows.ts";
