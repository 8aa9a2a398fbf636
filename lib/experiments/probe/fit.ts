/** What is fitted to the residual stream, layer by layer: probes, controls, and directions, each without the fold that it is used for. */

import { innerProduct, standardization } from "../../stats/columns.ts";
import { logisticSteps } from "../../stats/logistic.ts";
import { meanDifference, type PairVectors } from "../../study/effects/mean_difference.ts";
import type { Steps } from "../../stats/steps.ts";
import { residualsDiffer } from "../../study/effects/noise.ts";
import {
  FEWEST_PAIRS,
  FOLDS,
  mostFolds,
  type Split,
  type SplitOptions,
  splitPairs,
} from "./folds.ts";
import type { EndResiduals } from "./residuals.ts";

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
export interface PairFit {
  /** Its fold, from 0. */
  readonly fold: number;
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
  const folds = splits.reduce((most, { fold }) => Math.max(most, fold), 0) + 1;
  const controls = [...splits[0]!.swapped.keys()];
  const fits = new Array<PairFit | undefined>(pairs.length).fill(undefined);
  for (let fold = 0; fold < folds; fold++) {
    const places = [...pairs.keys()];
    const seen = places.filter((place) => splits[place]!.fold !== fold);
    if (seen.length === 0 || seen.length === places.length) continue; // without training, or without tests
    const training = seen.flatMap((place) => [pairs[place]!.negated, pairs[place]!.affirmative]);
    const { apply, deviation } = standardization(training);
    const inputs = training.map(apply);
    const tested = places.filter((place) => splits[place]!.fold === fold).map((place) => {
      const { negated, affirmative } = pairs[place]!;
      const [first, second] = [apply(negated), apply(affirmative)];
      const read = (weights: Float64Array): Logits => {
        return [innerProduct(weights, first!), innerProduct(weights, second!)];
      };
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
    for (let i = 0; i < sum.length; i++) sum[i]! += input[i]! * deviation[i]! * logit;
  }
  return sum;
}

function unitLength(vector: Float64Array): Float64Array {
  const length = Math.sqrt(innerProduct(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

export interface FitOptions extends SplitOptions {
  readonly keys: readonly string[];
  /** The fold of each pair by its key. @default {as the seed deals out those that differ} */
  readonly splits?: ReadonlyMap<string, Split> | undefined;
  readonly progress: (done: number) => void;
}

/**
 * Whether the vectors of a pair differ by more than rounding after a block, from 0: a probe tells rounding errors apart without a fault.
 */
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
  { keys, folds = FOLDS, seed, groups, splits, progress }: FitOptions,
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
    progress(layers.length);
  }
  return layers;
}
