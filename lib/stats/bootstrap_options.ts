/** Options that decide a bootstrap. */

import { wrongValue } from "../errors.ts";

/** Options of a `ClusterBootstrap`. */
export interface BootstrapOptions {
  /** Decides every draw: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** How often the clusters are drawn. @default {2000} */
  readonly samples?: number;
  /** The intended share of data sets whose interval contains the true value, between 0 and 1. @default {0.95} */
  readonly level?: number;
}

/** How a statistic of sums is computed. */
export interface StatisticOptions {
  /** How much each row contributes to the statistic, which decides the effective number of clusters. @default {1 for each} */
  readonly weights?: ArrayLike<number> | undefined;
  /** Takes the statistic of every sample; it is not written if there are no bounds. */
  readonly keep?: Float64Array | undefined;
}

/** Refuses a number of samples that is not a whole number of at least 1. */
export function checkSamples(samples: number, name = "samples"): void {
  if (Number.isSafeInteger(samples) && samples >= 1) return;
  throw wrongValue(`draw with ${name}`, samples, "a whole number from 1");
}

/** Refuses a level of intervals or bands that is not between 0 and 1. */
export function checkLevel(level: number): void {
  if (level > 0 && level < 1) return;
  throw wrongValue("give an interval at level", level, "a share between 0 and 1");
}
