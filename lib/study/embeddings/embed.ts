/** Embeddings of the sentences and images of a list of pairs, each computed once. */

import { checkEmbedding } from "../../engine/run/tower.ts";
import type { RunOptions } from "../../engine/run/hooked_run.ts";
import type { Box } from "../../reading/picture.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { firstOfEachImage, type Pair } from "../../data/pairs.ts";
import type { KeptRows } from "../rows/once_per_group.ts";
import { freeMemory } from "../../onnx/runtime.ts";

/** Embeddings of unit length by sentence or by image name. */
export type Embeddings = ReadonlyMap<string, Float32Array>;

/** Called with the number of items done. */
export type Progress = (done: number, total: number) => void;

/** Reads the image of a pair, so that experiments need not know the folder. */
export type ImageReader = (pair: Pair) => Promise<Uint8Array>;

/** Sentences that are run together: a hundred thousand would be tokenised without a pause, and held in memory twice. */
const SENTENCES_AT_ONCE = 4096;

const IMAGES_AT_ONCE = 16;

interface EmbedSentencesOptions extends Pick<RunOptions, "unnormalised"> {
  readonly known?: (sentence: string) => Float32Array | undefined;
}

export function sentencesOf(pairs: readonly Pair[]): Set<string> {
  return new Set(pairs.flatMap(({ caption, foil }) => [caption, foil]));
}

export async function embedSentences(
  text: TextTower,
  pairs: readonly Pair[],
  options: EmbedSentencesOptions = {},
): Promise<Embeddings> {
  return await embedTexts(text, sentencesOf(pairs), options);
}

export async function embedTexts(
  text: TextTower,
  distinct: ReadonlySet<string>,
  { known = () => undefined, ...options }: EmbedSentencesOptions = {},
): Promise<Embeddings> {
  const sentences = [...distinct];
  const embeddings = new Map(sentences.map((sentence) => [sentence, known(sentence)]));
  const unknown = sentences.filter((sentence) => embeddings.get(sentence) === undefined);
  for (let first = 0; first < unknown.length; first += SENTENCES_AT_ONCE) {
    const some = unknown.slice(first, first + SENTENCES_AT_ONCE);
    const made = await text.run(some, options);
    const isEdited = text.editedPart === "weights" || text.editedPart === "activations";
    const from = { file: text.tower.path, edit: isEdited ? text.edit!.name : undefined };
    some.forEach((sentence, row) => {
      const { data } = made.row(row);
      checkEmbedding(data, { ...from, input: sentence });
      embeddings.set(sentence, data);
    });
  }
  return new Map(sentences.map((sentence) => [sentence, embeddings.get(sentence)!]));
}

/** What an image is embedded for: the pair that shows it, or a picture of a benchmark. */
interface Pictured {
  /** What the embedding is found by: the image's name or, of a part of an image, any text that tells it from others. */
  readonly image: string;
  /** The part of it that is looked at. @default {all of it} */
  readonly box?: Box | undefined;
}

export interface EmbedImagesOptions<Item extends Pictured = Pair>
  extends Pick<RunOptions, "unnormalised"> {
  readonly read: (item: Item) => Promise<Uint8Array>;
  readonly progress?: Progress | undefined;
  /** Known embeddings by image name, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
}

/** Embeds the images of all pairs. Returns embeddings by image name. */
export async function embedImages<Item extends Pictured = Pair>(
  image: ImageTower,
  pairs: readonly Item[],
  { read, progress, kept, ...options }: EmbedImagesOptions<Item>,
): Promise<Embeddings> {
  const all = firstOfEachImage(pairs);
  const embeddings = new Map<string, Float32Array>();
  for (const name of all.keys()) {
    const known = kept?.get(name);
    if (known?.length === image.tower.shape.projection) {
      embeddings.set(name, Float32Array.from(known));
    }
  }
  const firsts = [...all.values()].filter((pair) => !embeddings.has(pair.image));
  const decode = (from: number) =>
    Promise.allSettled( // all have settled when the first failure is thrown
      firsts.slice(from, from + IMAGES_AT_ONCE)
        .map(async (item) => await image.pixels(await read(item), item.image, item.box)),
    );
  image.expectImages(firsts.length);
  let next = decode(0);
  for (let from = 0; from < firsts.length; from += IMAGES_AT_ONCE) {
    const pixels = (await next).map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
    next = decode(from + IMAGES_AT_ONCE); // the next images decode while these run
    const batch = await image.run(pixels, options);
    pixels.forEach(({ data }) => freeMemory(data));
    for (const i of pixels.keys()) {
      const name = firsts[from + i]!.image;
      const { data } = batch.row(i);
      checkEmbedding(data, { file: image.tower.path, input: name });
      embeddings.set(name, data);
      await kept?.keep(name, data);
    }
    progress?.(embeddings.size, all.size);
  }
  return embeddings;
}
