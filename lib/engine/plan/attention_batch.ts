/** Which of the needed outputs are computed together: those of consecutive positions of a run. */

import { type BlockNumbers, NONE, ROOT } from "./block_numbers.ts";
import { Slots } from "./needs.ts";

/** Rows of a matrix of activations, one per position; each attends to itself and to those before it. */
export interface Sequence {
  readonly rows: readonly number[]; // row at each position
  readonly first: number; // first position to compute; the rows before it are only attended to
  /** The rows of the queries at the positions to compute. @default {the rows of these positions} */
  readonly queries?: readonly number[];
  readonly withoutKey?: number; // position that none attends to; it cannot be the first
}

export interface AttentionBatch {
  readonly size: number;
  readonly queries: number; // computed positions per sequence, repeats included
  readonly keys: number; // Keys per sequence, hidden ones included
  readonly queryRows: Int32Array; // rows of the queries, [query, sequence]
  readonly keyRows: Int32Array; // rows of the keys, [key, sequence]
  readonly seen: Float32Array; // 1 where a query sees a key, else 0, [sequence, 1, query, key]
  /** 0 where a query sees a key, else a number too low for any weight, [sequence, 1, query, key]. */
  readonly hidden: Float32Array;
  /** The index of each computed position and head in the result [sequence, head, query]: [computed positions, head]. */
  readonly results: Int32Array;
}

const HIDDEN = -1e30; // added to a hidden logit: lower than any logit, but finite

/** The number of keys is rounded up to a multiple of this, so that sequences of similar lengths share a batch. */
const KEY_STEP = 4;

/** The size to which a sequence is padded. With at least two queries, the runtime does not use its separate kernel for a single row. */
export function paddedSize({ rows, first }: Pick<Sequence, "rows" | "first">): {
  readonly queries: number;
  readonly keys: number;
} {
  const count = rows.length - first;
  return {
    queries: 2 ** (32 - Math.clz32(Math.max(1, count - 1))), // the next power of 2, at least 2
    keys: Math.ceil(rows.length / KEY_STEP) * KEY_STEP,
  };
}

export function attentionBatch(sequences: readonly Sequence[], heads: number): AttentionBatch {
  const size = sequences.length;
  const { queries, keys } = paddedSize(sequences[0]!);
  const queryRows = new Int32Array(queries * size);
  const keyRows = new Int32Array(keys * size);
  const seen = new Float32Array(size * queries * keys);
  const hidden = new Float32Array(size * queries * keys).fill(HIDDEN);
  const computed = sequences.reduce((sum, { rows, first }) => sum + rows.length - first, 0);
  const results = new Int32Array(computed * heads);
  let result = 0;
  for (let sequence = 0; sequence < size; sequence++) {
    const { rows, first, queries: own, withoutKey = Infinity } = sequences[sequence]!;
    const last = rows.length - 1;
    for (let query = 0; query < queries; query++) {
      const position = Math.min(first + query, last);
      const row = own === undefined ? rows[position]! : own[position - first]!;
      queryRows[query * size + sequence] = row;
      for (let head = 0; first + query <= last && head < heads; head++) {
        results[result++] = (sequence * heads + head) * queries + query;
      }
      const line = (sequence * queries + query) * keys;
      for (let key = 0; key <= position; key++) {
        if (key === withoutKey) continue;
        seen[line + key] = 1;
        hidden[line + key] = 0;
      }
    }
    for (let key = 0; key < keys; key++) {
      keyRows[key * size + sequence] = rows[Math.min(key, last)]!;
    }
  }
  return { size, queries, keys, queryRows, keyRows, seen, hidden, results };
}

/** The most memory for the queries, keys and values of the sequences in one call. */
const ATTENTION_BYTES = 2 ** 22;

/** The calls for some sequences; neighbours of equal padded size share calls. */
export function attentionCalls(
  sequences: readonly Sequence[],
  { heads, width }: { readonly heads: number; readonly width: number },
): { readonly batch: AttentionBatch; readonly from: number; readonly count: number }[] {
  let from = 0;
  return chunksOf(sequences, width).map((chunk) => {
    const batch = attentionBatch(chunk, heads);
    const call = { batch, from, count: batch.results.length / heads };
    from += call.count;
    return call;
  });
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

/** Outputs that attend alike: to all keys, to all but one, or to one alone, whose weights are wanted. */
interface AttendedRoots {
  readonly weightOf?: number; // the position of the only key whose weight is wanted; absent where outputs are
  readonly sequences: readonly Sequence[]; // sequences, those of one size together
  readonly roots: readonly number[]; // roots in the order in which they are computed
}

/** Where keys and queries lie. */
interface RowPlaces {
  keyRow(key: number): number;
  queryRow(vector: number): number;
}

export class RootSequences {
  readonly #needed = new Slots();
  readonly #next: number[] = [];

  constructor(private readonly numbers: BlockNumbers) {}

  /** Arranges roots. Returns first the outputs, then for each key's position its weights. */
  of(roots: readonly number[], places: RowPlaces): AttendedRoots[] {
    const { numbers } = this;
    this.#needed.clear();
    roots.forEach((root, i) => this.#needed.set(numbers.rootNumber(root), i));
    this.#next.length = 0;
    const begins: number[] = [];
    roots.forEach((root, i) => {
      const before = this.#before(root);
      if (before < 0 || this.#next[before] !== undefined) begins.push(i);
      else this.#next[before] = i;
    });
    const arranged = begins.map((begin) => {
      const own: number[] = [];
      for (let at: number | undefined = begin; at !== undefined; at = this.#next[at]) {
        own.push(roots[at]!);
      }
      return this.#arranged(own, places);
    });
    const { outputs = [], weights = [] } = Object.groupBy(arranged, ({ roots: [root] }) => {
      const isLess = numbers.isMade(root!) && numbers.kindOf(root!) === ROOT.less;
      return isLess ? "weights" : "outputs";
    });
    const byKey = Map.groupBy(weights, ({ roots: [root] }) => numbers.missingKeyOf(root!));
    return [
      attended(outputs),
      ...[...byKey].map(([weightOf, own]) => ({ weightOf, ...attended(own) })),
    ];
  }

  /** The index of the needed root that the run of a root has at the position before; -1 if there is none. */
  #before(root: number): number {
    const { numbers } = this;
    const parent = numbers.chains.first(numbers.chainOf(root));
    if (parent === NONE) return -1;
    if (!numbers.isMade(root)) return this.#needed.get(numbers.rootNumber(parent));
    const before = numbers.rootBefore(root);
    if (before === NONE || numbers.chainOf(before) !== parent) return -1;
    return this.#needed.get(numbers.rootNumber(before));
  }

  #arranged(roots: readonly number[], places: RowPlaces): Arranged {
    const { numbers } = this;
    const last = roots.at(-1)!;
    const rows = numbers.keysOf(numbers.chainOf(last)).map((key) => places.keyRow(key));
    const queries = roots.map((root) => places.queryRow(numbers.queryOf(root)));
    const first = rows.length - roots.length;
    const lacksKey = numbers.isMade(last) && numbers.kindOf(last) === ROOT.without;
    const withoutKey = lacksKey ? { withoutKey: numbers.missingKeyOf(last) } : {};
    return { roots, sequence: { rows, first, queries, ...withoutKey } };
  }
}

const MOST_KEYS = 2 ** 16;

type Arranged = { readonly roots: readonly number[]; readonly sequence: Sequence };

/** Brings sequences of one padded size together; those with fewer queries, then those with fewer keys, come first. */
function attended(arranged: readonly Arranged[]): AttendedRoots {
  const bySize = Map.groupBy(arranged, ({ sequence }) => {
    const { queries, keys } = paddedSize(sequence);
    return queries * MOST_KEYS + keys;
  });
  const sizes = [...bySize.keys()].sort((a, b) => a - b);
  const sequences: Sequence[] = [];
  const roots: number[] = [];
  for (const size of sizes) {
    for (const own of bySize.get(size)!) {
      sequences.push(own.sequence);
      for (const root of own.roots) roots.push(root);
    }
  }
  return { sequences, roots };
}
