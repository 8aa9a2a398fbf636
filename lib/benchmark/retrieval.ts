/** A retrieval: the ranks of images among images and of captions among captions, without the matrix of all scores, and their tables. */

import { withoutBounds } from "../stats/estimate.ts";
import { clusterShare } from "../stats/share.ts";
import { innerProduct, mean, median } from "../stats/columns.ts";
import { fillTable, type RowOf, type Table } from "../tables/table.ts";
import type { CaptionedImage, Picture } from "./choice.ts";
import { type Direction, type Figure, figureLines, figuresOf, RETRIEVAL } from "./tables.ts";
import type { Steps } from "../stats/steps.ts";

type RetrievalRow = RowOf<typeof RETRIEVAL>;

/** retrieval.csv: captions in the order of the file, then images. */
export function retrievalTable(
  items: readonly CaptionedImage[],
  { ofImages, ofCaptions }: Ranks,
): Table<RetrievalRow> {
  const { captions } = captionsOf(items);
  const row = (direction: Direction, caption: number, { rank, tied }: Rank): RetrievalRow => {
    const { item, place } = captions[caption]!;
    const { row, id, pictures, sentences } = item;
    const shown = { image: pictures[0]!.image, sentence: sentences[place]! };
    return { direction, row, caption: place, id, ...shown, rank, tied };
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
    const [{ image }] = item.pictures as [Picture];
    const file = fileOf(image);
    if (!places.has(file)) places.set(file, images.push(image) - 1);
    return item.sentences.map((_, place) => ({ item, image: places.get(file)!, place }));
  });
  return { images, captions };
}

/** Recall and median rank of both directions; published scripts leave ties out of the rank. */
export function recallFigures(
  rows: readonly RetrievalRow[],
  { imageOf, random, published = false }: {
    readonly imageOf: readonly number[];
    /** The rows of the model with random weights. @default {it did not run} */
    readonly random?: readonly RetrievalRow[] | undefined;
    readonly published?: boolean;
  },
): Figure[] {
  const withoutTies = ({ rank, tied }: RetrievalRow) => rank - tied / 2;
  const ranksOf = (rows: readonly RetrievalRow[]) =>
    rows.map((row) => published ? withoutTies(row) : row.rank);
  return (["text_to_image", "image_to_text"] as const).flatMap((direction) => {
    const inDirection = (row: RetrievalRow) => row.direction === direction;
    const found = rows.filter(inDirection);
    const clusters = found.map(({ image }) => image);
    const ranks = ranksOf(found);
    const firsts = found.map(withoutTies);
    const randoms = random && ranksOf(random.filter(inDirection));
    const recalls = [1, 5, 10].map((k) =>
      figuresOf(`r${k}`, clusterShare(ranks.map((rank) => rank <= k), { clusters }), {
        first: recall(firsts, k),
        chance: chanceOf(direction, imageOf, k),
        random_weights: randoms && recall(randoms, k),
      })
    );
    const middle = figuresOf("median", withoutBounds(median(ranks)), {
      first: median(firsts),
      random_weights: randoms && median(randoms),
    });
    const ties = found.filter(({ tied }) => tied > 0).length;
    const figures = Object.assign({}, ...recalls, middle, { ties });
    return figureLines({ by: direction, group: "all", n: found.length }, figures);
  });
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
  const missed = captions.map((right) =>
    Array.from({ length: k }, (_, i) => Math.max(0, imageOf.length - right - i))
      .reduce((chance, left, i) => chance * (left / Math.max(1, imageOf.length - i)), 1)
  );
  return 1 - mean(missed)!;
}

/** Where the right item stands among all, ordered by score. */
interface Rank {
  /** 1, the number of items above it, and half the number of wrong items that share its score. */
  readonly rank: number;
  /** How many wrong items share its score. */
  readonly tied: number;
  /** Which of the right items it is: the one with the largest score. */
  readonly item: number;
}

interface Ranks {
  readonly ofImages: readonly Rank[];
  readonly ofCaptions: readonly Rank[];
}

/** Captions whose scores are computed together: their numbers stay in the processor's cache while all images pass. */
const BLOCK = 128;

/**
 * Ranks the image of each caption among all images, and the best caption of each image among the captions of all other images, in steps. Memory
 * grows with the number of embeddings, not of scores.
 */
export function* rankSteps(
  { images, captions, imageOf, unnormalised = false }: {
    readonly images: readonly ArrayLike<number>[];
    readonly captions: readonly ArrayLike<number>[];
    readonly imageOf: ArrayLike<number>;
    /** Whether scores are inner products in place of cosines. @default {false} */
    readonly unnormalised?: boolean;
  },
  progress?: (done: number, total: number) => void,
): Steps<Ranks> {
  const rows = images.map((image) => Float64Array.from(image));
  const squares = (vectors: readonly ArrayLike<number>[]) =>
    Float64Array.from(vectors, (vector) => unnormalised ? 1 : innerProduct(vector, vector));
  const [imageSquares, captionSquares] = [squares(rows), squares(captions)];
  const score = (dot: number, image: number, caption: number) =>
    dot / Math.sqrt(captionSquares[caption]! * imageSquares[image]!);
  const scores = new Float64Array(BLOCK * rows.length);
  const own = new Float64Array(captions.length);
  const best = new Int32Array(rows.length).fill(-1);
  for (let caption = 0; caption < captions.length; caption++) {
    const image = imageOf[caption]!;
    own[caption] = score(innerProduct(captions[caption]!, rows[image]!), image, caption);
    if (best[image]! < 0 || own[caption]! > own[best[image]!]!) best[image] = caption;
  }
  const among = { images: counts(captions.length), captions: counts(rows.length) };
  for (let from = 0; from < captions.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, captions.length);
    dots(rows, captions.slice(from, to).map((vector) => Float64Array.from(vector)), scores);
    for (let caption = from; caption < to; caption++) {
      const first = (caption - from) * rows.length;
      for (let image = 0; image < rows.length; image++) {
        const value = score(scores[first + image]!, image, caption);
        add(among.images, caption, value - own[caption]!);
        const isRival = imageOf[caption] !== image || caption === best[image];
        if (isRival && best[image]! >= 0) add(among.captions, image, value - own[best[image]!]!);
      }
    }
    progress?.(to, captions.length);
    yield;
  }
  return {
    ofImages: Array.from(own, (_, caption) => rankOf(among.images, caption, imageOf[caption]!)),
    ofCaptions: rows.map((_, image) => rankOf(among.captions, image, best[image]!)),
  };
}

/** How many items are above the right one of each question, and how many share its score, itself among them. */
interface Counts {
  readonly above: Int32Array;
  readonly same: Int32Array;
}

const counts = (n: number): Counts => ({ above: new Int32Array(n), same: new Int32Array(n) });

/** @param more How much higher an item scores than the right one. */
function add({ above, same }: Counts, question: number, more: number): void {
  if (more > 0) above[question]!++;
  else if (more === 0) same[question]!++;
}

function rankOf({ above, same }: Counts, question: number, item: number): Rank {
  const tied = same[question]! - 1;
  return { rank: 1 + above[question]! + tied / 2, tied, item };
}

/** The inner products of each caption with all images, each summed in the order of the numbers, as alone. */
function dots(
  images: readonly Float64Array[],
  captions: readonly Float64Array[],
  into: Float64Array,
): void {
  const length = captions[0]?.length ?? 0;
  const count = captions.length;
  const byNumber = Array.from(
    { length },
    (_, i) => Float64Array.from(captions, (caption) => caption[i]!),
  );
  const sums = new Float64Array(count);
  images.forEach((image, at) => {
    sums.fill(0);
    for (let i = 0; i < length; i += 2) {
      const [x, y = 0] = [image[i]!, image[i + 1]];
      const [a, b = a] = [byNumber[i]!, byNumber[i + 1]];
      for (let k = 0; k < count; k++) sums[k] = sums[k]! + x * a[k]! + y * b[k]!;
    }
    for (let k = 0; k < count; k++) into[k * images.length + at] = sums[k]!;
  });
}
