/** What is fitted to the residual stream of one layer: probes, a control, and directions, each without the fold that it is used for. */

import { innerProduct } from "../../stats/inner_product.ts";
import { logisticSteps } from "../../stats/logistic.ts";
import { standardization } from "../../stats/standardization.ts";
import type { Steps } from "../../stats/steps.ts";
import type { Split } from "./folds.ts";

/** The vectors of a pair's sentences at one layer, [width] each. */
export interface PairVectors {
  /** Of the negated sentence. */
  readonly negated: ArrayLike<number>;
  /** Of the affirmative sentence. */
  readonly affirmative: ArrayLike<number>;
}

/** What a probe says of the two sentences of a pair: the logit of being negated. */
export type Logits = readonly [negated: number, affirmative: number];

/**
 * Whether a probe tells each sentence of a pair right: the negated one first.
 *
 * @param logits Its logits; one of 0 counts as affirmative, so that a probe that reads nothing is right by half.
 */
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
  /** That of the probe: the gradient of its logit. */
  readonly probe: Float64Array;
}

/** What is fitted to a layer. */
export interface LayerFit {
  /** The logits of each pair, of the probe that has not seen its fold. */
  readonly logits: readonly Logits[];
  /** For each pair, the share of its sentences, over all controls, whose exchanged labels a probe tells that is fitted to such labels. */
  readonly control: readonly number[];
  /** The directions for the pairs of each fold. */
  readonly directions: readonly Directions[];
}

/**
 * Fits a layer, in steps. Each distinct pair counts once, however many rows have it.
 *
 * @param pairs The vectors of the pairs.
 * @param splits Their folds, in the same order.
 */
export function* fitLayer(
  pairs: readonly PairVectors[],
  splits: readonly Split[],
): Steps<LayerFit> {
  const folds = splits.reduce((most, { fold }) => Math.max(most, fold), 0) + 1;
  const controls = [...splits[0]!.swapped.keys()];
  const logits = new Array<Logits>(pairs.length);
  const control = new Array<number>(pairs.length).fill(0);
  const directions: Directions[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const places = [...pairs.keys()];
    const seen = places.filter((place) => splits[place]!.fold !== fold);
    const training = seen.flatMap((place) => [pairs[place]!.negated, pairs[place]!.affirmative]);
    const { apply, deviation } = standardization(training);
    const inputs = training.map(apply);
    const tested = places.filter((place) => splits[place]!.fold === fold).map((place) => {
      const { negated, affirmative } = pairs[place]!;
      const [first, second] = [apply(negated), apply(affirmative)];
      const read = (weights: Float64Array): Logits => {
        return [innerProduct(weights, first!), innerProduct(weights, second!)];
      };
      return { place, read };
    });
    const probe = yield* logisticSteps(inputs, seen.flatMap(() => [true, false]));
    for (const { place, read } of tested) logits[place] = read(probe);
    for (const number of controls) {
      const isSwapped = (place: number) => splits[place]!.swapped[number]!;
      const labels = seen.flatMap((place) => [!isSwapped(place), isSwapped(place)]);
      const weights = yield* logisticSteps(inputs, labels);
      for (const { place, read } of tested) {
        const [negated, affirmative] = read(weights);
        const told: Logits = isSwapped(place) ? [affirmative, negated] : [negated, affirmative];
        control[place]! += shareRight(told) / controls.length;
      }
    }
    directions.push({
      means: unitLength(meanDifference(seen.map((place) => pairs[place]!))),
      probe: unitLength(probe.map((weight, i) => weight / deviation[i]!)),
    });
  }
  return { logits, control, directions };
}

function meanDifference(pairs: readonly PairVectors[]): Float64Array {
  const sum = new Float64Array(pairs[0]!.negated.length);
  for (const { negated, affirmative } of pairs) {
    for (let i = 0; i < sum.length; i++) sum[i]! += negated[i]! - affirmative[i]!;
  }
  return sum.map((value) => value / pairs.length);
}

function unitLength(vector: Float64Array): Float64Array {
  const length = Math.sqrt(innerProduct(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}
