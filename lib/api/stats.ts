/**
 * Statistics of rows that come in clusters, such as those that share a sentence pair or a subject noun: bootstrap intervals, shares,
 * correlations with tests that keep clusters together, false discovery rate. Loads nothing but itself and needs no permission.
 *
 * @module
 */

export * from "../stats/auroc.ts";
export {
  type BootstrapOptions,
  ClusterBootstrap,
  type Estimate,
  type StatisticOptions,
} from "../stats/intervals/bootstrap.ts";
export { pearson, spearman } from "../stats/correlation.ts";
export * from "../stats/intervals/correlation_interval.ts";
export * from "../stats/p_values/false_discovery.ts";
export * from "../stats/logistic.ts";
export * from "../stats/mcnemar.ts";
export * from "../stats/intervals/paired_share.ts";
export {
  rowFeatureSteps,
  type RowPermutationOptions,
  testRowFeatures,
} from "../stats/p_values/permutation.ts";
export * from "../stats/random.ts";
export * from "../stats/intervals/share.ts";
export * from "../stats/intervals/simultaneous.ts";
export * from "../stats/standardization.ts";
export * from "../stats/steps.ts";
export {
  clusterFeatureSteps,
  testClusterFeatures,
  type WildBootstrapOptions,
} from "../stats/p_values/wild_bootstrap.ts";
