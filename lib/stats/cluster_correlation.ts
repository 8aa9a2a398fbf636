import type { ClusterBootstrap } from "./bootstrap.ts";
import { areEnough, type Estimate, withoutBounds } from "./estimate.ts";
import {
  centre,
  checkColumns,
  checkLength,
  checkSamples,
  innerProduct,
  isConstant,
  norm,
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
  if (isConstant(x) || isConstant(y)) return withoutBounds(undefined);
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
  if (n < 3 || varianceX <= ROUNDING * n * xx || varianceY <= ROUNDING * n * yy) return NaN;
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
  const order = [...y.keys()].sort((a, b) =>
    compare(clusters[a]!, clusters[b]!) || compare(rows[a]!, rows[b]!)
  );
  const ordered = (column: readonly number[]) => centre(order.map((row) => column[row]!));
  const shuffle = blockShuffle(order.map((row) => clusters[row]!), seededRandom(seed));
  const isDefined = y.length >= 3 && !isConstant(y);
  const varying = features.filter((feature) => isDefined && !isConstant(feature));
  const draws = { permutations, shuffle };
  const pValues = yield* permutationPValues(varying.map(ordered), ordered(y), draws);
  const byFeature = new Map(pValues.map((p, i) => [varying[i]!, p]));
  return features.map((feature) => byFeature.get(feature));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Shuffles places from `from` up to, but not including, `to` in place, so that many draws need no new arrays. */
function shuffleRange(
  order: Int32Array,
  { from, to, random }: { readonly from: number; readonly to: number; readonly random: Random },
): void {
  for (let last = to - 1; last > from; last--) { // Fisher and Yates, in Durstenfeld's form
    const other = from + random.below(last - from + 1);
    const value = order[last]!;
    order[last] = order[other]!;
    order[other] = value;
  }
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
      for (const from of size === 1 ? [] : starts) {
        shuffleRange(order, { from, to: from + size, random });
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

/** Two |r| that differ by no more than this are tied: the rounding error in sums of 1e4 products of this size is smaller. */
const TIE = 1e-12;

/** The p-values of centred features and y, a permutation at a step. `shuffle` shuffles an order of the rows in place. */
function* permutationPValues(
  features: readonly Float64Array[],
  y: Float64Array,
  { permutations, shuffle }: {
    readonly permutations: number;
    readonly shuffle: (order: Int32Array) => void;
  },
): Steps<(number | undefined)[]> {
  checkSamples(permutations, "permutations");
  if (features.length === 0) return [];
  const lengths = features.map(spread);
  const lengthOfY = norm(y);
  const sizeOf = (i: number, y: Float64Array) =>
    Math.abs(innerProduct(y, features[i]!) / lengths[i]! / lengthOfY);
  const sizes = features.map((_, i) => sizeOf(i, y));
  const extremes = new Int32Array(features.length);
  const order = Int32Array.from(y, (_, row) => row);
  const permuted = new Float64Array(order.length);
  for (let permutation = 0; permutation < permutations; permutation++) {
    yield;
    shuffle(order);
    for (let place = 0; place < order.length; place++) permuted[place] = y[order[place]!]!;
    for (let i = 0; i < features.length; i++) {
      if (sizeOf(i, permuted) >= sizes[i]! - TIE) extremes[i]!++;
    }
  }
  return sizes.map((size, i) =>
    Number.isFinite(size) ? (1 + extremes[i]!) / (1 + permutations) : undefined
  );
}

/** The root of a column's sum of squares about its mean. */
function spread(column: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const value of column) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(squares - sum * sum / column.length);
}
