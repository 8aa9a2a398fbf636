/** Which sequences share a call of the attention session. */

import {
  type AttentionBatch,
  attentionBatch,
  paddedSize,
  type Sequence,
} from "./attention_batch.ts";

/** The most memory for the queries, keys and values of the sequences in one call. */
const ATTENTION_BYTES = 2 ** 22;

/** How many lists of sequences have their calls in memory. */
const REMEMBERED = 8;

/** A call of the attention session, and the outputs that it computes. */
export interface AttentionCall {
  readonly batch: AttentionBatch;
  readonly from: number;
  readonly count: number;
}

/** Makes calls, and remembers them: from block to block, the same sequences attend. */
export class AttentionCalls {
  readonly #shape: { readonly heads: number; readonly width: number };
  readonly #known: { readonly key: Int32Array; readonly calls: readonly AttentionCall[] }[] = [];

  constructor(shape: { readonly heads: number; readonly width: number }) {
    this.#shape = shape;
  }

  /**
   * The calls for some sequences; neighbours of equal padded size share calls.
   *
   * @param sequences The sequences, sorted by padded size.
   */
  of(sequences: readonly Sequence[]): readonly AttentionCall[] {
    const key = keyOf(sequences);
    const known = this.#known.find((own) => areEqual(own.key, key));
    if (known !== undefined) return known.calls;
    const { heads, width } = this.#shape;
    let from = 0;
    const calls = chunksOf(sequences, width).map((chunk) => {
      const batch = attentionBatch(chunk, heads);
      const call = { batch, from, count: batch.results.length / heads };
      from += call.count;
      return call;
    });
    this.#known.unshift({ key, calls });
    this.#known.length = Math.min(this.#known.length, REMEMBERED);
    return calls;
  }
}

/** Splits sequences into runs of neighbours with equal padded size, small enough for one call. */
function chunksOf(sequences: readonly Sequence[], width: number): Sequence[][] {
  const chunks: Sequence[][] = [];
  let size = "";
  for (const sequence of sequences) {
    const { queries, keys } = paddedSize(sequence);
    const limit = Math.max(1, ATTENTION_BYTES / (4 * width * (queries + 2 * keys)));
    const isNew = size !== `${queries},${keys}` || chunks.at(-1)!.length >= limit;
    size = `${queries},${keys}`;
    if (isNew) chunks.push([]);
    chunks.at(-1)!.push(sequence);
  }
  return chunks;
}

/** All numbers of some sequences, one after the other. */
function keyOf(sequences: readonly Sequence[]): Int32Array {
  const length = sequences.reduce(
    (sum, { rows, queries = [] }) => sum + 4 + rows.length + queries.length,
    0,
  );
  const key = new Int32Array(length);
  let at = 0;
  for (const { rows, first, queries = [], unseen = -1 } of sequences) {
    key[at++] = rows.length;
    key[at++] = first;
    key[at++] = queries.length;
    key[at++] = unseen;
    for (const row of rows) key[at++] = row;
    for (const row of queries) key[at++] = row;
  }
  return key;
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
