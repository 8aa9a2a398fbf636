/** Which attention heads look at the negator (Quantmeyer et al. 2024, section 5). */

import type { RunOptions } from "../../engine/run/hooked_run.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Role } from "../../data/align.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { Progress } from "../../study/embeddings.ts";
import type { KeptRows } from "../../study/rows/once_per_group.ts";
import type { AlignedRow } from "../../study/rows/score_rows.ts";

/** How one head's attention to the negator differs between the sentences of a pair. */
export interface HeadDifferences {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /**
   * For each position of the negated sentence: A_negated[q, negator] - A_affirmative[q', negator'], 0 before the negator if attention is causal.
   * A plain list of so few numbers takes a third of a typed array's memory.
   */
  readonly byQuery: readonly number[];
  /** The largest difference over queries after the negator; without a causal mask over all queries but the negator. */
  readonly largest: number;
  /**
   * The largest difference with the sentences exchanged: over the affirmative sentence's queries after the twin, or all but the twin,
   * A_affirmative - A_negated.
   * A head that treats both words alike has as much of it by chance. Undefined if the negator has no twin.
   */
  readonly swapped: number | undefined;
}

export const PATTERNS = "blocks.*.attn.hook_pattern";

/** The number of sentence pairs that run together; the patterns of all their layers are in memory at once. */
const PAIRS_AT_ONCE = 32;

/**
 * Compares how much each head attends to the negator in a negated sentence and to its twin in the affirmative one, batch by batch: a pair
 * has the same numbers in any of them. Where the query or the negator has no counterpart in the other sentence, the attention there counts
 * as 0. The heads of a pair are in the order layer, head.
 */
export async function* attendBatches(
  text: TextTower,
  pairs: readonly AlignedPair[],
  changes: RunOptions = {},
): AsyncGenerator<{ readonly pair: AlignedPair; readonly heads: HeadDifferences[] }[]> {
  await text.tower.prepare([PATTERNS]);
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const batch = pairs.slice(first, first + PAIRS_AT_ONCE);
    const sentences = batch.flatMap((pair) => [pair.negated.sentence, pair.affirmative.sentence]);
    const { cache } = await text.runWithCache(sentences, [PATTERNS], changes);
    yield batch.map((pair, i) => ({
      pair,
      heads: headsOf(text, pair, [0, 1].map((k) => (hook: string) => cache.row(hook, 2 * i + k))),
    }));
  }
}

function headsOf(
  text: TextTower,
  pair: AlignedPair,
  runs: readonly ((hook: string) => Tensor)[],
): HeadDifferences[] {
  const { tower: { shape }, family: { causal } } = text;
  const { negator, alignment, affirmative: { ids } } = pair;
  const twin = alignment[negator];
  const sources = ids.map((_, position) => alignment.indexOf(position));
  return Array.from({ length: shape.layers * shape.heads }, (_, place) => {
    const hook = PATTERNS.replace("*", `${Math.floor(place / shape.heads)}`);
    const [negated, affirmative] = runs.map((values) => values(hook).row(place % shape.heads)) as [
      Tensor,
      Tensor,
    ];
    const byQuery = alignment.map((target, query) => {
      if (causal && query < negator) return 0;
      const other = target === undefined || twin === undefined ? 0 : affirmative.at(target, twin);
      return negated.at(query, negator) - other;
    });
    const swapped = twin === undefined ? undefined : largestOf(
      sources.flatMap((source, query) =>
        query > twin || !causal && query < twin
          ? [affirmative.at(query, twin) - (source < 0 ? 0 : negated.at(source, negator))]
          : []
      ),
    );
    return headDifferences(text, pair, { place, byQuery, swapped });
  });
}

/** The differences of the head at a place in the order layer, head. */
function headDifferences(
  { tower: { shape: { heads } }, family: { causal } }: TextTower,
  { negator }: AlignedPair,
  { place, byQuery, swapped }: Pick<HeadDifferences, "byQuery" | "swapped"> & {
    readonly place: number;
  },
): HeadDifferences {
  const others = byQuery.filter((_, query) => query > negator || !causal && query < negator);
  const [layer, head] = [Math.floor(place / heads) + 1, place % heads + 1];
  return { layer, head, byQuery, largest: largestOf(others), swapped };
}

function largestOf(differences: readonly number[]): number {
  return differences.reduce((max, x) => Math.max(max, x), -Infinity);
}

/** A row's difference for one role: the largest over the role's tokens, or 0 if the row has none. */
export function differenceByRole(
  { roles }: Pick<AlignedPair, "roles">,
  { byQuery }: HeadDifferences,
  role: Role,
): number {
  const values = byQuery.filter((_, position) => roles[position] === role);
  return values.length === 0 ? 0 : Math.max(...values);
}

/**
 * Compares the heads of every row's two sentences. Returns the heads of each sentence pair, in the order layer, head. Kept are, by row id, the
 * differences in the order layer, head, query; after those of a head stands the largest with the sentences exchanged, if there is one.
 */
export async function attendRows(
  text: TextTower,
  rows: readonly AlignedRow[],
  { kept, progress }: { readonly kept?: KeptRows; readonly progress?: Progress } = {},
): Promise<ReadonlyMap<AlignedPair, readonly HeadDifferences[]>> {
  const rowsOfPair = Map.groupBy(rows, ({ aligned }) => aligned);
  const heads = new Map<AlignedPair, readonly HeadDifferences[]>();
  for (const [pair, sharing] of rowsOfPair) {
    const known = sharing.map((row) => readHeads(text, pair, kept?.get(row.pair.id)));
    if (known.every((values) => values !== undefined)) heads.set(pair, known[0]!);
  }
  const unfinished = [...rowsOfPair.keys()].filter((pair) => !heads.has(pair));
  for await (const batch of attendBatches(text, unfinished)) {
    for (const { pair, heads: made } of batch) {
      heads.set(pair, made);
      const values = made.flatMap(({ byQuery, swapped }) => [...byQuery, swapped ?? []].flat());
      for (const row of rowsOfPair.get(pair)!) await kept?.keep(row.pair.id, values);
    }
    progress?.(heads.size, rowsOfPair.size);
  }
  return heads;
}

/** The heads in kept numbers; undefined if their count does not fit the pair. */
function readHeads(
  text: TextTower,
  pair: AlignedPair,
  values: readonly number[] | undefined,
): HeadDifferences[] | undefined {
  const { alignment, alignment: { length }, negator } = pair;
  const { layers, heads } = text.tower.shape;
  const size = length + (alignment[negator] === undefined ? 0 : 1);
  if (values?.length !== layers * heads * size) return undefined;
  return Array.from({ length: layers * heads }, (_, place) => {
    const ofHead = values.slice(place * size, (place + 1) * size);
    const differences = { byQuery: ofHead.slice(0, length), swapped: ofHead[length] };
    return headDifferences(text, pair, { place, ...differences });
  });
}
