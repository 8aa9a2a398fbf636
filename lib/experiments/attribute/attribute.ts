/** The exact split of d into what each part of the text tower writes directly to the end token. */

import type { LastHop } from "./last_hop.ts";
import { dot } from "./products.ts";
import type { ImageReadout, SentenceScale } from "./readout.ts";

/** A sentence of a row. */
export interface AttributedSentence {
  /** What is written to the position that becomes its embedding. */
  readonly hop: LastHop;
  /** By what its norms multiply. */
  readonly scale: SentenceScale;
}

/** The parts of d of one row, in logits. Parts that are the same in both sentences, such as biases, have no effect and are not listed. */
export interface RowAttribution {
  /** Of each head, in the order layer, head. */
  readonly heads: readonly number[];
  /** Of each MLP. */
  readonly mlps: readonly number[];
  /** Of the sentences' norms, by which everything else is divided. */
  readonly norm: number;
  /** A head's effect by the position that it reads, in the order layer, head, position. */
  readonly sources: readonly number[];
}

/** The products a = <G, c - mean c> of one sentence's parts with an image. */
interface Products {
  readonly heads: readonly number[];
  readonly mlps: readonly number[];
  readonly sources: readonly number[];
  /** Of the whole residual vector. */
  readonly all: number;
}

/**
 * Splits d of a row.
 *
 * S = t sum_k a_k + B with t = s / (|e| sigma), exactly. With the scales t and t' of the two sentences,
 *
 *     S - S' = (t + t') / 2 sum_k (a_k - a_k') + (t - t') / 2 sum_k (a_k + a_k') + (B - B')
 *
 * so that each part has the first term of its own, and the norm the rest.
 *
 * @param caption The run of the caption.
 * @param foil The run of the foil.
 * @param image What the row's image reads.
 * @returns Numbers that sum to d, computed in float64 from float32 activations.
 */
export function attributeRow(
  { hop: caption, scale: own }: AttributedSentence,
  { hop: foil, scale: other }: AttributedSentence,
  image: ImageReadout,
): RowAttribution {
  const [a, b] = [productsOf(caption, image), productsOf(foil, image)];
  const mean = (own.perPart + other.perPart) / 2;
  const effects = (of: readonly number[], less: readonly number[]) =>
    of.map((x, i) => mean * (x - less[i]!) + 0); // + 0: not -0
  return {
    heads: effects(a.heads, b.heads),
    mlps: effects(a.mlps, b.mlps),
    norm: (own.perPart - other.perPart) / 2 * (a.all + b.all) +
      (own.perConstant - other.perConstant) * image.constant,
    sources: effects(a.sources, b.sources),
  };
}

function productsOf(hop: LastHop, { direction, heads: directions }: ImageReadout): Products {
  const [heads, sources]: [number[], number[]] = [[], []];
  for (const [layer, own] of directions.entries()) {
    const [z, pattern, v] = [hop.z[layer]!, hop.pattern[layer]!, hop.v[layer]!];
    const positions = v.length / own.length;
    const count = pattern.length / positions;
    const width = own.length / count;
    for (let head = 0; head < count; head++) {
      const first = head * width;
      heads.push(dot(z, own, { from: first, first, count: width }));
      for (let position = 0; position < positions; position++) {
        const value = dot(v, own, { from: position * own.length + first, first, count: width });
        sources.push(pattern[head * positions + position]! * value);
      }
    }
  }
  const mlps = hop.mlp.map((output) => dot(output, direction));
  return { heads, mlps, sources, all: dot(hop.last, direction) };
}
