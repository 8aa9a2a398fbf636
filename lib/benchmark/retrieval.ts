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
  const { captions } = captionsOf(items);
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

/** All captions, with the place among the images of the one that each belongs to; rows that show the same image share one. */
export function captionsOf(
  items: readonly CaptionedImage[],
  fileOf: (image: string) => string = (image) => image,
) {
  const places = new Map<string, number>();
  const images: string[] = [];
  const captions = items.flatMap((item) => {
    const file = fileOf(item.image);
    if (!places.has(file)) places.set(file, images.push(item.image) - 1);
    return item.captions.map((_, place) => ({ item, image: places.get(file)!, place }));
  });
  return { images, captions };
}

/** retrieval_summary.csv; published scripts leave ties out of the rank. */
export function retrievalSummary(
  rows: readonly RetrievalRow[],
  { published = false }: { readonly published?: boolean } = {},
): Table<RetrievalSummaryRow> {
  const images = rows.filter(({ direction }) => direction === "image_to_text").length;
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
        chance_r1: 1 / images, // also of an image: the mean share of captions that are its own
      };
    }),
  );
}
