/** The embeddings of a study, given by the user, taken from the cache or an unfinished run, or else computed. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import { type Box, boxOf } from "../../reading/picture.ts";
import type { EmbeddingOrigin } from "../../reading/path.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import {
  type Embeddings,
  embedImages,
  embedTexts,
  type ImageReader,
  type Progress,
  sentencesOf,
} from "./embed.ts";
import { MADE_ROWS, type StudyInputs } from "../choice/inputs.ts";
import { errorOfImages, unchangedImages } from "../rows/unreadable_images.ts";
import type { KeptRows } from "../rows/once_per_group.ts";

/** Where image embeddings are kept, and how progress is reported. */
export interface EmbeddingOptions {
  /** Embeddings by image name that an unfinished run has kept, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of images done. */
  readonly progress?: Progress | undefined;
  /** Called with each message for the user. */
  readonly say?: ((line: string) => void) | undefined;
}

/** What is known of embeddings from other runs, and of the images. */
export interface KnownOptions {
  /** Opens the embeddings that are kept from run to run. @default {none are kept} */
  readonly openCache?: OpenCache | undefined;
  /** The SHA-256 of each image by name, which finds its embedding in the cache and tells whether it has changed. @default {not known} */
  readonly checksums?: ReadonlyMap<string, string> | undefined;
  /** Embeddings by image name that another study of the same image tower has computed. @default {none} */
  readonly images?: Embeddings | undefined;
}

export interface StudyTower<Tower> extends KnownOptions, EmbeddingOptions {
  /** The tower; it is not loaded if nothing is to be embedded. */
  readonly tower: () => Promise<Tower>;
  readonly size: number;
}

export interface StudyEmbeddings {
  /** By sentence or by image name. */
  readonly embeddings: Embeddings;
  /** Absent if they were made elsewhere. */
  readonly origin?: EmbeddingOrigin;
}

/** Embeds all images of a study; embeddings made elsewhere are taken as they are. */
export async function embedStudyImages(
  inputs: StudyInputs,
  { tower, size, kept, progress, ...choice }: StudyTower<ImageTower>,
): Promise<StudyEmbeddings> {
  const { embeddings: given, pairs, dataPath: source = MADE_ROWS } = inputs;
  if (given !== undefined) {
    return { embeddings: new Map(pairs.map(({ image }) => [image, given.vectors.get(image)!])) };
  }
  const readImage = unchangedImages(inputs, choice.checksums);
  if (readImage === undefined) {
    throw new NegscopeError("images-not-given", {
      problem: "Cannot score the rows",
      reason: "the study has no images",
      fix: "open it with images, the folder that holds them, or with imageEmbeddings",
    });
  }
  const read: ImageReader = ({ image }) => readImage(image);
  const embed = async (some: readonly Pair[], options: EmbeddingOptions = {}) =>
    some.length === 0
      ? new Map<string, Float32Array>()
      : await embedImages(await tower(), some, { ...options, read })
        .catch(async (error: unknown) => {
          const decode = async (bytes: Uint8Array, { name }: { readonly name: string }) =>
            await (await tower()).pixels(bytes, name);
          throw await errorOfImages(error, { read, decode, pairs, source });
        });
  const keyOf = (name: string) => pictureSum(choice.checksums?.get(name) as string, boxOf(name));
  return await embedKeptImages(pairs, embed, { ...choice, kept, progress, size, keyOf });
}

/** What the embedding of an image, or of a part of it, is kept by from run to run. */
export function pictureSum(sha256: string, box: Box | undefined): string {
  return box === undefined ? sha256 : sha256Text(`${sha256} ${box.join(" ")}`);
}

/** Embeds images; embeddings that other runs, an unfinished run or another study have made are taken from there. */
export async function embedKeptImages<Item extends Pick<Pair, "image">>(
  pairs: readonly Item[],
  embed: (some: readonly Item[], options?: EmbeddingOptions) => Promise<Embeddings>,
  { size, keyOf, kept, progress, ...choice }: KnownOptions & EmbeddingOptions & {
    readonly size: number;
    /** What an image's embedding is kept by from run to run: a SHA-256. */
    readonly keyOf: (name: string) => string;
  },
): Promise<StudyEmbeddings> {
  const names = new Set(pairs.map(({ image }) => image));
  const known = await findKept("image", names, {
    ...choice,
    size,
    keyOf,
  });
  const embeddings = new Map<string, Float32Array>();
  let resumed = 0;
  for (const name of names) {
    const own = kept?.get(name);
    const shared = choice.images?.get(name) ?? known.found.get(name);
    const found = shared ?? (own?.length === size ? Float32Array.from(own) : undefined);
    if (found === undefined) continue;
    if (shared === undefined) resumed++;
    embeddings.set(name, found);
  }
  const unknown = pairs.filter(({ image }) => !embeddings.has(image));
  const made = await embed(unknown, { kept, progress });
  const all = new Map([...names].map((name) => [name, embeddings.get(name) ?? made.get(name)!]));
  return { embeddings: all, origin: await known.save(all, resumed) };
}

export async function embedStudySentences(
  { pairs }: StudyInputs,
  choice: StudyTower<TextTower>,
): Promise<StudyEmbeddings> {
  const { rule } = await choice.tower();
  const sentences = sentencesOf(pairs);
  return await embedKeptSentences(rule?.withPrompts(sentences) ?? sentences, choice);
}

/** Embeds sentences; embeddings that other runs have made are taken from there. */
export async function embedKeptSentences(
  sentences: ReadonlySet<string>,
  { tower, size, ...choice }: StudyTower<TextTower>,
): Promise<StudyEmbeddings> {
  const text = await tower();
  const known = await findKept("text", sentences, {
    ...choice,
    size,
    keyOf: sha256Text,
  });
  const embeddings = await embedTexts(text, sentences, {
    known: (sentence) => known.found.get(sentence),
  });
  return { embeddings, origin: await known.save(embeddings) };
}

export interface KeptEmbeddings {
  /** By what is embedded: a sentence, or an image's name. */
  readonly found: Embeddings;
  /**
   * Keeps the embeddings of a run for others; if they cannot be written, that is said. Returns where they came from.
   *
   * @param resumed How many of them an unfinished run had computed. @default {0}
   */
  readonly save: (embeddings: Embeddings, resumed?: number) => Promise<EmbeddingOrigin>;
}

/** Finds the kept embeddings of some items. If the cache cannot be used, that is said, and nothing is kept. */
export async function findKept(
  kind: "text" | "image",
  items: Iterable<string>,
  { openCache, say, size, keyOf }: {
    readonly openCache?: OpenCache | undefined;
    readonly say?: ((line: string) => void) | undefined;
    readonly size: number;
    readonly keyOf: (item: string) => string;
  },
): Promise<KeptEmbeddings> {
  const cache = await openCache?.(kind, size).catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    say?.(`Embeddings are not kept for other runs: ${error.message}`);
  }) ?? undefined;
  if (cache?.refused !== undefined) {
    say?.(
      `"${cache.refused}" is not used: it cannot be read or is damaged; embeddings are computed again`,
    );
  }
  const found = new Map<string, Float32Array>();
  for (const item of items) {
    const vector = cache?.get(keyOf(item));
    if (vector !== undefined) found.set(item, Float32Array.from(vector));
  }
  const save = async (embeddings: Embeddings, resumed = 0) => {
    for (const [item, embedding] of embeddings) cache?.add(keyOf(item), embedding);
    const failure = await cache?.save();
    if (failure !== undefined) {
      say?.(`Embeddings are not kept for other runs: ${failure.message}`);
    }
    const computed = embeddings.size - found.size - resumed;
    return { cached: found.size, computed, ...(resumed > 0 && { resumed }) };
  };
  return { found, save };
}

export interface KeptStore {
  /** The file, if there is one that cannot be used: it is damaged. */
  readonly refused: string | undefined;
  /**
   * A vector.
   *
   * @param key SHA-256 in hexadecimal of what it is of.
   */
  get(key: string): Float32Array | undefined;
  /** Adds a vector; {@linkcode KeptStore.save} keeps it. */
  add(key: string, vector: Float32Array): void;
  /**
   * Keeps the added vectors, all or none of them. Returns the error if they could not be kept, which does not end a run; otherwise
   * undefined.
   */
  save(): Promise<Error | undefined>;
}

/** Opens the kept embeddings of one tower, vectors of length 1; of one with random weights if a seed is given. */
export type OpenCache = (
  tower: "text" | "image",
  size: number,
  randomWeights?: number,
) => Promise<KeptStore>;
