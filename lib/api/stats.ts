/**
 * Statistics of rows that come in clusters, such as those that share a sentence pair or a subject noun: bootstrap intervals, shares,
 * correlations with tests that keep clusters together, false discovery rate. Loads nothing but itself and needs no permission.
 *
 * @module
 */

export * from "../stats/bootstrap.ts";
export * from "../stats/correlation.ts";
export * from "../stats/correlation_interval.ts";
export * from "../stats/false_discovery.ts";
export * from "../stats/line_band.ts";
export * from "../stats/linear_fit.ts";
export * from "../stats/permutation.ts";
export * from "../stats/random.ts";
export * from "../stats/share.ts";
export * from "../stats/simultaneous.ts";
export * from "../stats/steps.ts";
export * from "../stats/wild_bootstrap.ts";
