/** Runs of two models in which one takes the other's residual stream. */

import { idsInput } from "../../engine/run/hooked_run.ts";
import {
  runVariants,
  type Variant,
  type VariantResult,
} from "../../engine/changes/general_changes.ts";
import type { Tower } from "../../engine/run/tower.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import { type GroupResult, inParts } from "../../study/rows/once_per_group.ts";
import type { AlignedPair, TokenizedSentence } from "../../study/rows/prepare.ts";

/** The hook point of the residual stream at a layer: 0 for the embeddings, else after that block. */
function streamHook(layer: number): string {
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

/** Few, so that a run that is stopped loses little. */
const PAIRS_AT_ONCE = 4;

/** Kept values of a run by hook point. */
type Streams = ReadonlyMap<string, Tensor>;

/**
 * Runs pairs in models A and B: a run joins the growing batch of its model where it takes the other model's stream, and goes only through
 * the blocks above. For N blocks a sentence takes N + N (N + 1) / 2 runs of a block in B, as many in A with N more for A's streams, and
 * those of the values. The numbers of a pair's negated sentence come first.
 */
export function transplantRuns(
  a: Tower,
  b: Tower,
  pairs: readonly AlignedPair[],
): AsyncGenerator<GroupResult[]> {
  const { layers } = a.shape;
  const blocks = Array.from({ length: layers + 1 }, (_, i) => i);
  const unchanged: Variant = { changes: new Map(), keep: streamHooks(layers) };
  return inParts(pairs, PAIRS_AT_ONCE, async function* (part) {
    const jobs = part.flatMap(({ negated, affirmative }, index) => [
      { index, offset: 0, sentence: negated },
      { index, offset: placesOf(negated, layers).size, sentence: affirmative },
    ]);
    const run = (tower: Tower, variantsOf: (job: number) => readonly Variant[]) => {
      const all = jobs.map(({ sentence: { ids } }, job) => (
        { of: ids, positions: ids.length, variants: variantsOf(job) }
      ));
      return runVariants(tower, all, (ids) => idsInput(ids));
    };
    const placed = ({ job, embedding }: VariantResult, place: number): GroupResult => {
      const { index, offset } = jobs[job]!;
      return { index, place: offset + place, embedding };
    };
    const [ofA, ofB]: [Streams[], Streams[]] = [[], []]; // by job
    for await (const results of run(a, () => [unchanged])) {
      for (const { job, kept } of results) ofA[job] = kept;
    }
    const inB = (job: number) => [
      unchanged,
      ...blocks.map((count) => taking(ofA[job]!, layers - count)),
    ];
    for await (const results of run(b, inB)) {
      yield results.map((result) => {
        const { job, variant, kept } = result;
        const { whole, last } = placesOf(jobs[job]!.sentence, layers);
        if (variant === 0) ofB[job] = kept;
        return placed(result, variant === 0 ? whole : last(variant - 1));
      });
    }
    const inA = (job: number) => [
      ...blocks.map((layer) => taking(ofB[job]!, layer)),
      ...blocks.slice(0, layers).flatMap((layer) =>
        jobs[job]!.sentence.ids.map((_, position) => taking(ofB[job]!, layer, position))
      ),
    ];
    for await (const results of run(a, inA)) {
      yield results.map((result) => {
        const { first, whole } = placesOf(jobs[result.job]!.sentence, layers);
        const values = result.variant - layers; // from 1
        return placed(result, values > 0 ? whole + values : first(result.variant));
      });
    }
  });
}

/** A run that takes a stream at a layer, at all positions or at one. */
function taking(streams: Streams, layer: number, position?: number): Variant {
  const { data, shape } = streams.get(streamHook(layer))!;
  const width = shape.at(-1)!;
  const from = (position ?? 0) * width;
  const taken = position === undefined ? data : data.subarray(from, from + width);
  return { changes: new Map([[streamHook(layer), (value) => value.data.set(taken, from)]]) };
}
