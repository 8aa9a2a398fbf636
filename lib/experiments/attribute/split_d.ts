/** The exact split of d into what each part of the text tower writes directly to the end token. */

import type { LastHop } from "./attribute_rows.ts";
import {
  dot,
  type ImageReadout,
  type PartReadout,
  type ReadoutWeights,
  type SentenceEnd,
  throughProjection,
  unscaledScore,
} from "../../study/readout.ts";
import { innerProduct } from "../../stats/columns.ts";

/** The net effects on d of the parts of one row, in logits; parts that are the same in both sentences, such as biases, are not listed. */
export interface RowAttribution {
  /** Of each head, in the order layer, head. */
  readonly netHeads: readonly number[];
  readonly netMlps: readonly number[];
  /** A head's effect by the position that it reads, in the order layer, head, position. */
  readonly netSources: readonly number[];
}

/** The products of what the parts write with a direction, such as {@linkcode netDirection}, in the caption less those in the foil; in float64. */
export function attributeRow(
  caption: LastHop,
  foil: LastHop,
  { heads, direction }: PartReadout,
): RowAttribution {
  const products = (hop: LastHop) => hop.mlp.map((output) => dot(output, direction));
  return {
    netHeads: differences(headProducts(caption, heads), headProducts(foil, heads)),
    netMlps: differences(products(caption), products(foil)),
    netSources: differences(sourceProducts(caption, heads), sourceProducts(foil, heads)),
  };
}

function differences(of: readonly number[], less: readonly number[]): number[] {
  return of.map((x, i) => x - less[i]! + 0); // + 0: not -0
}

/** The products of what the heads mix, in the order layer, head. */
function headProducts({ z, heads }: LastHop, directions: readonly Float64Array[]): number[] {
  return directions.flatMap((direction, layer) => {
    const count = direction.length / heads;
    return Array.from({ length: heads }, (_, head) => {
      const first = head * count;
      return dot(z[layer]!, direction, { from: first, first, count });
    });
  });
}

/** The products of what the heads read at each position, in the order layer, head, position. */
function sourceProducts(
  { pattern, v, heads }: LastHop,
  directions: readonly Float64Array[],
): number[] {
  const products: number[] = [];
  for (const [layer, direction] of directions.entries()) {
    const count = direction.length / heads;
    const positions = v[layer]!.length / direction.length;
    for (let head = 0; head < heads; head++) {
      const first = head * count;
      for (let position = 0; position < positions; position++) {
        const value = dot(v[layer]!, direction, {
          from: position * direction.length + first,
          first,
          count,
        });
        products.push(pattern[layer]![head * positions + position]! * value);
      }
    }
  }
  return products;
}

/** Vectors of [width] whose product with the change c - c' of a part is its share of a change of the norms. */
interface NormShares {
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

/**
 * The direction whose product with the change of a part is its net effect on d: its own and its share of the norm's. S = t (sum_k a_k + sigma b)
 * with t = s / (|e| sigma) and b the image's constant, exactly. With t, sigma and t', sigma' of the two sentences,
 *
 *     S - S' = mean(t) sum_k (a_k - a_k')  +  mean(t) b (sigma - sigma') + (t - t') mean(sum_k a_k + sigma b)
 *
 * so that each part has a term of its own, and the norm the rest, which is shared out too.
 */
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
