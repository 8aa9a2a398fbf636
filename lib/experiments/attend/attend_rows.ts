/** The attention of every row's sentences: each sentence pair is read once, and its rows are kept immediately. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Progress } from "../../study/embeddings/embed.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { AlignedRow } from "../../study/rows/study_rows.ts";
import { attendBatches, type HeadDifferences, headDifferences } from "./attend.ts";

export interface AttendRowsOptions {
  /**
   * Known differences by row id, in the order layer, head, query, and where new ones are kept. After those of a head stands the
   * largest with the sentences exchanged, if there is one.
   */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

/**
 * Compares the heads of every row's two sentences. Returns the heads of each sentence pair, in the order layer, head.
 */
export async function attendRows(
  text: TextTower,
  rows: readonly AlignedRow[],
  { kept, progress }: AttendRowsOptions = {},
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
  { tower: { shape: { layers, heads } }, family: { causal } }: TextTower,
  { alignment, negator }: AlignedPair,
  values: readonly number[] | undefined,
): HeadDifferences[] | undefined {
  const { length } = alignment;
  const size = length + (alignment[negator] === undefined ? 0 : 1);
  if (values?.length !== layers * heads * size) return undefined;
  return Array.from({ length: layers * heads }, (_, i) => {
    const ofHead = values.slice(i * size, (i + 1) * size);
    return headDifferences(ofHead.slice(0, length), {
      layer: Math.floor(i / heads) + 1,
      head: i % heads + 1,
      negator,
      causal,
      swapped: ofHead[length],
    });
  });
}
