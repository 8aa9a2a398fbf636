/** Attention of many short sequences at once, by index: which rows are queries, which are keys, and who sees whom. */

/** Rows of a matrix of activations, one a position, each of which attends to those before it and to itself. */
export interface Sequence {
  /** For each position the row that stands there. */
  readonly rows: readonly number[];
  /** The first position that is computed for this sequence; the rows before it are only looked at. */
  readonly first: number;
  /** A position that none attends to; the first one must be seen. */
  readonly unseen?: number;
}

/** Index arrays for one call of the attention session. */
export interface AttentionBatch {
  /** Number of sequences. */
  readonly size: number;
  /** Positions that are computed in each sequence, repeats included. */
  readonly queries: number;
  /** Positions that are looked at in each sequence, hidden ones included. */
  readonly keys: number;
  /** Rows of the queries, [query, sequence]. */
  readonly queryRows: Int32Array;
  /** Rows of the keys, [key, sequence]. */
  readonly keyRows: Int32Array;
  /** 1 where a query sees a key, else 0, [sequence, 1, query, key]. */
  readonly seen: Float32Array;
  /** 0 where a query sees a key, else too little for any weight, [sequence, 1, query, key]. */
  readonly hidden: Float32Array;
  /** Where each computed position lies in the result [sequence, head, query], by head: [computed positions, head]. */
  readonly results: Int32Array;
}

/** What is added to a hidden logit: less than any logit, and finite. */
const HIDDEN = -1e30;

/** Number of keys in steps of this, so that sequences of similar lengths go together. */
const KEY_STEP = 4;

/**
 * The size to which a sequence is filled up; sequences of one size go in one batch.
 *
 * Repeated queries and hidden keys change no bit of a result, and neither does the batch: two queries at the least keep the runtime from
 * its other kernel for a single row.
 */
export function paddedSize({ rows, first }: Sequence): {
  readonly queries: number;
  readonly keys: number;
} {
  const queries = Math.max(2, 2 ** Math.ceil(Math.log2(rows.length - first)));
  return { queries, keys: Math.ceil(rows.length / KEY_STEP) * KEY_STEP };
}

/**
 * The index arrays of sequences of one padded size.
 *
 * @param sequences The sequences.
 * @param options The number of heads, and where the queries are, if not at their sequences' rows.
 */
export function attentionBatch(
  sequences: readonly Sequence[],
  { heads, queryRow = (row) => row }: {
    readonly heads: number;
    /** The row of a query, given its sequence's row and the number of computed positions before it. */
    readonly queryRow?: (row: number, before: number) => number;
  },
): AttentionBatch {
  const size = sequences.length;
  const { queries, keys } = paddedSize(sequences[0]!);
  const queryRows = new Int32Array(queries * size);
  const keyRows = new Int32Array(keys * size);
  const seen = new Float32Array(size * queries * keys);
  const hidden = new Float32Array(size * queries * keys).fill(HIDDEN);
  const results: number[] = [];
  let before = 0;
  sequences.forEach(({ rows, first, unseen = Infinity }, sequence) => {
    const last = rows.length - 1;
    for (let query = 0; query < queries; query++) {
      const position = Math.min(first + query, last);
      queryRows[query * size + sequence] = queryRow(rows[position]!, before + position - first);
      for (let head = 0; first + query <= last && head < heads; head++) {
        results.push((sequence * heads + head) * queries + query);
      }
      const line = (sequence * queries + query) * keys;
      seen.fill(1, line, line + position + 1);
      hidden.fill(0, line, line + position + 1);
      if (unseen <= position) [seen[line + unseen], hidden[line + unseen]] = [0, HIDDEN];
    }
    for (let key = 0; key < keys; key++) {
      keyRows[key * size + sequence] = rows[Math.min(key, last)]!;
    }
    before += rows.length - first;
  });
  return {
    ...{ size, queries, keys, queryRows, keyRows, seen, hidden },
    results: Int32Array.from(results),
  };
}
