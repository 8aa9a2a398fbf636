/** Attention of many short sequences at once, by index: which rows are queries, which are keys, and which keys a query sees. */

/** Rows of a matrix of activations, one per position; each attends to itself and to those before it. */
export interface Sequence {
  /** The row at each position. */
  readonly rows: readonly number[];
  /** The first position to compute; the rows before it are only attended to. */
  readonly first: number;
  /** The rows of the queries at the positions to compute. @default {the rows of these positions} */
  readonly queries?: readonly number[];
  /** A position that none attends to; it cannot be the first. */
  readonly unseen?: number;
}

/** Index arrays for one call of the attention session. */
export interface AttentionBatch {
  /** Number of sequences. */
  readonly size: number;
  /** Computed positions per sequence, repeats included. */
  readonly queries: number;
  /** Keys per sequence, hidden ones included. */
  readonly keys: number;
  /** The number of keys that the computed positions see, summed. */
  readonly visible: number;
  /** Rows of the queries, [query, sequence]. */
  readonly queryRows: Int32Array;
  /** Rows of the keys, [key, sequence]. */
  readonly keyRows: Int32Array;
  /** 1 where a query sees a key, else 0, [sequence, 1, query, key]. */
  readonly seen: Float32Array;
  /** 0 where a query sees a key, else a number too low for any weight, [sequence, 1, query, key]. */
  readonly hidden: Float32Array;
  /** The index of each computed position and head in the result [sequence, head, query]: [computed positions, head]. */
  readonly results: Int32Array;
}

/** Added to a hidden logit: lower than any logit, but finite. */
const HIDDEN = -1e30;

/** The number of keys is rounded up to a multiple of this, so that sequences of similar lengths share a batch. */
const KEY_STEP = 4;

/**
 * The size to which a sequence is padded; sequences of one size share a batch.
 *
 * Repeated queries and hidden keys change no bit of a result, and neither does the rest of the batch: with at least two queries, the
 * runtime does not use its separate kernel for a single row.
 */
export function paddedSize({ rows, first }: Pick<Sequence, "rows" | "first">): {
  readonly queries: number;
  readonly keys: number;
} {
  const count = rows.length - first;
  return {
    queries: count <= 2 ? 2 : 2 ** (32 - Math.clz32(count - 1)), // the next power of 2
    keys: Math.ceil(rows.length / KEY_STEP) * KEY_STEP,
  };
}

/** The index arrays of sequences of one padded size. */
export function attentionBatch(sequences: readonly Sequence[], heads: number): AttentionBatch {
  const size = sequences.length;
  const { queries, keys } = paddedSize(sequences[0]!);
  const queryRows = new Int32Array(queries * size);
  const keyRows = new Int32Array(keys * size);
  const seen = new Float32Array(size * queries * keys);
  const hidden = new Float32Array(size * queries * keys).fill(HIDDEN);
  const computed = sequences.reduce((sum, { rows, first }) => sum + rows.length - first, 0);
  const results = new Int32Array(computed * heads);
  let [result, visible] = [0, 0];
  for (let sequence = 0; sequence < size; sequence++) {
    const { rows, first, queries: own, unseen = Infinity } = sequences[sequence]!;
    const last = rows.length - 1;
    for (let query = 0; query < queries; query++) {
      const position = Math.min(first + query, last);
      const row = own === undefined ? rows[position]! : own[position - first]!;
      queryRows[query * size + sequence] = row;
      for (let head = 0; first + query <= last && head < heads; head++) {
        results[result++] = (sequence * heads + head) * queries + query;
      }
      if (first + query <= last) visible += position < unseen ? position + 1 : position;
      const line = (sequence * queries + query) * keys;
      for (let key = 0; key <= position; key++) {
        if (key === unseen) continue;
        seen[line + key] = 1;
        hidden[line + key] = 0;
      }
    }
    for (let key = 0; key < keys; key++) {
      keyRows[key * size + sequence] = rows[Math.min(key, last)]!;
    }
  }
  return { size, queries, keys, visible, queryRows, keyRows, seen, hidden, results };
}
