/** The tables of a retrieval. */

import { clusterShare } from "../stats/intervals/share.ts";
import { median } from "../stats/quantile.ts";
import { fillTable, type RowOf } from "../tables/schema.ts";
import type { Table } from "../tables/table.ts";
import type { CaptionedImage } from "./choice.ts";
import type { Rank } from "./ranks.ts";
import { type Direction, RECALLS, RETRIEVAL, RETRIEVAL_SUMMARY } from "./tables.ts";

export type RetrievalRow = RowOf<typeof RETRIEVAL>;
export type RetrievalSummaryRow = RowOf<typeof RETRIEVAL_SUMMARY>;

/** retrieval.csv: captions in the order of the file, then images. */
export function retrievalTable(
  items: readonly CaptionedImage[],
  { ofImages, ofCaptions }: {
    readonly ofImages: readonly Rank[];
    readonly ofCaptions: readonly Rank[];
  },
): Table<RetrievalRow> {
  const captions = captionsOf(items);
  const row = (
    direction: Direction,
    caption: number,
    { rank, first, tied }: Rank,
  ): RetrievalRow => {
    const { item, place } = captions[caption]!;
    const { row, id, image } = item;
    const sentence = item.captions[place]!;
    return { direction, row, caption: place, id, image, sentence, rank, rank_first: first, tied };
  };
  return fillTable(RETRIEVAL, [
    ...ofImages.map((rank, caption) => row("text_to_image", caption, rank)),
    ...ofCaptions.map((rank) => row("image_to_text", rank.item, rank)),
  ]);
}

/** All captions, with the image that each belongs to. */
export function captionsOf(
  items: readonly CaptionedImage[],
): { readonly item: CaptionedImage; readonly image: number; readonly place: number }[] {
  return items.flatMap((item, image) => item.captions.map((_, place) => ({ item, image, place })));
}

/** retrieval_summary.csv; published scripts leave ties out of the rank. */
export function retrievalSummary(
  rows: readonly RetrievalRow[],
  items: readonly CaptionedImage[],
  { published = false }: { readonly published?: boolean } = {},
): Table<RetrievalSummaryRow> {
  const captions = items.reduce((sum, item) => sum + item.captions.length, 0);
  const chance = {
    text_to_image: 1 / items.length,
    image_to_text: items.reduce((sum, item) => sum + item.captions.length / captions, 0) /
      items.length,
  };
  const directions = ["text_to_image", "image_to_text"] as const;
  return fillTable(
    RETRIEVAL_SUMMARY,
    directions.map((direction): RetrievalSummaryRow => {
      const own = rows.filter((row) => row.direction === direction);
      const clusters = own.map(({ image }) => image);
      const firsts = own.map((row) => row.rank_first);
      const ranks = published ? firsts : own.map(({ rank }) => rank);
      const at = (k: number) => clusterShare(ranks.map((rank) => rank <= k), { clusters });
      const firstAt = (k: number) => firsts.filter((rank) => rank <= k).length / own.length;
      return {
        direction,
        n: own.length,
        ...RECALLS.r1.cells(at(1)),
        ...RECALLS.r5.cells(at(5)),
        ...RECALLS.r10.cells(at(10)),
        median: median(ranks)!,
        r1_first: firstAt(1),
        r5_first: firstAt(5),
        r10_first: firstAt(10),
        median_first: median(firsts)!,
        ties: own.filter(({ tied }) => tied > 0).length,
        chance_r1: chance[direction],
      };
    }),
  );
}
