/** One run of each sentence: what the parts of the text tower write to the position that becomes the embedding, and the split of every row's d. */

import type { Stop } from "../../engine/run/cut_plan.ts";
import type { RunState } from "../../engine/rows/row_graphs.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { idsInput } from "../../engine/run/hooked_run.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import type { KeptRows } from "../../study/rows/once_per_group.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import {
  type AttributedSentence,
  attributeRow,
  netDirection,
  normShares,
  type RowAttribution,
} from "./split_d.ts";
import { readImages, type ReadoutWeights, readParts, sentenceEnd } from "../../study/readout.ts";

/** What is written to the position that becomes the embedding, and what its heads read. Lists have one entry for each block. */
export interface LastHop {
  readonly heads: number;
  /** What the heads mix, before W_O, [head, head width]. */
  readonly z: Float32Array[];
  /** Its attention to each position, [head, key]. */
  readonly pattern: Float32Array[];
  /** What it can read there, bias included, [position, head, head width]. */
  readonly v: Float32Array[];
  /** The MLPs' outputs, bias included, [width]. */
  readonly mlp: Float32Array[];
  /** The last residual vector, [width]. */
  last: Float32Array;
}

export interface PairHops {
  readonly pair: AlignedPair;
  readonly negated: LastHop;
  readonly affirmative: LastHop;
}

/** The most tokens in one batch: enough for the full multiply rate; their kept values take 110 MB in ViT-B/32 size. */
const TOKENS_PER_BATCH = 2048;

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

/**
 * Runs both sentences of every pair, those of equal length together. A pair has the same values in any batch. Returns the pairs batch by
 * batch, only one of which needs to be in memory.
 */
async function* lastHops(
  text: TextTower,
  pairs: readonly AlignedPair[],
): AsyncGenerator<PairHops[]> {
  const hooks = lastHopHooks(text.tower.shape.layers);
  await text.tower.prepare(hooks);
  for (const [length, alike] of Map.groupBy(pairs, ({ negated }) => negated.ids.length)) {
    const size = Math.max(1, Math.floor(TOKENS_PER_BATCH / (2 * length)));
    for (let first = 0; first < alike.length; first += size) {
      yield await runBatch(text, alike.slice(first, first + size), new Set(hooks));
    }
  }
}

/** What a sentence's embedding reads of the kept values of its run. */
export function hopOf(
  { tower: { shape: { layers, heads } } }: TextTower,
  sentence: TokenizedSentence,
  valueOf: (hook: string) => Tensor,
): LastHop {
  const hop = emptyHop(heads);
  for (const hook of lastHopHooks(layers)) keep(hop, hook, { sentence, value: valueOf(hook) });
  return hop;
}

function emptyHop(heads: number): LastHop {
  return { heads, z: [], pattern: [], v: [], mlp: [], last: new Float32Array() };
}

async function runBatch(
  { tower }: TextTower,
  pairs: readonly AlignedPair[],
  wanted: ReadonlySet<string>,
): Promise<PairHops[]> {
  const sentences = pairs.flatMap(({ negated, affirmative }) => [negated, affirmative]);
  const hops = sentences.map(() => emptyHop(tower.shape.heads));
  const visit = (stop: Stop, state: RunState) => {
    const hook = stop.hooks.find((name) => wanted.has(name));
    if (hook === undefined) return;
    const values = tower.view(stop, state);
    sentences.forEach((sentence, row) =>
      keep(hops[row]!, hook, { sentence, value: values.row(row) })
    );
  };
  await tower.run(idsInput(sentences.map(({ ids }) => ids)), { wanted, visit });
  return pairs.map((pair, i) => (
    { pair, negated: hops[2 * i]!, affirmative: hops[2 * i + 1]! }
  ));
}

function keep(hop: LastHop, hook: string, { sentence: { pooled }, value }: {
  readonly sentence: TokenizedSentence;
  readonly value: Tensor;
}): void {
  if (hook.endsWith("hook_v")) hop.v.push(value.data.slice());
  else if (hook.endsWith("hook_pattern")) hop.pattern.push(atQuery(value, pooled));
  else if (hook.endsWith("hook_z")) hop.z.push(value.row(pooled).data.slice());
  else if (hook.endsWith("hook_mlp_out")) hop.mlp.push(value.row(pooled).data.slice());
  else hop.last = value.row(pooled).data.slice();
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
    const readouts = readBatch(weights, ofBatch, images); // 150 kB each in ViT-B/32 size
    for (const [i, { row, scores: { id } }] of ofBatch.entries()) {
      const { caption, foil, image, net } = readouts[i]!;
      const parts = attributeRow(caption, foil, { image, net });
      found[row] = parts;
      await kept?.keep(id, [
        ...[...parts.heads, ...parts.mlps, parts.norm, ...parts.netHeads, ...parts.netMlps],
        ...[...parts.sources, ...parts.netSources],
      ]);
      progress?.(done += 1, rows.length);
    }
  }
  return found.map((row) => row!);
}

function readBatch(
  weights: ReadoutWeights,
  rows: readonly { readonly hops: PairHops; readonly scores: EvaluateRow }[],
  embeddings: Embeddings,
) {
  const names = [...new Set(rows.map(({ scores }) => scores.image))];
  const read = readImages(weights, names.map((name) => embeddings.get(name)!));
  const images = new Map(names.map((name, i) => [name, read[i]!]));
  const pairs = new Map([...new Set(rows.map(({ hops }) => hops))].map((hops) => {
    const [negated, affirmative] = [hops.negated, hops.affirmative]
      .map((hop) => ({ hop, end: sentenceEnd(weights, hop.last) })) as [
        AttributedSentence,
        AttributedSentence,
      ];
    return [hops, {
      negated,
      affirmative,
      shares: normShares(weights, negated.end, affirmative.end),
    }];
  }));
  const attributed = rows.map(({ hops, scores: { image, negation } }) => {
    const { negated, affirmative, shares } = pairs.get(hops)!;
    const [caption, foil] = negation === "caption"
      ? [negated, affirmative]
      : [affirmative, negated];
    return { caption, foil, shares, image: images.get(image)! };
  });
  const nets = readParts(
    weights,
    attributed.map(({ caption, foil, shares, image }) =>
      netDirection(image, shares, [caption.end, foil.end])
    ),
  );
  return attributed.map(({ caption, foil, image }, i) => ({ caption, foil, image, net: nets[i]! }));
}

/** The parts in kept numbers; undefined if their count does not fit the row. */
function readKept(
  values: readonly number[] | undefined,
  { layers, heads, positions }: Record<"layers" | "heads" | "positions", number>,
): RowAttribution | undefined {
  const ofSources = layers * heads * positions;
  const sizes = [layers * heads, layers, 1, layers * heads, layers, ofSources, ofSources];
  if (values?.length !== sizes.reduce((sum, size) => sum + size)) return undefined;
  let from = 0;
  const next = () => values.slice(from, from += sizes.shift()!);
  return {
    heads: next(),
    mlps: next(),
    norm: next()[0]!,
    netHeads: next(),
    netMlps: next(),
    sources: next(),
    netSources: next(),
  };
}
