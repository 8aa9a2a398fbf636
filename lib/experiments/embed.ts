/** Embeddings of everything that a list of pairs names, each sentence and each image once. */

import type { ImageTower } from "../clip/image_tower.ts";
import type { TextTower } from "../clip/text_tower.ts";
import { firstOfEachImage, type Pair } from "../data/pairs.ts";

/** Embeddings of unit length by sentence or by image name. */
export type Embeddings = ReadonlyMap<string, Float32Array>;

/** Called with the number of items done. */
export type Progress = (done: number, total: number) => void;

/** Reads an image of a pair; the experiment knows no folder. */
export type ImageReader = (pair: Pair) => Promise<Uint8Array>;

/** Images that are decoded ahead and run together. */
const IMAGES_AT_ONCE = 16;

/**
 * Embeds the sentences of all pairs.
 *
 * @param text The text tower.
 * @param pairs The rows.
 */
export async function embedSentences(
  text: TextTower,
  pairs: readonly Pair[],
): Promise<Embeddings> {
  const sentences = [...new Set(pairs.flatMap(({ caption, foil }) => [caption, foil]))];
  const embeddings = await text.run(sentences);
  return new Map(sentences.map((sentence, row) => [sentence, embeddings.row(row).data]));
}

/**
 * Embeds the images of all pairs.
 *
 * @param image The image tower.
 * @param pairs The rows.
 * @param options Where the images come from, and what is told of the progress.
 */
export async function embedImages(
  image: ImageTower,
  pairs: readonly Pair[],
  { read, progress }: { readonly read: ImageReader; readonly progress?: Progress | undefined },
): Promise<Embeddings> {
  const firsts = [...firstOfEachImage(pairs).values()];
  const embeddings = new Map<string, Float32Array>();
  const decode = (from: number) =>
    Promise.allSettled( // all are at rest when the first failure is thrown
      firsts.slice(from, from + IMAGES_AT_ONCE)
        .map(async (pair) => await image.pixels(await read(pair), pair.image)),
    );
  let next = decode(0);
  for (let from = 0; from < firsts.length; from += IMAGES_AT_ONCE) {
    const pixels = (await next).map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
    next = decode(from + IMAGES_AT_ONCE); // the next images decode while these run
    const batch = await image.run(pixels);
    pixels.forEach((_, i) => embeddings.set(firsts[from + i]!.image, batch.row(i).data));
    progress?.(embeddings.size, firsts.length);
  }
  return embeddings;
}
