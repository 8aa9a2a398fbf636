/** The exact split of d into what each part of the text tower writes to the position that becomes the embedding. */

import {
  dot,
  type ImageReadout,
  type PartReadout,
  readImages,
  type ReadoutWeights,
  readParts,
  type SentenceEnd,
  sentenceEnd,
  throughProjection,
  unscaledScore,
} from "../../study/readout.ts";
import { innerProduct } from "../../stats/columns.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { batchesOf } from "../../study/rows/once_per_group.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";

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
  readout: PartReadout,
): RowAttribution {
  const others = productsOf(foil, readout);
  const net = productsOf(caption, readout).map((x, i) => x - others[i]! + 0); // + 0: not -0
  return partsIn(net, { layers: caption.mlp.length, heads: caption.heads });
}

function productsOf(hop: LastHop, { heads, direction }: PartReadout): number[] {
  return [
    ...headProducts(hop, heads),
    ...hop.mlp.map((output) => dot(output, direction)),
    ...sourceProducts(hop, heads),
  ];
}

function partsIn(
  numbers: readonly number[],
  { layers, heads }: Record<"layers" | "heads", number>,
): RowAttribution {
  const ofHeads = layers * heads;
  return {
    netHeads: numbers.slice(0, ofHeads),
    netMlps: numbers.slice(ofHeads, ofHeads + layers),
    netSources: numbers.slice(ofHeads + layers),
  };
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

/**
 * How the parts share the changes of the norms. Squares of lengths are sums of products, so that the shares are exact:
 *
 *     sigma^2 - sigma'^2 = <x + x', x - x'> / width        (x less its mean)
 *     |y|^2 - |y'|^2     = <y + y', y - y'>                (y = sigma e)
 *
 * and a difference of lengths is that of their squares divided by their sum.
 *
 * @returns Vectors of [width] whose product with the change c - c' of a part is its share of the change of sigma and of `perPart`.
 */
export function normShares(weights: ReadoutWeights, a: SentenceEnd, b: SentenceEnd) {
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
  shares: ReturnType<typeof normShares>,
  [a, b]: readonly [SentenceEnd, SentenceEnd],
): Float64Array {
  const mean = (a.perPart + b.perPart) / 2;
  const unscaled = (unscaledScore(a, image) + unscaledScore(b, image)) / 2;
  const { sigma, perPart } = shares;
  return image.direction.map((x, i) =>
    mean * (x + image.constant * sigma[i]!) + unscaled * perPart[i]!
  );
}

/** What is written to the position that becomes the embedding, and what its heads read. Lists have one entry for each block. */
export interface LastHop {
  readonly heads: number;
  /** What the heads mix, before W_O, [head, head width]. */
  readonly z: readonly Float32Array[];
  /** Its attention to each position, [head, key]. */
  readonly pattern: readonly Float32Array[];
  /** What it can read there, bias included, [position, head, head width]. */
  readonly v: readonly Float32Array[];
  /** The MLPs' outputs, bias included, [width]. */
  readonly mlp: readonly Float32Array[];
  /** The last residual vector, [width]. */
  readonly last: Float32Array;
}

export interface PairHops {
  readonly pair: AlignedPair;
  readonly negated: LastHop;
  readonly affirmative: LastHop;
}

/** The kept values of their sentences take 60 MB in ViT-B/32 size. */
const PAIRS_PER_BATCH = 64;

export function lastHopHooks(layers: number): readonly string[] {
  const blocks = Array.from({ length: layers }, (_, block) => block);
  return [
    ...blocks.flatMap((block) => [
      `blocks.${block}.attn.hook_v`,
      `blocks.${block}.attn.hook_pattern`,
      `blocks.${block}.attn.hook_z`,
      `blocks.${block}.hook_mlp_out`,
    ]),
    `blocks.${layers - 1}.hook_resid_post`,
  ];
}

/** What else is read of the values of each run. */
interface ReadBeside {
  readonly hooks: readonly string[];
  read(of: TokenizedSentence, valueOf: (hook: string) => Tensor): void;
}

/** Runs both sentences of every pair. Returns the pairs batch by batch, only one of which needs to be in memory. */
export async function* lastHops(
  text: TextTower,
  pairs: readonly AlignedPair[],
  beside?: ReadBeside,
): AsyncGenerator<PairHops[]> {
  const hooks = [...lastHopHooks(text.tower.shape.layers), ...beside?.hooks ?? []];
  for (const batch of batchesOf(pairs, PAIRS_PER_BATCH)) {
    const sentences = batch.flatMap(({ negated, affirmative }) => [negated, affirmative]);
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    const hops = sentences.map((own, row) => hopOf(text, own, (hook) => cache.row(hook, row)));
    sentences.forEach((own, row) => beside?.read(own, (hook) => cache.row(hook, row)));
    yield batch.map((pair, i) => ({ pair, negated: hops[2 * i]!, affirmative: hops[2 * i + 1]! }));
  }
}

/** What a sentence's embedding reads of the kept values of its run. */
export function hopOf(
  { tower: { shape: { layers, heads } } }: TextTower,
  { pooled }: TokenizedSentence,
  valueOf: (hook: string) => Tensor,
): LastHop {
  const atEnd = (name: string) => valueOf(name).row(pooled).data.slice();
  const ofBlocks = (read: (block: string) => Float32Array) =>
    Array.from({ length: layers }, (_, block) => read(`blocks.${block}`));
  return {
    heads,
    z: ofBlocks((block) => atEnd(`${block}.attn.hook_z`)),
    pattern: ofBlocks((block) => atQuery(valueOf(`${block}.attn.hook_pattern`), pooled)),
    v: ofBlocks((block) => valueOf(`${block}.attn.hook_v`).data.slice()),
    mlp: ofBlocks((block) => atEnd(`${block}.hook_mlp_out`)),
    last: atEnd(`blocks.${layers - 1}.hook_resid_post`),
  };
}

/** The attention of one query, [head, key]. */
function atQuery(pattern: Tensor, query: number): Float32Array {
  const [heads, , keys] = pattern.shape as [number, number, number];
  const kept = new Float32Array(heads * keys);
  for (let head = 0; head < heads; head++) kept.set(pattern.row(head).row(query).data, head * keys);
  return kept;
}

/**
 * Attributes rows.
 *
 * @param hopsOf Runs the sentences of pairs. @default {in the model as it is}
 * @param kept Known numbers by row id: the lists of a {@linkcode RowAttribution} in their order; new ones are added.
 */
export async function attributeRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  { weights, images, hopsOf = (pairs) => lastHops(text, pairs), kept, progress }:
    & Partial<Pick<Phase, "kept" | "progress">>
    & {
      readonly weights: ReadoutWeights;
      readonly images: Embeddings;
      readonly hopsOf?:
        | ((pairs: readonly AlignedPair[]) => AsyncIterable<readonly PairHops[]>)
        | undefined;
    },
): Promise<RowAttribution[]> {
  const { layers, heads } = text.tower.shape;
  const found = rows.map(({ scores: { id }, aligned: { negated: { ids } } }) => {
    const known = kept?.get(id);
    const isWhole = known?.length === layers * (heads + 1 + heads * ids.length);
    return isWhole ? partsIn(known, { layers, heads }) : undefined;
  });
  const unfinished = [...rows.keys()].filter((row) => found[row] === undefined);
  const rowsOfPair = Map.groupBy(unfinished, (row) => rows[row]!.aligned);
  let done = rows.length - unfinished.length;
  for await (const batch of hopsOf([...rowsOfPair.keys()])) {
    const ofBatch = batch.flatMap((hops) =>
      rowsOfPair.get(hops.pair)!.map((row) => ({ row, hops, scores: rows[row]!.scores }))
    );
    const directions = netDirections(weights, ofBatch, images); // 75 kB each in ViT-B/32 size
    for (const [i, { row, hops, scores: { id, negation } }] of ofBatch.entries()) {
      const [caption, foil] = negation === "caption"
        ? [hops.negated, hops.affirmative]
        : [hops.affirmative, hops.negated];
      const parts = attributeRow(caption, foil, directions[i]!);
      found[row] = parts;
      await kept?.keep(id, [...parts.netHeads, ...parts.netMlps, ...parts.netSources]);
      progress?.(done += 1, rows.length);
    }
  }
  return found.map((row) => row!);
}

function netDirections(
  weights: ReadoutWeights,
  rows: readonly { readonly hops: PairHops; readonly scores: EvaluateRow }[],
  embeddings: Embeddings,
): PartReadout[] {
  const names = [...new Set(rows.map(({ scores }) => scores.image))];
  const read = readImages(weights, names.map((name) => embeddings.get(name)!));
  const images = new Map(names.map((name, i) => [name, read[i]!]));
  const pairs = new Map([...new Set(rows.map(({ hops }) => hops))].map((hops) => {
    const [a, b] = [hops.negated, hops.affirmative].map(({ last }) => sentenceEnd(weights, last));
    return [hops, { ends: [a!, b!] as const, shares: normShares(weights, a!, b!) }];
  }));
  return readParts(
    weights,
    rows.map(({ hops, scores }) => {
      const { ends, shares } = pairs.get(hops)!;
      return netDirection(images.get(scores.image)!, shares, ends);
    }),
  );
}
