/** Runs of two models in which one takes the other's residual stream. */

import { idsInput } from "../../engine/run/run_lists.ts";
import { runVariants, type Variant, type VariantResult } from "../../engine/run/variants.ts";
import type { Tower } from "../../engine/tower.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";

/** The sentences of a pair, in the order in which their runs are numbered. */
export const SENTENCES = ["negated", "affirmative"] as const;

/** The hook point of the residual stream at a layer: 0 for the embeddings, else after that block. */
export function streamHook(layer: number): string {
  return layer === 0 ? "blocks.0.hook_resid_pre" : `blocks.${layer - 1}.hook_resid_post`;
}

export function streamHooks(layers: number): string[] {
  return Array.from({ length: layers + 1 }, (_, layer) => streamHook(layer));
}

/**
 * The places of a sentence's runs among its numbers: `first` and `last` with each number of blocks from 0, B by itself, and the values at
 * each layer below the last and each position.
 */
export function placesOf({ ids }: Pick<TokenizedSentence, "ids">, layers: number) {
  const stacks = layers + 1;
  const positions = ids.length;
  return {
    positions,
    first: (blocks: number) => blocks,
    last: (blocks: number) => stacks + blocks,
    whole: 2 * stacks,
    value: (layer: number, position: number) => 2 * stacks + 1 + layer * positions + position,
    size: 2 * stacks + 1 + layers * positions,
  };
}

/** The most tokens of runs between which finished rows are kept: few, so that a run that is stopped loses little. */
const MOST_TOKENS = 2 ** 12;

interface Job {
  readonly index: number;
  /** The number of the sentence's first run among those of its pair. */
  readonly offset: number;
  readonly sentence: TokenizedSentence;
}

/**
 * Runs pairs in models A and B: a run joins the growing batch of its model where it takes the other model's stream, and goes only through
 * the blocks above. For N blocks a sentence takes N + N (N + 1) / 2 runs of a block in B, as many in A with N more for A's streams, and
 * those of the values.
 */
export async function* transplantRuns(
  a: Tower,
  b: Tower,
  pairs: readonly AlignedPair[],
): AsyncGenerator<GroupResult[]> {
  const { layers } = a.shape;
  const jobsOf = (index: number) => {
    const before = placesOf(pairs[index]!.negated, layers).size;
    return SENTENCES.map((name, i): Job => (
      { index, offset: i * before, sentence: pairs[index]![name] }
    ));
  };
  const tokensOf = ({ sentence }: Job) => placesOf(sentence, layers).size * sentence.ids.length;
  let [chunk, tokens]: [Job[], number] = [[], 0];
  for (const index of pairs.keys()) {
    const jobs = jobsOf(index);
    const own = jobs.reduce((sum, job) => sum + tokensOf(job), 0);
    if (chunk.length > 0 && tokens + own > MOST_TOKENS) {
      yield await runChunk(a, b, chunk);
      [chunk, tokens] = [[], 0];
    }
    chunk.push(...jobs);
    tokens += own;
  }
  if (chunk.length > 0) yield await runChunk(a, b, chunk);
}

async function runChunk(a: Tower, b: Tower, jobs: readonly Job[]): Promise<GroupResult[]> {
  const made: GroupResult[] = [];
  const { layers } = a.shape;
  const keep = streamHooks(layers);
  const unchanged: Variant = { changes: new Map(), keep };
  const streamsOf = new Map<Tower, Map<number, ReadonlyMap<string, Tensor>>>([
    [a, new Map()],
    [b, new Map()],
  ]);
  const keepStreams = (tower: Tower, { job, kept }: VariantResult) =>
    void streamsOf.get(tower)!.set(job, kept);
  const streamOf = (tower: Tower, job: number, layer: number) =>
    streamsOf.get(tower)!.get(job)!.get(streamHook(layer))!;
  for await (const results of run(a, jobs, () => [unchanged])) {
    for (const result of results) keepStreams(a, result);
  }
  const add = ({ job, embedding }: VariantResult, place: number) => {
    const { index, offset } = jobs[job]!;
    made.push({ index, place: offset + place, embedding });
  };
  const blocks = Array.from({ length: layers + 1 }, (_, i) => i);
  const inB = (job: number): Variant[] => [
    unchanged,
    ...blocks.map((own) => taking(layers - own, streamOf(a, job, layers - own))),
  ];
  for await (const results of run(b, jobs, inB)) {
    for (const result of results) {
      if (result.variant === 0) keepStreams(b, result);
      const { whole, last } = placesOf(jobs[result.job]!.sentence, layers);
      add(result, result.variant === 0 ? whole : last(result.variant - 1));
    }
  }
  const inA = (job: number): Variant[] => {
    const { positions } = placesOf(jobs[job]!.sentence, layers);
    return [
      ...blocks.map((own) => taking(own, streamOf(b, job, own))),
      ...blocks.slice(0, layers).flatMap((layer) =>
        Array.from({ length: positions }, (_, q) => taking(layer, streamOf(b, job, layer), q))
      ),
    ];
  };
  for await (const results of run(a, jobs, inA)) {
    for (const result of results) {
      const { first, whole } = placesOf(jobs[result.job]!.sentence, layers);
      const isValue = result.variant > layers;
      add(result, isValue ? whole + result.variant - layers : first(result.variant));
    }
  }
  return made;
}

function run(
  tower: Tower,
  jobs: readonly Job[],
  variantsOf: (job: number) => readonly Variant[],
): AsyncGenerator<VariantResult[]> {
  const all = jobs.map(({ sentence: { ids } }, job) => (
    { of: ids, positions: ids.length, variants: variantsOf(job) }
  ));
  return runVariants(tower, all, (ids) => idsInput(ids));
}

/** A run that takes a stream at a layer, at all positions or at one. */
function taking(layer: number, { data, shape }: Tensor, position?: number): Variant {
  const width = shape.at(-1)!;
  const from = (position ?? 0) * width;
  const taken = position === undefined ? data : data.subarray(from, from + width);
  return { changes: new Map([[streamHook(layer), (value) => value.data.set(taken, from)]]) };
}
