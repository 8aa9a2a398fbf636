import type { ClusterBootstrap } from "./bootstrap.ts";
import { areEnough, effectiveClusters, type Estimate, withoutBounds } from "./estimate.ts";
import {
  centre,
  checkColumns,
  checkLength,
  checkSamples,
  innerProduct,
  isConstant,
  norm,
  sumOf,
} from "./columns.ts";
import { pearson } from "./correlation.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Steps } from "./steps.ts";

/** Two columns, each with one finite value per row of the bootstrap. */
export interface ColumnPair {
  /** One column. */
  readonly x: readonly number[];
  /** The other column. */
  readonly y: readonly number[];
}

/** A variance below this share of the mean square is 0 except for rounding: sums of 1e4 products lose at most 1e-12. */
const ROUNDING = 1e-12;

/**
 * Computes Pearson's r with the interval from drawing whole clusters. Both are undefined if {@linkcode pearson} is; samples without
 * variance are left out of the interval. The bounds are undefined with too few effective clusters of rows or of (x - mean)^2, where a few
 * clusters decide r.
 */
export function pearsonInterval(bootstrap: ClusterBootstrap, { x, y }: ColumnPair): Estimate {
  checkColumns([x, y]);
  const centredX = [...centre(x)];
  const centredY = [...centre(y)];
  const squares = centredX.map((value) => value ** 2);
  if (!areEnough(bootstrap.effectiveClusters(squares))) {
    return withoutBounds(pearson(x, y));
  }
  const products = [
    ...[x.map(() => 1), centredX, centredY, squares, centredY.map((value) => value ** 2)],
    centredX.map((value, row) => value * centredY[row]!),
  ];
  return bootstrap.sums(products)(correlationOfSums);
}

/** Pearson's r of the sums of 1, x, y, x^2, y^2 and x y, or NaN if it is not defined. */
function correlationOfSums(sums: readonly number[]): number {
  const [n, x, y, xx, yy, xy] = sums as [number, number, number, number, number, number];
  const varianceX = n * xx - x * x;
  const varianceY = n * yy - y * y;
  if (varianceX <= ROUNDING * n * xx || varianceY <= ROUNDING * n * yy) return NaN;
  const r = (n * xy - x * y) / Math.sqrt(varianceX) / Math.sqrt(varianceY);
  return Math.min(1, Math.max(-1, r));
}

/** Options of {@linkcode rowFeatureSteps}. */
export interface RowPermutationOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
  /** Decides every permutation: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** The number of permutations. @default {9999} */
  readonly permutations?: number;
  /** A key of every row, e.g. its id, unique within its cluster; draws go over the rows in the order of their keys. */
  readonly rows: readonly string[];
}

const PERMUTATIONS = 9999;

/** Two |r| that differ by no more than this are tied: the rounding error in sums of 1e4 products of this size is smaller. */
const TIE = 1e-12;

/**
 * Tests whether features that differ between the rows of a cluster correlate with y, in steps, since many rows take minutes.
 *
 * A permutation consists of two shuffles: clusters with the same number of rows exchange all their features, and the features
 * within each cluster are shuffled among its rows. The null hypothesis is therefore that clusters of equal size are exchangeable
 * as wholes, and the rows of a cluster among themselves, such as the images of one sentence pair that differ only by chance
 * (whole-block and within-block exchangeability, Winkler et al. 2015). Neither the order of the rows nor the other features change a p-value.
 *
 * @returns For each feature the two-sided p-value of Pearson's r, (1 + permutations with |r*| >= |r|) / (1 + permutations);
 * undefined if r is (see {@linkcode pearson}).
 */
export function* rowFeatureSteps(
  features: readonly (readonly number[])[],
  y: readonly number[],
  { clusters, rows, seed, permutations = PERMUTATIONS }: RowPermutationOptions,
): Steps<(number | undefined)[]> {
  checkColumns([y, ...features]);
  checkLength("clusters", clusters, y.length);
  checkLength("keys", rows, y.length);
  checkSamples(permutations, "permutations");
  const order = [...y.keys()].sort((a, b) =>
    compare(clusters[a]!, clusters[b]!) || compare(rows[a]!, rows[b]!)
  );
  const ordered = (column: readonly number[]) => centre(order.map((row) => column[row]!));
  const ofY = ordered(y);
  const lengthOfY = norm(ofY);
  const isTestable = y.length >= 3 && !isConstant(y);
  const tests = features.map((feature) => {
    if (!isTestable || isConstant(feature)) return undefined;
    const x = ordered(feature);
    const length = norm(x);
    const sizeOf = (y: Float64Array) => Math.abs(innerProduct(y, x) / length / lengthOfY);
    return { sizeOf, size: sizeOf(ofY), extremes: 0 };
  });
  const made = tests.filter((test) => test !== undefined);
  if (made.length === 0) return tests.map(() => undefined);
  const shuffle = blockShuffle(order.map((row) => clusters[row]!), seededRandom(seed));
  const places = Int32Array.from(order.keys());
  const permuted = new Float64Array(places.length);
  for (let permutation = 0; permutation < permutations; permutation++) {
    yield;
    shuffle(places);
    for (let i = 0; i < places.length; i++) permuted[i] = ofY[places[i]!]!;
    for (const test of made) {
      if (test.sizeOf(permuted) >= test.size - TIE) test.extremes++;
    }
  }
  return tests.map((test) =>
    test !== undefined && Number.isFinite(test.size)
      ? (1 + test.extremes) / (1 + permutations)
      : undefined
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Prepares shuffles that keep blocks whole: blocks of equal size exchange places, and each is shuffled within, all orders equally likely. */
export function blockShuffle(
  blocks: readonly string[],
  random: Random,
): (order: Int32Array) => void {
  const starts = blocks.flatMap((block, place) => block === blocks[place - 1] ? [] : [place]);
  const sizes = starts.map((start, i) => (starts[i + 1] ?? blocks.length) - start);
  const alike = [...Map.groupBy(starts.keys(), (i) => sizes[i]!)]
    .map(([size, members]) => ({ size, starts: members.map((i) => starts[i]!) }));
  return (order) => {
    for (const { size, starts } of alike) {
      for (let last = starts.length - 1; last > 0; last--) {
        exchange(order, { a: starts[last]!, b: starts[random.below(last + 1)]!, size });
      }
      for (const from of starts) {
        for (let last = size - 1; last > 0; last--) {
          exchange(order, { a: from + last, b: from + random.below(last + 1), size: 1 });
        }
      }
    }
  };
}

function exchange(
  order: Int32Array,
  { a, b, size }: { readonly a: number; readonly b: number; readonly size: number },
): void {
  for (let i = 0; i < size; i++) {
    const value = order[a + i]!;
    order[a + i] = order[b + i]!;
    order[b + i] = value;
  }
}

/** Options of {@linkcode clusterFeatureSteps}. */
export interface WildBootstrapOptions {
  /** The cluster of every row, e.g. its sentence pair. */
  readonly clusters: readonly string[];
  /** Decides every draw: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** The number of draws; if there are no more different ones than this, each is made once. @default {9999} */
  readonly samples?: number;
}

const SAMPLES = 9999;

/** Two t^2 that differ by no more than this share are tied: only the rounding of sums over clusters sets them apart. */
const TIE_OF_T = 1e-9;

/**
 * Tests whether features go with y where rows of a cluster are dependent, such as the rows of a sentence pair; in steps, since many
 * clusters take minutes.
 *
 * The wild cluster bootstrap-t with the null hypothesis imposed (Cameron, Gelbach and Miller 2008): y without a slope is its mean plus a
 * residual for each row; a draw multiplies all residuals of a cluster by +1 or -1 (Rademacher); the p-value is the share of draws
 * whose cluster-robust t of the slope (CR1) is at least as far from 0 as that of the data. Rows of a cluster may depend on each other in any
 * way, clusters may differ in size, and a feature may go with the size; a permutation of the features among clusters would not hold then.
 *
 * Neither the order of the rows nor the other features change a p-value. Where a few clusters carry the slope (see
 * {@linkcode slopeClusters}), no test holds.
 *
 * @returns For each feature the two-sided p-value of the slope and of Pearson's r: (1 + draws with |t*| >= |t|) / (1 + draws), or the
 * share of all sign vectors if they are no more than the draws. Undefined if r is (see {@linkcode pearson}) or with too few clusters.
 */
export function* clusterFeatureSteps(
  features: readonly (readonly number[])[],
  y: readonly number[],
  { clusters, seed, samples = SAMPLES }: WildBootstrapOptions,
): Steps<(number | undefined)[]> {
  checkColumns([y, ...features]);
  checkLength("clusters", clusters, y.length);
  checkSamples(samples);
  const rowsOf = Map.groupBy(y.keys(), (row) => clusters[row]!);
  yield;
  const members = [...rowsOf.keys()].sort().map((key) => rowsOf.get(key)!);
  const residuals = centre(y);
  const tests = features.map((feature) => {
    if (isConstant(y) || isConstant(feature)) return undefined;
    const sums = slopeSums(members, feature, residuals);
    if (!areEnough(slopeClusters(sums))) return undefined;
    return { sums, size: squaredT(sums, new Int8Array(members.length).fill(1)), extremes: 0 };
  });
  const made = tests.filter((test) => test !== undefined);
  if (made.length === 0) return tests.map(() => undefined);
  const random = seededRandom(seed);
  const all = 2 ** (members.length - 1); // a vector and its opposite give the same |t|
  const isExact = all <= samples;
  const draws = isExact ? allSigns(members.length) : drawnSigns(members.length, samples, random);
  for (const signs of draws) {
    yield;
    for (const test of made) {
      if (squaredT(test.sums, signs) >= test.size * (1 - TIE_OF_T)) test.extremes++;
    }
  }
  return tests.map((test) => {
    if (test === undefined || Number.isNaN(test.size)) return undefined;
    return isExact ? test.extremes / all : (1 + test.extremes) / (1 + samples);
  });
}

const AT_ONCE = 30; // signs that one draw of a whole number decides

/** Draws vectors of signs, +1 and -1 with equal probability. The vector is reused for the next draw. */
export function* drawnSigns(length: number, draws: number, random: Random): Generator<Int8Array> {
  const signs = new Int8Array(length);
  for (let draw = 0; draw < draws; draw++) {
    let bits = 0;
    for (let i = 0; i < length; i++) {
      if (i % AT_ONCE === 0) bits = random.below(2 ** AT_ONCE);
      signs[i] = (bits & 1) === 1 ? 1 : -1;
      bits >>= 1;
    }
    yield signs;
  }
}

/** Goes through all vectors of 1 to 30 signs of which the first is +1, those without any -1 first. The vector is reused for the next one. */
export function* allSigns(length: number): Generator<Int8Array> {
  const signs = new Int8Array(length);
  for (let bits = 0; bits < 2 ** (length - 1); bits++) {
    for (let i = 0; i < length; i++) signs[i] = (bits << 1 >> i & 1) === 1 ? -1 : 1;
    yield signs;
  }
}

/** Sums over the rows of each cluster, by cluster; x and y are centred so that their means over all rows are 0. */
interface SlopeSums {
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Float64Array;
  readonly xy: Float64Array;
  readonly squares: number; // sum of x^2 over all rows
}

export function slopeSums(
  members: readonly (readonly number[])[],
  feature: readonly number[],
  y: Float64Array,
): SlopeSums {
  const centred = centre(feature);
  const by = (of: (row: number) => number) =>
    Float64Array.from(members, (rows) => sumOf(rows.map(of)));
  const xx = by((row) => centred[row]! ** 2);
  return {
    n: y.length,
    x: by((row) => centred[row]!),
    y: by((row) => y[row]!),
    xx,
    xy: by((row) => centred[row]! * y[row]!),
    squares: sumOf(xx),
  };
}

/** The share of y's variance that rows of a cluster are taken to have in common, for the effective number of clusters. */
const SHARED = 0.1;

/**
 * The effective number of clusters that carry a slope (Carter, Schnepel and Steigerwald 2017): of each cluster's share in the slope's
 * variance, if rows of a cluster have a tenth of y's variance in common. It depends on the feature and the clusters only, not on y, so that
 * whether there is a p-value says nothing about the relation.
 */
export function slopeClusters({ x, xx }: Pick<SlopeSums, "x" | "xx">): number {
  return effectiveClusters(xx.map((square, c) => (1 - SHARED) * square + SHARED * x[c]! ** 2));
}

/** The square of the slope's cluster-robust t with signs for each cluster's y, but for CR1's factor, which is the same for all signs. */
function squaredT({ n, x, y, xx, xy, squares }: SlopeSums, signs: Int8Array): number {
  let [mean, slope] = [0, 0];
  for (let cluster = 0; cluster < x.length; cluster++) {
    mean += signs[cluster]! * y[cluster]!;
    slope += signs[cluster]! * xy[cluster]!;
  }
  mean /= n;
  slope /= squares;
  let variance = 0;
  for (let cluster = 0; cluster < x.length; cluster++) {
    const score = signs[cluster]! * xy[cluster]! - mean * x[cluster]! - slope * xx[cluster]!;
    variance += score * score;
  }
  return (slope * squares) ** 2 / variance;
}
