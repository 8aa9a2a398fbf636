/** The norm's part of d, shared out among the parts that change it. */

import { innerProduct } from "../../../stats/inner_product.ts";
import {
  type ImageReadout,
  type ReadoutWeights,
  type SentenceEnd,
  throughProjection,
  unscaledScore,
} from "../../../study/readout/readout.ts";

/** Vectors of [width] whose product with the change c - c' of a part is its share of a change of the norms. */
export interface NormShares {
  readonly sigma: Float64Array;
  readonly perPart: Float64Array;
}

/**
 * How the parts share the changes of the norms. Squares of lengths are sums of products, so that the shares are exact:
 *
 *     sigma^2 - sigma'^2 = <x + x', x - x'> / width        (x less its mean)
 *     |y|^2 - |y'|^2     = <y + y', y - y'>                (y = sigma e)
 *
 * and a difference of lengths is that of their squares divided by their sum.
 */
export function normShares(weights: ReadoutWeights, a: SentenceEnd, b: SentenceEnd): NormShares {
  const { scale, constant } = weights;
  const ofSigma = 1 / (a.centred.length * (a.sigma + b.sigma));
  const sigma = a.centred.map((x, i) => (x + b.centred[i]!) * ofSigma);
  const both = a.embedding.map((x, i) => x + b.embedding[i]!);
  const [ofEmbedding] = throughProjection(weights, [both]);
  const ofConstant = innerProduct(both, constant);
  // t - t' = s (|y'|^2 - |y|^2) / (|y| |y'| (|y| + |y'|)), and t = s / |y|.
  const factor = -a.perPart * b.perPart / (scale * (scale / a.perPart + scale / b.perPart));
  const perPart = sigma.map((x, i) => factor * (ofEmbedding![i]! + ofConstant * x));
  return { sigma, perPart };
}

/** The direction whose product with the change of a part is its net effect: its own and its share of the norm's. */
export function netDirection(
  image: ImageReadout,
  shares: NormShares,
  [a, b]: readonly [SentenceEnd, SentenceEnd],
): Float64Array {
  const mean = (a.perPart + b.perPart) / 2;
  const unscaled = (unscaledScore(a, image) + unscaledScore(b, image)) / 2;
  const { sigma, perPart } = shares;
  return image.direction.map((x, i) =>
    mean * (x + image.constant * sigma[i]!) + unscaled * perPart[i]!
  );
}
