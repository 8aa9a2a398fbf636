/**
 * The kit's experiments, with their options, and what an experiment of your own is made of.
 *
 * @module
 */

export type { AblationMethod } from "../experiments/ablate/index.ts";
export type { Method } from "../experiments/ablate/ablate_text.ts";
export type { NodeKind } from "../experiments/ablate/ablate_text.ts";
export type { RankingName } from "../experiments/circuit/search.ts";
export type { FiledCircuit } from "../experiments/circuit/options.ts";
export type { Experiments, Known } from "../experiments/all.ts";
export type { HeadSet } from "../experiments/head_set.ts";
export type { NodeMethod } from "../experiments/paths/index.ts";
export type { PathInput, Receivers } from "../experiments/paths/measure_paths.ts";
export { shapleyValues } from "../experiments/shares/index.ts";
export type { Direction, Site } from "../experiments/trace/trace.ts";
export type { Option, OptionsOf, OptionSpecs } from "../options/option.ts";
export type {
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
export {
  type Control,
  type ControlChoice,
  controlOption,
  CONTROLS,
} from "../study/controls/control.ts";
export type { Variant } from "../study/study_source.ts";
export * from "../study/effects/effects.ts";
export type { RowLines } from "../study/effects/means.ts";
export type { Ranked, Unit } from "../study/effects/ranked.ts";
export type { ShareLine } from "../study/effects/named_shares.ts";
export {
  EmbeddedRows,
  type EmbeddingOptions,
  type Embeddings,
  type ImageReader,
  type Progress,
} from "../study/embeddings.ts";
export {
  type AnyExperiment,
  type AnyTables,
  type ByOptions,
  type ChartContext,
  type ChosenExperiment,
  type Experiment,
  experiment,
  type ExperimentOptions,
  type ExperimentTables,
  type MeasuredControl,
  type MeasuredRow,
  type Phase,
  type ReadFiles,
  type RunsTower,
  type ScoredMeasurement,
  type TableContext,
} from "../study/experiment/experiment.ts";
export type {
  Finding,
  FindingLine,
  FindingList,
  FindingTable,
  RowEffect,
  RowEffects,
} from "../study/experiment/finding.ts";
export { Result as MeasuredResult, type ResultParts } from "../study/result.ts";
export {
  type GroupedRuns,
  type GroupResult,
  type KeptRows,
  oncePerGroup,
} from "../study/rows/once_per_group.ts";
export type { RunScores } from "../study/sweep.ts";
export { effectOnD, lostOfD } from "../study/effects/noise.ts";
export {
  type AlignedPair,
  type PreparedPairs,
  sentencePairKey,
  type TokenizedSentence,
} from "../study/rows/prepare.ts";
export type {
  AlignedRow,
  RowScores,
  ScoredPair,
  ScoredRow,
  ScoredRows,
  Segment,
} from "../study/rows/score_rows.ts";
export { type OtherModel, Study as LoadedStudy } from "../study/study.ts";
export type { NamedHead } from "../tables/nodes.ts";
export type { Word } from "../tables/words.ts";
/** Columns of tables: their kinds, and those that the kit's tables have in common. */
export * as column from "./column.ts";
/** Kinds of options. */
export * as option from "./option.ts";
