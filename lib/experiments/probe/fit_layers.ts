/** What is fitted to every layer: at each to the pairs whose vectors differ there. */

import type { Steps } from "../../stats/steps.ts";
import { residualsDiffer } from "../../study/effects/noise.ts";
import { fitLayer, type PairFit } from "./fit.ts";
import {
  FEWEST_PAIRS,
  FOLDS,
  mostFolds,
  type Split,
  type SplitOptions,
  splitPairs,
} from "./folds.ts";
import type { EndResiduals } from "./residuals.ts";

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
