/**
 * Statistics of rows that come in clusters, such as those that share a sentence pair or a subject noun: bootstrap intervals, shares,
 * correlations with tests that keep clusters together, false discovery rate. Loads nothing but itself and needs no permission.
 *
 * @module
 */

export { aurocOf, pearson, spearman } from "../stats/correlation.ts";
export {
  type BootstrapOptions,
  ClusterBootstrap,
  type Estimate,
  type StatisticOptions,
} from "../stats/bootstrap.ts";
export {
  type ColumnPair,
  pearsonInterval,
  rowFeatureSteps,
  type RowPermutationOptions,
} from "../stats/feature_tests.ts";
export {
  type CellSamples,
  type DeviatingCell,
  falseDiscoveryRate,
  LargestDeviations,
  linearMean,
} from "../stats/many.ts";
export { logisticSteps } from "../stats/logistic.ts";
export * from "../stats/share.ts";
export { type Random, seededRandom } from "../stats/random.ts";
export { type Standardization, standardization } from "../stats/columns.ts";
export { finish, inTurns, type Steps } from "../stats/steps.ts";
export { clusterFeatureSteps, type WildBootstrapOptions } from "../stats/feature_tests.ts";
