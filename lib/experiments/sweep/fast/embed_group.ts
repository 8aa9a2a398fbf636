/** Runs a group from tokens to embeddings: the tower's ends in this thread, its blocks in a stream. */

import { unit } from "../../../engine/run/hooked_run.ts";
import type { RowEnds } from "../../../engine/rows/row_ends.ts";
import { idsInput } from "../../../model/text/text_tower.ts";
import { freeMemory } from "../../../onnx/runtime/free_memory.ts";
import type { BlockWork } from "../streams/stream.ts";
import type { SweepStreams } from "../streams/streams.ts";

/** A position of a sentence. */
export interface BasePosition {
  /** The sentence's tokens; the same array for all positions of a sentence. */
  readonly ids: readonly number[];
  readonly position: number;
}

/** The embeddings of a group's runs. */
export interface GroupEmbeddings {
  /** The number of sets. */
  readonly sets: number;
  /**
   * The embedding of a run of a set, unit length, [projection].
   *
   * @param set The set.
   * @param run The run.
   */
  readonly of: (set: number, run: number) => Float32Array;
  /** Frees their memory, which the garbage collector would leave until hundreds of groups have run. */
  readonly free: () => void;
}

/**
 * Runs a group.
 *
 * @param streams The text tower's blocks.
 * @param group Its base rows, the end token of each run, and a function that makes its work from the base rows' residual stream.
 * @returns The embeddings of its runs.
 */
export async function embedGroup(
  streams: SweepStreams,
  { base, endTokens, work }: {
    readonly base: readonly BasePosition[];
    readonly endTokens: readonly number[];
    readonly work: (x: Float32Array) => BlockWork;
  },
): Promise<GroupEmbeddings> {
  const { ends, shape: { width } } = streams;
  const x = await embedBase(ends, base, width);
  const after = await streams.run(work(x));
  freeMemory(x);
  const sets = after.length / width / endTokens.length;
  const end = endTokens.map((token) => [token]);
  const embeddings = await ends.project(
    after,
    idsInput(Array.from({ length: sets }, () => end).flat()),
  );
  freeMemory(after);
  return {
    sets,
    of: (set, run) => unit(embeddings.row(set * endTokens.length + run).data),
    free: () => freeMemory(embeddings.data),
  };
}

/**
 * Makes the results of each pair of a group when they are asked for, and frees the embeddings after the last.
 *
 * @param embeddings The group's embeddings.
 * @param pairs The pairs' numbers.
 * @param resultsOf The results of a pair.
 */
export function* onceThrough<Result>(
  { free }: GroupEmbeddings,
  pairs: Iterable<number>,
  resultsOf: (pair: number) => Result[],
): Generator<Result[]> {
  try {
    for (const pair of pairs) yield resultsOf(pair);
  } finally {
    free();
  }
}

/** The residual stream before the first block, [positions, width]; sentences of equal length run together. */
async function embedBase(
  ends: RowEnds,
  base: readonly BasePosition[],
  width: number,
): Promise<Float32Array> {
  const x = new Float32Array(base.length * width);
  for (const [length, own] of Map.groupBy(base.keys(), (row) => base[row]!.ids.length)) {
    const sentences = [...new Set(own.map((row) => base[row]!.ids))];
    const embedded = await ends.embed(idsInput(sentences));
    const place = new Map(sentences.map((ids, i) => [ids, i]));
    for (const row of own) {
      const { ids, position } = base[row]!;
      const from = (place.get(ids)! * length + position) * width;
      x.set(embedded.subarray(from, from + width), row * width);
    }
  }
  return x;
}
