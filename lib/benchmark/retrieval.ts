/** The tables of a retrieval. */

import { withoutBounds } from "../stats/intervals/estimate.ts";
import { clusterShare } from "../stats/intervals/share.ts";
import { mean, median } from "../stats/quantile.ts";
import { fillTable, type RowOf, type Table } from "../tables/table.ts";
import type { CaptionedImage } from "./choice.ts";
import type { Rank } from "./ranks.ts";
import { type Direction, recallCells, RETRIEVAL, RETRIEVAL_SUMMARY } from "./tables.ts";

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
  { imageOf, random, published = false }: {
    readonly imageOf: readonly number[];
    /** The rows of the model with random weights. @default {it did not run} */
    readonly random?: readonly RetrievalRow[] | undefined;
    readonly published?: boolean;
  },
): Table<RetrievalSummaryRow> {
  const directions = ["text_to_image", "image_to_text"] as const;
  const ranksOf = (rows: readonly RetrievalRow[]) =>
    rows.map(({ rank, rank_first }) => published ? rank_first : rank);
  return fillTable(
    RETRIEVAL_SUMMARY,
    directions.flatMap((direction): RetrievalSummaryRow[] => {
      const inDirection = (row: RetrievalRow) => row.direction === direction;
      const found = rows.filter(inDirection);
      const clusters = found.map(({ image }) => image);
      const ranks = ranksOf(found);
      const firsts = found.map((row) => row.rank_first);
      const randoms = random && ranksOf(random.filter(inDirection));
      const shared = {
        n: found.length,
        ties: found.filter(({ tied }) => tied > 0).length,
      };
      return [
        ...([1, 5, 10] as const).map((k) => ({
          direction,
          measure: `r${k}` as const,
          ...shared,
          ...recallCells(clusterShare(ranks.map((rank) => rank <= k), { clusters })),
          first: recall(firsts, k),
          chance: chanceOf(direction, imageOf, k),
          random: randoms && recall(randoms, k),
        })),
        {
          direction,
          measure: "median" as const,
          ...shared,
          ...recallCells(withoutBounds(median(ranks))),
          first: median(firsts)!,
          chance: undefined,
          random: randoms && median(randoms),
        },
      ];
    }),
  );
}

function recall(ranks: readonly number[], k: number): number {
  return ranks.filter((rank) => rank <= k).length / ranks.length;
}

/**
 * The recall at k of captions or images in a random order. The best caption of an image has a rank above k if the first k of all captions are
 * of other images.
 */
function chanceOf(direction: Direction, imageOf: readonly number[], k: number): number {
  const captions = [...Map.groupBy(imageOf, (image) => image).values()].map(({ length }) => length);
  const images = captions.length;
  if (direction === "text_to_image" || k === 1) return Math.min(1, k / images); // 1: the mean share of captions that are an image's
  const missed = captions.map((right) => {
    let chance = 1;
    for (let i = 0; i < k; i++) {
      chance *= Math.max(0, imageOf.length - right - i) / Math.max(1, imageOf.length - i);
    }
    return chance;
  });
  return 1 - mean(missed)!;
}
