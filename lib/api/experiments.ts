/**
 * The kit's experiments, what an experiment is, and what it reads of a model and its rows.
 *
 * @module
 */

export {
  ABLATED,
  type Ablated,
  ablateImages,
  type AblateOptions,
  flatImage,
  type Part,
  PARTS,
} from "../experiments/ablate/ablate.ts";
export {
  ABLATION,
  ABLATION_SUMMARY,
  type AblationInput,
  type AblationMethod,
  type AblationRow,
  type AblationSummaryRow,
  type AblationTables,
  ablationTables,
} from "../experiments/ablate/tables.ts";
export { ALL_EXPERIMENTS, EXPERIMENTS } from "../experiments/all.ts";
export {
  type AttendOptions,
  attendPairs,
  differenceByRole,
  type HeadDifferences,
  PATTERNS,
} from "../experiments/attend/attend.ts";
export { HEAD_ROLES, type HeadRoleRow } from "../experiments/attend/head_roles.ts";
export {
  type AttendedRow,
  ATTENTION,
  type AttentionRow,
  type AttentionTables,
  attentionTables,
  type HeadRow,
  HEADS,
  mostSelectiveLayer,
} from "../experiments/attend/tables.ts";
export type { Component } from "../experiments/attribute/measured.ts";
export { ATTRIBUTION_ROLES, type RoleEffectRow } from "../experiments/attribute/role_effects.ts";
export {
  ATTRIBUTION,
  ATTRIBUTION_SOURCES,
  ATTRIBUTION_SUMMARY,
  type AttributionRow,
  type AttributionSourceRow,
  type AttributionSummaryRow,
  type AttributionTables,
} from "../experiments/attribute/tables.ts";
export {
  ATTRIBUTION_WATERFALL,
  type Stretch,
  type WaterfallRow,
} from "../experiments/attribute/waterfall.ts";
export {
  accuracyBySize,
  AUDIT,
  auditRepeats,
  type AuditRow,
  correlateFeatures,
  type CorrelationRow,
  CORRELATIONS,
  SIZE_ACCURACY,
  type SizeAccuracyOptions,
  type SizeAccuracyRow,
} from "../experiments/correlate/correlate.ts";
export {
  FEATURE_BANDS,
  type FeatureBandRow,
  featureBands,
} from "../experiments/correlate/feature_bands.ts";
export {
  columnsOf,
  type Feature,
  FEATURE_TABLE,
  type FeatureColumns,
  type FeaturedRows,
  featuredRows,
  type FeatureRow,
  featureRows,
  FEATURES,
} from "../experiments/correlate/features.ts";
export { summarize, SUMMARY, type SummaryRow } from "../study/evaluate/summary.ts";
export type { ByOptions, RunsTower } from "../study/experiment/by_options.ts";
export {
  type AnyExperiment,
  type AnyTables,
  type ChartContext,
  type Experiment,
  experiment,
  type ExperimentOptions,
  type ExperimentTables,
  type MeasuredRow,
  type Phase,
  type TableContext,
} from "../study/experiment/experiment.ts";
export type { Finding, FindingLine, FindingTable } from "../study/experiment/finding.ts";
export type { Word } from "../tables/words.ts";
export {
  type KnockedOut,
  knockOutHeads,
  type KnockoutOptions,
} from "../experiments/knockout/knockout.ts";
export {
  KNOCKOUT_SET,
  KNOCKOUT_SET_SUMMARY,
  type KnockoutSetRow,
  type KnockoutSetSummaryRow,
} from "../experiments/knockout/set_tables.ts";
export type { HeadSet } from "../experiments/head_set.ts";
export {
  type ShareRow,
  SHARES,
  SHARES_SUMMARY,
  type SharesTables,
  type ShareSummaryRow,
} from "../experiments/shares/tables.ts";
export { shapleyValues } from "../experiments/shares/shapley.ts";
export { negatorOf, type SentenceWord, twinOf } from "../experiments/knockout/word.ts";
export { headName, headNote, type NamedHead } from "../tables/head_names.ts";
export {
  KNOCKOUT,
  KNOCKOUT_HEADS,
  KNOCKOUT_SUMMARY,
  type KnockoutInput,
  type KnockoutPoint,
  knockoutPoints,
  type KnockoutRow,
  type KnockoutSummaryRow,
  type KnockoutTables,
  knockoutTables,
} from "../experiments/knockout/tables.ts";
export { type Direction, DIRECTIONS } from "../experiments/trace/direction.ts";
export {
  PATH_PARTS,
  type PathEdge,
  pathEdges,
  type PathPart,
  type Sender,
} from "../experiments/paths/path_edges.ts";
export {
  type NodeRow,
  NODES,
  NODES_SUMMARY,
  type NodeSummaryRow,
} from "../experiments/paths/node_tables.ts";
export { patchPaths, type PatchPathsOptions } from "../experiments/paths/patch_paths.ts";
export {
  type PathRow,
  PATHS,
  PATHS_SUMMARY,
  type PathSummaryRow,
} from "../experiments/paths/path_tables.ts";
export type { Receivers } from "../experiments/paths/receivers.ts";
export {
  PROBE,
  PROBE_SUMMARY,
  type ProbeRow,
  type ProbeSummaryRow,
} from "../experiments/probe/tables.ts";
export {
  type Cell,
  type CellKind,
  type CellOptions,
  type Site,
  SITES,
  type SweepSentences,
  traceCells,
} from "../experiments/trace/cells.ts";
export { TRACE_DIRECTIONS, type TraceDirectionsRow } from "../experiments/trace/directions.ts";
export {
  DIRECTION,
  type EffectRow,
  EFFECTS,
  effectsTable,
  SITE,
} from "../experiments/trace/effects.ts";
export { findPeaks, type PeakRow, PEAKS } from "../experiments/trace/peaks.ts";
export {
  summarizeTrace,
  TRACE,
  type TraceRow,
  type TraceSummaryOptions,
} from "../experiments/trace/trace_summary.ts";
export { jsonFile, type JsonFileOption } from "../options/json_file.ts";
export {
  amount,
  choice,
  freeText,
  list,
  numbers,
  type Option,
  type OptionsOf,
  type OptionSpecs,
  toggle,
  wholeNumber,
} from "../options/option.ts";
export type { Checksums } from "../study/choice/inputs.ts";
export {
  D,
  HEAD,
  HEAD_AT_Z,
  high,
  ID,
  LAYER,
  LAYER_OR_EMBEDDING,
  low,
  N,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../study/columns.ts";
export {
  type AffectedRow,
  type EffectGroup,
  effectGroups,
  meanEffect,
} from "../study/effects/effect_groups.ts";
export type { ShareOfD } from "../study/effects/shares_of_d.ts";
export {
  type Embeddings,
  embedImages,
  type EmbedImagesOptions,
  embedSentences,
  type ImageReader,
  type Progress,
} from "../study/embeddings/embed.ts";
export type { EmbeddingsFile, EmbeddingsSource, GivenEmbeddings } from "../study/choice/inputs.ts";
export {
  CachedEmbeddings,
  type CacheOptions,
  EmbeddingCache,
  type EmbeddingTower,
} from "../opening/embeddings/embedding_cache.ts";
export type { EmbeddingStore, OpenCache } from "../study/embeddings/embedding_cache.ts";
export type { KnownOptions } from "../study/embeddings/study_embeddings.ts";
export { type LoadingOptions, loadStudy, studySource } from "../opening/load_study.ts";
export { type ImagesAre, type OpeningOptions, openInputs } from "../opening/choice/open_inputs.ts";
export type { StudyInputs } from "../study/choice/inputs.ts";
export { type ClusterBy, clusterOf, type StatisticsOptions } from "../study/clusters.ts";
export type { KeptRows } from "../study/rows/kept_rows.ts";
export { type GroupedRuns, type GroupResult, oncePerGroup } from "../study/rows/once_per_group.ts";
export {
  type AlignedPair,
  type PreparedPairs,
  preparePairs,
  type PreparingOptions,
  sentencePairKey,
  sentencePairsText,
  type TokenizedSentence,
  type Tokens,
} from "../study/rows/prepare.ts";
export { type Segment, segmentOf, SEGMENTS } from "../study/rows/score.ts";
export {
  EVALUATE,
  evaluatePairs,
  type EvaluateRow,
  evaluateTable,
  type ScoredPair,
} from "../study/rows/score_rows.ts";
export {
  type Shard,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";
export type { AlignedRow, RowScores, ScoredRow, ScoredRows } from "../study/rows/study_rows.ts";
export { EmbeddedRows } from "../study/embeddings/embedded_rows.ts";
export type { EmbeddingOptions } from "../study/embeddings/study_embeddings.ts";
export { Result, type ResultParts } from "../study/result.ts";
export { drawnRows } from "../study/rows/study_rows.ts";
export { Study } from "../study/study.ts";
export type { StudySource } from "../study/study_source.ts";
