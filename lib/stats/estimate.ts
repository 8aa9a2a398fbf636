/** Estimates with intervals, and how much wider these are if there are few clusters. */

// @ts-types="./jstat.d.ts"
import jstat from "jstat";
import { sumOf } from "./columns.ts";

/** A statistic with the bounds of its interval; values that the data do not determine are undefined. */
export interface Estimate {
  /** The statistic of all rows; undefined if no row has weight. */
  readonly estimate: number | undefined;
  /** The lower bound; undefined with too few effective clusters, of which no interval holds. */
  readonly low: number | undefined;
  /** The upper bound; undefined if the lower bound is. */
  readonly high: number | undefined;
}

/** An estimate whose interval cannot be given. */
export function withoutBounds(estimate: number | undefined): Estimate {
  return { estimate, low: undefined, high: undefined };
}

export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Writes the values that are numbers, in their order, into an array of the same length, which may be their own. Returns the part of it that they fill. */
export function finiteOf(values: Float64Array, into: Float64Array): Float64Array {
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    into[n] = value;
    if (value - value === 0) n++; // neither NaN nor infinite
  }
  return into.subarray(0, n);
}

/** Whether a mean is known not to be 0: by its interval or, with too few clusters for one, as no two values differ in sign. */
export function isDetermined(
  { low, high }: Pick<Estimate, "low" | "high">,
  values: ArrayLike<number>,
): boolean {
  if (low !== undefined) return low > 0 || high! < 0;
  const all = Array.from(values);
  return all.every((value) => value >= 0) || all.every((value) => value <= 0);
}

/** The probability below the upper bound of a 95 % interval. */
const UPPER = 0.975;

/** How many standard errors a 95 % interval of very many independent values reaches to each side. */
export const REACH = jstat.normal.inv(UPPER, 0, 1);

/**
 * Computes the share of bootstrap samples to leave out on each side of an interval: .025 with many clusters. With few, intervals from plain
 * quantiles are too short, as with a normal quantile and the biased standard deviation. This share is the one that gives a normal sample
 * Student's interval: Phi(-sqrt(G / (G - 1)) t), with G - 1 degrees of freedom (the expanded percentile interval of Hesterberg 2015).
 */
export function intervalTail(clusters: number): number {
  const t = jstat.studentt.inv(UPPER, clusters - 1);
  return normalTail(t * Math.sqrt(clusters / (clusters - 1)));
}

/**
 * How far an interval reaches with few clusters where it would reach z standard errors with very many: sqrt(G / (G - 1)) times the t with
 * the tail of z, with G - 1 degrees of freedom. {@linkcode intervalTail} widens an interval by as much.
 */
export function studentReach(z: number, clusters: number): number {
  const t = -jstat.studentt.inv(normalTail(z), clusters - 1);
  return t * Math.sqrt(clusters / (clusters - 1));
}

/** The depth of the continued fraction: from z = 5 on it has converged to the rounding error. */
const DEPTH = 100;

/**
 * The probability that a standard normal number exceeds z, with a relative error below 1e-8 however small it is. jstat's own loses digits
 * to 1 - erf and is 0 from 8.3 on, so that Laplace's continued fraction takes its place from 5 on (Abramowitz and Stegun 1964, 26.2.14).
 */
export function normalTail(z: number): number {
  if (z < 5) return jstat.normal.cdf(-z, 0, 1);
  let fraction = z;
  for (let k = DEPTH; k >= 1; k--) fraction = z + k / fraction;
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

export function studentIntervals(values: readonly number[], level = 0.95): {
  readonly mean: number;
  readonly ofMean: number; // that for the true mean
  readonly ofNext: number; // that for one more value from the same distribution
} {
  const n = values.length;
  const mean = sumOf(values) / n;
  const squares = sumOf(values.map((value) => (value - mean) ** 2));
  const reach = jstat.studentt.inv((1 + level) / 2, n - 1) * Math.sqrt(squares / (n - 1));
  return { mean, ofMean: reach * Math.sqrt(1 / n), ofNext: reach * Math.sqrt(1 + 1 / n) };
}

/**
 * The fewest effective clusters for which intervals and p-values are given. With 6 of them, intervals of skewed means contain the truth in
 * .88 of data sets instead of .95, and a test whose smaller group varies more rejects .12 instead of .05 (docs/statistics.md).
 */
export const FEWEST_CLUSTERS = 9;

const ROUNDING = 1e-9; // sums of equal weights may miss a whole number by their rounding

/**
 * The number of equal clusters with as much information as these, (sum of weights)^2 / (sum of squared weights). `weights`: what each
 * cluster contributes to a statistic, such as its number of rows; negative weights count as positive. Returns from 1 to the number of
 * clusters with weight: about 4 for one cluster of 44 rows and 44 clusters of one row; 0 if none has weight.
 */
export function effectiveClusters(weights: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let cluster = 0; cluster < weights.length; cluster++) {
    const weight = Math.abs(weights[cluster]!);
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : sum / squares * sum;
}

export function areEnough(clusters: number): boolean {
  return clusters >= FEWEST_CLUSTERS - ROUNDING;
}

/**
 * The number of independent rows that give the mean of the rows' values the variance that it has over clusters: at least the effective
 * number of clusters, which it is too if the rows do not differ, and at most the number of rows. Undefined with too few effective clusters.
 */
export function independentRows(
  values: readonly number[],
  { clusters, mean, spread }: {
    readonly clusters: readonly string[];
    readonly mean: number;
    readonly spread: number;
  },
): number | undefined {
  const groups = [...Map.groupBy(values.keys(), (row) => clusters[row]!).values()].map((rows) => (
    { rows: rows.length, sum: sumOf(rows.map((row) => values[row]!)) }
  ));
  const effective = effectiveClusters(groups.map(({ rows }) => rows));
  if (!areEnough(effective)) return undefined;
  if (spread === 0) return effective;
  const squares = groups.reduce(
    (total, { rows, sum }) => total + ((sum - mean * rows) / (values.length - rows)) ** 2,
    0,
  );
  const variance = squares * (groups.length - 1) / groups.length;
  const t = jstat.studentt.inv(UPPER, effective - 1);
  return Math.min(values.length, Math.max(effective, spread / variance * (REACH / t) ** 2));
}

/**
 * The interval of `second - first` by the method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27, equation
 * 12): each bound lies as far from the difference as the two distances of the estimates to their own bounds on that side, added in
 * quadrature, so that the intervals may be asymmetric. `second`: another, which must be independent of the first: of estimates on the same
 * rows the interval is too wide if they rise and fall together.
 */
export function differenceInterval(
  first: Estimate,
  second: Estimate,
): { readonly low: number; readonly high: number } | undefined {
  const [a, b] = [bounded(first), bounded(second)];
  if (a === undefined || b === undefined) return undefined;
  const difference = b.estimate - a.estimate;
  return {
    low: difference - Math.hypot(b.estimate - b.low, a.high - a.estimate),
    high: difference + Math.hypot(b.high - b.estimate, a.estimate - a.low),
  };
}

function bounded({ estimate, low, high }: Estimate) {
  return estimate === undefined || low === undefined || high === undefined
    ? undefined
    : { estimate, low, high };
}

/** How much wider than 95 % intervals so many normal ones are that all hold at once in 95 % of data sets, whatever they have in common (Bonferroni). */
export function togetherWidth(count: number): number {
  const z = (tail: number) => jstat.normal.inv(1 - tail / 2, 0, 1);
  return z(0.05 / Math.max(count, 1)) / z(0.05);
}
