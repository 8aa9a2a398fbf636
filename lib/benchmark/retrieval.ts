/** A retrieval: the ranks of images among images and of captions among captions, without the matrix of all scores, and their tables. */

import { type Estimate, withoutBounds } from "../stats/estimate.ts";
import { clusterShare } from "../stats/share.ts";
import { mean, median } from "../stats/columns.ts";
import { fillTable, type RowOf, type Table } from "../tables/table.ts";
import type { CaptionedImage } from "./choice.ts";
import { type Direction, figureLines, type FIGURES, type Recall, RETRIEVAL } from "./tables.ts";
import { inTurns, type Steps } from "../stats/steps.ts";

type RetrievalRow = RowOf<typeof RETRIEVAL>;

/** A recall, or the median rank, of one direction. */
export interface RecallRow {
  readonly direction: Direction;
  readonly measure: Recall;
  readonly n: number;
  readonly ties: number;
  readonly value: Estimate;
  readonly first: number;
  readonly chance?: number;
  readonly random_weights: number | undefined;
}

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
    { rank, tied }: Rank,
  ): RetrievalRow => {
    const { item, place } = captions[caption]!;
    const { row, id, image } = item;
    const sentence = item.captions[place]!;
    return { direction, row, caption: place, id, image, sentence, rank, tied };
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

/** Recall and median rank of both directions; published scripts leave ties out of the rank. */
export function recallRows(
  rows: readonly RetrievalRow[],
  { imageOf, random, published = false }: {
    readonly imageOf: readonly number[];
    /** The rows of the model with random weights. @default {it did not run} */
    readonly random?: readonly RetrievalRow[] | undefined;
    readonly published?: boolean;
  },
): RecallRow[] {
  const directions = ["text_to_image", "image_to_text"] as const;
  const withoutTies = ({ rank, tied }: RetrievalRow) => rank - tied / 2;
  const ranksOf = (rows: readonly RetrievalRow[]) =>
    rows.map((row) => published ? withoutTies(row) : row.rank);
  return directions.flatMap((direction): RecallRow[] => {
    const inDirection = (row: RetrievalRow) => row.direction === direction;
    const found = rows.filter(inDirection);
    const clusters = found.map(({ image }) => image);
    const ranks = ranksOf(found);
    const firsts = found.map(withoutTies);
    const randoms = random && ranksOf(random.filter(inDirection));
    const shared = {
      ...{ direction, n: found.length },
      ties: found.filter(({ tied }) => tied > 0).length,
    };
    return [
      ...([1, 5, 10] as const).map((k) => ({
        ...shared,
        measure: `r${k}` as const,
        value: clusterShare(ranks.map((rank) => rank <= k), { clusters }),
        first: recall(firsts, k),
        chance: chanceOf(direction, imageOf, k),
        random_weights: randoms && recall(randoms, k),
      })),
      {
        ...shared,
        measure: "median",
        value: withoutBounds(median(ranks)),
        first: median(firsts)!,
        random_weights: randoms && median(randoms),
      },
    ];
  });
}

/** The recalls in benchmark.csv, one in each line. */
export function recallFigures(rows: readonly RecallRow[]): RowOf<typeof FIGURES>[] {
  return rows.flatMap(({ direction, n, measure, value, ties, ...others }) =>
    figureLines({ by: direction, group: "all", n }, {
      [measure]: value,
      ...Object.fromEntries(Object.entries(others).map(([name, of]) => [`${measure}_${name}`, of])),
      ...measure === "median" && { ties },
    })
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

/** Where the right item stands among all, ordered by score. */
interface Rank {
  /** 1, the number of items above it, and half the number of wrong items that share its score. */
  readonly rank: number;
  /** 1 and the number of items above it. */
  readonly first: number;
  /** How many wrong items share its score. */
  readonly tied: number;
  /** Which of the right items it is: the one with the largest score. */
  readonly item: number;
}

/** The embeddings of a retrieval, and which belong together. */
interface RetrievalInputs {
  readonly images: readonly ArrayLike<number>[];
  readonly captions: readonly ArrayLike<number>[];
  readonly imageOf: ArrayLike<number>;
  /** Whether scores are inner products in place of cosines. @default {false} */
  readonly unnormalised?: boolean | undefined;
}

/** Captions whose scores are computed together: their numbers stay in the processor's cache while all images pass. */
const BLOCK = 128;

/** Captions that share the reading of an image's numbers. */
const ABREAST = 4;

/**
 * Ranks the image of each caption among all images, and the best caption of each image among the captions of all other images. Memory grows
 * with the number of embeddings, not of scores.
 */
export async function retrievalRanks(
  inputs: RetrievalInputs,
  progress?: (done: number, total: number) => void,
): Promise<{ readonly ofImages: readonly Rank[]; readonly ofCaptions: readonly Rank[] }> {
  return await inTurns(rankSteps(inputs, progress));
}

function* rankSteps(
  { images, captions, imageOf, unnormalised = false }: RetrievalInputs,
  progress?: (done: number, total: number) => void,
): Steps<{ readonly ofImages: readonly Rank[]; readonly ofCaptions: readonly Rank[] }> {
  const rows = images.map((image) => Float64Array.from(image));
  const squares = (vectors: readonly ArrayLike<number>[]) =>
    Float64Array.from(vectors, (vector) => unnormalised ? 1 : squareOf(vector));
  const [imageSquares, captionSquares] = [squares(rows), squares(captions)];
  const score = (dot: number, image: number, caption: number) =>
    dot / Math.sqrt(captionSquares[caption]! * imageSquares[image]!);
  const scores = new Float64Array(BLOCK * rows.length);
  const own = new Float64Array(captions.length);
  const best = new Int32Array(rows.length).fill(-1);
  for (let caption = 0; caption < captions.length; caption++) {
    const image = imageOf[caption]!;
    let dot = 0;
    const [a, b] = [captions[caption]!, rows[image]!];
    for (let i = 0; i < b.length; i++) dot += a[i]! * b[i]!;
    own[caption] = score(dot, image, caption);
    if (best[image]! < 0 || own[caption]! > own[best[image]!]!) best[image] = caption;
  }
  const among = { images: new Counts(captions.length), captions: new Counts(rows.length) };
  for (let from = 0; from < captions.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, captions.length);
    dots(rows, captions.slice(from, to).map((vector) => Float64Array.from(vector)), scores);
    for (let caption = from; caption < to; caption++) {
      const first = (caption - from) * rows.length;
      for (let image = 0; image < rows.length; image++) {
        const value = score(scores[first + image]!, image, caption);
        among.images.add(caption, value, own[caption]!);
        const isRival = imageOf[caption] !== image || caption === best[image];
        if (isRival && best[image]! >= 0) among.captions.add(image, value, own[best[image]!]!);
      }
    }
    progress?.(to, captions.length);
    yield;
  }
  return {
    ofImages: Array.from(own, (_, caption) => among.images.rank(caption, imageOf[caption]!)),
    ofCaptions: rows.map((_, image) => among.captions.rank(image, best[image]!)),
  };
}

/** How many items are above the right one of each question, and how many share its score, itself among them. */
class Counts {
  readonly #above: Int32Array;
  readonly #same: Int32Array;

  constructor(questions: number) {
    this.#above = new Int32Array(questions);
    this.#same = new Int32Array(questions);
  }

  add(question: number, score: number, own: number): void {
    if (score > own) this.#above[question]!++;
    else if (score === own) this.#same[question]!++;
  }

  rank(question: number, item: number): Rank {
    const first = 1 + this.#above[question]!;
    const tied = this.#same[question]! - 1;
    return { rank: first + tied / 2, first, tied, item };
  }
}

/** The inner products of each caption with all images, each summed in the order of the numbers, as alone. */
function dots(
  images: readonly Float64Array[],
  captions: readonly Float64Array[],
  into: Float64Array,
): void {
  const none = new Float64Array(images[0]?.length ?? 0);
  const sums = new Float64Array(2 * ABREAST);
  for (let from = 0; from < captions.length; from += ABREAST) {
    const abreast = Array.from({ length: ABREAST }, (_, i) => captions[from + i] ?? none);
    for (let image = 0; image < images.length; image += 2) {
      sumsOf(abreast, [images[image]!, images[image + 1] ?? none], sums);
      for (let i = 0; i < ABREAST && from + i < captions.length; i++) {
        const first = (from + i) * images.length + image;
        into[first] = sums[2 * i]!;
        if (image + 1 < images.length) into[first + 1] = sums[2 * i + 1]!;
      }
    }
  }
}

/** The inner products of four vectors with two, all at once: the processor then reads each number for several of them. */
function sumsOf(
  abreast: readonly Float64Array[],
  [x, y]: readonly [Float64Array, Float64Array],
  sums: Float64Array,
): void {
  const [a, b, c, d] = abreast as [Float64Array, Float64Array, Float64Array, Float64Array];
  let [ax, ay, bx, by, cx, cy, dx, dy] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const p = x[i]!;
    const q = y[i]!;
    ax += a[i]! * p;
    ay += a[i]! * q;
    bx += b[i]! * p;
    by += b[i]! * q;
    cx += c[i]! * p;
    cy += c[i]! * q;
    dx += d[i]! * p;
    dy += d[i]! * q;
  }
  sums[0] = ax;
  sums[1] = ay;
  sums[2] = bx;
  sums[3] = by;
  sums[4] = cx;
  sums[5] = cy;
  sums[6] = dx;
  sums[7] = dy;
}

function squareOf(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return sum;
}
