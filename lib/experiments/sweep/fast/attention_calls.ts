/** Which sequences share a call of the attention session. */

import {
  type AttentionBatch,
  attentionBatch,
  paddedSize,
  type Sequence,
} from "../../../engine/rows/attention_batch.ts";

/** The most memory for the queries, keys and values of the sequences in one call. */
const ATTENTION_BYTES = 2 ** 22;

/** A call of the attention session, and the rows that it computes. */
export interface AttentionCall {
  readonly batch: AttentionBatch;
  readonly from: number;
  readonly count: number;
}

/**
 * Makes the calls for all sequences; neighbours of equal padded size share calls.
 *
 * @param sequences The sequences, sorted by padded size.
 * @param options The tower's sizes, the number of the first computed row, and where the queries are if they are not at their
 * sequences' rows.
 */
export function attentionCalls(
  sequences: readonly Sequence[],
  { heads, width, first, queryRow }: {
    readonly heads: number;
    readonly width: number;
    readonly first: number;
    /** The row of a query, given its sequence's row and the number of rows computed before it. */
    readonly queryRow?: (row: number, before: number) => number;
  },
): AttentionCall[] {
  const calls: AttentionCall[] = [];
  let done = 0;
  for (const members of chunksOf(sequences, width)) {
    const before = done;
    const batch = attentionBatch(members, {
      heads,
      ...(queryRow && { queryRow: (row: number, place: number) => queryRow(row, before + place) }),
    });
    const count = batch.results.length / heads;
    calls.push({ batch, from: first + done, count });
    done += count;
  }
  return calls;
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
