/** What is fitted to the residual stream, layer by layer: probes, controls, and directions, each without the fold that it is used for. */

import { NegscopeError } from "../../errors/errors.ts";
import { type Random, seededRandom } from "../../stats/random.ts";
import { innerProduct, standardization, sumOf } from "../../stats/columns.ts";
import { meanDifference, type PairVectors } from "../../study/effects/means.ts";
import { logisticSteps } from "../../stats/logistic.ts";
import type { Steps } from "../../stats/steps.ts";
import { residualsDiffer } from "../../study/effects/noise.ts";
import type { EndResiduals } from "./probe.ts";
import type { Progress } from "../../study/embeddings.ts";

/** The place of a sentence pair in a cross-validation. */
export interface Split {
  /** Its fold, from 0. Nothing that is fitted for the pair has seen a pair of this fold. */
  readonly fold: number;
  /** For each control, whether the affirmative sentence is labelled as the negated one and the negated one as affirmative. */
  readonly swapped: readonly boolean[];
}

export interface SplitOptions {
  /** The number of folds. @default {5, or fewer so that each has two pairs} */
  readonly folds?: number | undefined;
  /** Decides which pairs are in a fold, and which have their labels exchanged. */
  readonly seed: number;
  /** The group of each pair by its key, such as its subject noun: all of its pairs are in one fold. @default {each pair by itself} */
  readonly groups?: ReadonlyMap<string, string> | undefined;
}

/** The number of folds if none is given, with enough pairs. */
export const FOLDS = 5;

/** The most controls: the spread of their accuracies says how much chance there is in that of the probe. */
export const CONTROLS = 10;

/** The fewest pairs of a fold: in a control one of them has its labels exchanged, and the other does not. */
const LEAST = 2;

export const FEWEST_PAIRS: number = 2 * LEAST;

/** The number of folds for some pairs, each with at least two: that which the user wants, or 5, or as many as there are pairs for. */
export function foldCount(
  keys: readonly string[],
  { folds, groups }: Pick<SplitOptions, "folds" | "groups"> = {},
): number {
  const pairs = keys.length;
  const most = mostFolds(keys, { folds, groups });
  const count = folds ?? Math.max(2, Math.min(FOLDS, most));
  if (count <= most) return count;
  throw new NegscopeError("rows-too-few", {
    problem: `Cannot deal the distinct sentence pairs (${pairs}) out to ${count} folds`,
    subject: pairs,
    reason: `each fold needs two${
      groups === undefined ? "" : ", and all of a subject noun"
    }, so that the controls can exchange the labels of one and keep those of the other`,
    expected: `rows with at least ${LEAST * count} distinct sentence pairs`,
    fix: most < 2 ? "use more rows" : `use more rows, or at most ${most} folds (--folds ${most})`,
  });
}

/** The most folds of some pairs, each with at least two; of pairs that are dealt out in groups no more than the given number. */
export function mostFolds(
  keys: readonly string[],
  { groups, folds: wanted = FOLDS }: Pick<SplitOptions, "groups" | "folds">,
): number {
  const most = Math.floor(keys.length / LEAST);
  if (groups === undefined) return most;
  const parts = groupsOf(keys, groups);
  let count = Math.min(most, wanted, parts.length);
  while (count > 0 && dealGroups(parts, count).some((of) => of.flat().length < LEAST)) count--;
  return count;
}

/**
 * The number of controls for some pairs: {@linkcode CONTROLS}, or all that there are. Two pairs that are dealt out together have two
 * labellings, and a labelling and its complement are the same control: a fit without intercept answers one as it answers the other.
 */
export function controlCount(pairs: number): number {
  return Math.min(CONTROLS, 2 ** (Math.ceil(pairs / 2) - 1));
}

/**
 * Deals sentence pairs out to folds, two at a time. In each control one of the two has its labels exchanged. So every fold, and what
 * remains without it, has as many pairs with exchanged labels as with true ones, and a fit finds no majority. Of an odd number of
 * pairs the last one is alone: chance decides its labels, and the sizes of training parts that have it are odd.
 *
 * Groups of pairs are dealt out and have their labels exchanged as a whole, two of about the same size at a time: the pairs of a group may
 * be told right or wrong together, also by a control. One group may be alone in each fold. There are {@linkcode controlCount} controls.
 */
export function splitPairs(
  keys: Iterable<string>,
  { folds, seed, groups }: SplitOptions,
): ReadonlyMap<string, Split> {
  const sorted = [...new Set(keys)].sort();
  const count = foldCount(sorted, { folds, groups });
  const random = seededRandom(seed);
  if (groups !== undefined) {
    const folds = dealGroups(random.shuffle(groupsOf(sorted, groups)), count);
    const twos = folds.flatMap((own, fold) => twosOf(own).map((parts) => ({ parts, fold })));
    return withControls(twos, random); // a fold's groups are in the order of their sizes
  }
  const twos = twosOf(random.shuffle(sorted).map((key) => [key]));
  return withControls(twos.map((parts, place) => ({ parts, fold: place % count })), random);
}

/** Splits pairs into given folds, such as the frames of their sentences; a pair whose fold is -1 is in all training parts. */
export function splitInto(
  foldOf: ReadonlyMap<string, number>,
  seed: number,
): ReadonlyMap<string, Split> {
  const random = seededRandom(seed);
  const folds = Map.groupBy([...foldOf.keys()].sort(), (key) => foldOf.get(key)!);
  const twos = [...folds].flatMap(([fold, own]) =>
    twosOf(random.shuffle(own).map((key) => [key])).map((parts) => ({ parts, fold }))
  );
  return withControls(twos, random);
}

/** A list of pairs, or groups of pairs. */
type Parts = readonly (readonly string[])[];

/** Two pairs of a fold each, or two groups of pairs, of which a control exchanges the labels of one; or one that is alone. */
function twosOf(parts: Parts): Parts[] {
  return parts.flatMap((_, place) => place % 2 === 0 ? [parts.slice(place, place + 2)] : []);
}

function withControls(
  twos: readonly { readonly fold: number; readonly parts: Parts }[],
  random: Random,
): ReadonlyMap<string, Split> {
  const units = sumOf(twos.map(({ parts }) => parts.length));
  const labellings = drawLabellings(twos.length, controlCount(units), random);
  const made = new Map<string, Split>();
  for (const [place, { fold, parts }] of twos.entries()) {
    const swapped = labellings.map((labelling) => labelling[place]!);
    const [first = [], second = []] = parts;
    for (const key of first) made.set(key, { fold, swapped });
    for (const key of second) made.set(key, { fold, swapped: swapped.map((is) => !is) });
  }
  return made;
}

function groupsOf(keys: readonly string[], groups: ReadonlyMap<string, string>): string[][] {
  return [...Map.groupBy(keys, (key) => groups.get(key)!).values()];
}

/** Deals groups out, a large one before a small one, each to the fold with the fewest pairs. */
function dealGroups(groups: Parts, count: number): Parts[] {
  const folds = Array.from({ length: count }, (): (readonly string[])[] => []);
  const sizeOf = (fold: Parts) => fold.flat().length;
  for (const group of groups.toSorted((a, b) => b.length - a.length)) {
    folds.reduce((least, fold) => sizeOf(fold) < sizeOf(least) ? fold : least).push(group);
  }
  return folds;
}

/**
 * Draws controls for so many twos of pairs, none the same as another or its complement; where they are few, all there are. A control says of
 * each two whether the labels of the first are exchanged.
 */
function drawLabellings(twos: number, number: number, random: Random): boolean[][] {
  const coin = () => random.below(2) === 1;
  const ofTwos = Array.from({ length: twos }, () => Array.from({ length: number }, coin));
  const drawn = Array.from({ length: number }, (_, control) => ofTwos.map((of) => of[control]!));
  const distinct = new Map<string, boolean[]>();
  for (let next = 0; distinct.size < number; next++) {
    const labelling = drawn[next] ?? Array.from({ length: twos }, coin);
    const key = labelling.map((is) => is === labelling[0] ? "=" : "!").join("");
    if (!distinct.has(key)) distinct.set(key, labelling);
  }
  return [...distinct.values()];
}

/** What a probe says of the two sentences of a pair: the logit of being negated. */
export type Logits = readonly [negated: number, affirmative: number];

/** Whether a probe tells each sentence of a pair right; a logit of 0 counts as affirmative, so that a probe that reads nothing is right by half. */
export function toldRight([negated, affirmative]: Logits): readonly [boolean, boolean] {
  return [negated > 0, !(affirmative > 0)];
}

/** The share of a pair's sentences that are told right: 0, 0.5 or 1. */
export function shareRight(logits: Logits): number {
  return toldRight(logits).filter(Boolean).length / 2;
}

/** Directions of the residual stream, each of length 1, [width]; all 0 if there is none. */
export interface Directions {
  /** That of the difference of means, negated minus affirmative. */
  readonly means: Float64Array;
  /** That of the probe: its pattern. */
  readonly probe: Float64Array;
}

/** What is fitted for a pair to the pairs of other folds, and what that reads in it. */
export interface PairFit extends Pick<Split, "fold"> {
  readonly logits: Logits;
  /** For each control, the share of its sentences whose labels, exchanged or not, a probe tells that is fitted to such labels. */
  readonly control: readonly number[];
  /** The directions; pairs of a fold share them. */
  readonly directions: Directions;
}

/**
 * Fits a layer, in steps. Each distinct pair counts once, however many rows have it. Returns what is fitted for each pair; undefined for
 * one that is in no fold, or in the only one.
 */
export function* fitLayer(
  pairs: readonly PairVectors[],
  splits: readonly Split[],
): Steps<(PairFit | undefined)[]> {
  const folds = new Set(splits.map(({ fold }) => fold).filter((fold) => fold >= 0));
  const controls = [...splits[0]!.swapped.keys()];
  const fits = new Array<PairFit | undefined>(pairs.length).fill(undefined);
  const places = [...pairs.keys()];
  for (const fold of folds) {
    const seen = places.filter((place) => splits[place]!.fold !== fold);
    if (seen.length === 0) continue; // without training
    const training = seen.flatMap((place) => [pairs[place]!.negated, pairs[place]!.affirmative]);
    const { apply, deviation } = standardization(training);
    const inputs = training.map(apply);
    const tested = places.filter((place) => splits[place]!.fold === fold).map((place) => {
      const { negated, affirmative } = pairs[place]!;
      const [first, second] = [apply(negated), apply(affirmative)];
      const read = (weights: Float64Array) =>
        [innerProduct(weights, first!), innerProduct(weights, second!)] as const;
      return { place, read, control: [] as number[] };
    });
    const probe = yield* logisticSteps(inputs, seen.flatMap(() => [true, false]));
    for (const number of controls) {
      const isSwapped = (place: number) => splits[place]!.swapped[number]!;
      const labels = seen.flatMap((place) => [!isSwapped(place), isSwapped(place)]);
      const weights = yield* logisticSteps(inputs, labels);
      for (const { place, read, control } of tested) {
        const [negated, affirmative] = read(weights);
        control.push(
          shareRight(isSwapped(place) ? [affirmative, negated] : [negated, affirmative]),
        );
      }
    }
    const directions = {
      means: unitLength(meanDifference(seen.map((place) => pairs[place]!))),
      probe: unitLength(pattern(inputs, { weights: probe, deviation })),
    };
    for (const { place, read, control } of tested) {
      fits[place] = { fold, logits: read(probe), control, directions };
    }
  }
  return fits;
}

/**
 * What a probe reads, as a direction: cov(x) w, the covariance of each dimension with the logit, of any length (Haufe et al. 2014). The
 * weights themselves are not it: they are large where dimensions vary little, whether or not these matter.
 */
function pattern(
  inputs: readonly Float64Array[],
  { weights, deviation }: { readonly weights: Float64Array; readonly deviation: Float64Array },
): Float64Array {
  const sum = new Float64Array(weights.length);
  for (const input of inputs) {
    const logit = innerProduct(weights, input);
    for (const i of sum.keys()) sum[i]! += input[i]! * deviation[i]! * logit;
  }
  return sum;
}

function unitLength(vector: Float64Array): Float64Array {
  const length = Math.sqrt(innerProduct(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Whether the vectors of a pair differ by more than rounding after a block, from 0: a probe tells rounding errors apart without a fault. */
export function isApart({ negated, affirmative }: EndResiduals, block: number): boolean {
  return residualsDiffer(negated[block]!, affirmative[block]!);
}

/**
 * Fits all blocks, the first one first, each to the pairs whose vectors differ there. Those are dealt out to folds anew, so that half of
 * each fold has its labels exchanged in a control; where all pairs differ, it is the same every time. Returns for each block the fits of
 * the pairs; undefined for a pair whose vectors do not differ, and if fewer than four pairs' do.
 */
export function* fitLayers(
  residuals: readonly EndResiduals[],
  { keys, folds = FOLDS, seed, groups, splits, progress }: SplitOptions & {
    readonly keys: readonly string[];
    /** The fold of each pair by its key. @default {as the seed deals out those that differ} */
    readonly splits?: ReadonlyMap<string, Split> | undefined;
    readonly progress: Progress;
  },
): Steps<(PairFit | undefined)[][]> {
  const layers: (PairFit | undefined)[][] = [];
  for (const block of residuals[0]!.negated.keys()) {
    const apart = [...keys.keys()].filter((place) => isApart(residuals[place]!, block));
    const ofPair = new Array<PairFit | undefined>(keys.length).fill(undefined);
    const differing = apart.map((place) => keys[place]!);
    const most = splits === undefined
      ? Math.min(folds, mostFolds(differing, { folds, groups }))
      : folds;
    if (apart.length >= FEWEST_PAIRS && most > 1) {
      const splitOf = splits ?? splitPairs(differing, { folds: most, seed, groups });
      const vectors = apart.map((place) => {
        const { negated, affirmative } = residuals[place]!;
        return { negated: negated[block]!, affirmative: affirmative[block]! };
      });
      const fits = yield* fitLayer(vectors, differing.map((key) => splitOf.get(key)!));
      fits.forEach((fit, i) => ofPair[apart[i]!] = fit);
    }
    layers.push(ofPair);
    progress(layers.length, residuals[0]!.negated.length);
  }
  return layers;
}
