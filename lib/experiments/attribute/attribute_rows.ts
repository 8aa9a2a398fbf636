/** One run of each sentence: what the parts of the text tower write to the position that becomes the embedding, and the split of every row's d. */

import type { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import type { KeptRows } from "../../study/rows/once_per_group.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import { attributeRow, netDirection, normShares, type RowAttribution } from "./split_d.ts";
import {
  type PartReadout,
  readImages,
  type ReadoutWeights,
  readParts,
  sentenceEnd,
} from "../../study/readout.ts";

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
  for (let first = 0; first < pairs.length; first += PAIRS_PER_BATCH) {
    const batch = pairs.slice(first, first + PAIRS_PER_BATCH);
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

export interface AttributeRowsOptions {
  readonly weights: ReadoutWeights;
  readonly images: Embeddings;
  /** Runs the sentences of pairs. @default {in the model as it is} */
  readonly hopsOf?:
    | ((pairs: readonly AlignedPair[]) => AsyncIterable<readonly PairHops[]>)
    | undefined;
  /** Known numbers by row id: the lists of a {@linkcode RowAttribution} in their order; new ones are added. */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

export async function attributeRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  { weights, images, hopsOf = (pairs) => lastHops(text, pairs), kept, progress }:
    AttributeRowsOptions,
): Promise<RowAttribution[]> {
  const sizes = text.tower.shape;
  const found = rows.map(({ scores: { id }, aligned }) =>
    readKept(kept?.get(id), { ...sizes, positions: aligned.negated.ids.length })
  );
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

/** The parts in kept numbers; undefined if their count does not fit the row. */
function readKept(
  values: readonly number[] | undefined,
  { layers, heads, positions }: Record<"layers" | "heads" | "positions", number>,
): RowAttribution | undefined {
  const [ofHeads, ofSources] = [layers * heads, layers * heads * positions];
  if (values?.length !== ofHeads + layers + ofSources) return undefined;
  return {
    netHeads: values.slice(0, ofHeads),
    netMlps: values.slice(ofHeads, ofHeads + layers),
    netSources: values.slice(ofHeads + layers),
  };
}
