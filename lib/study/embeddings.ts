/** The embeddings of a study, given by the user, taken from the cache or an unfinished run, or else computed. */

import { checkEmbedding } from "../engine/run/tower.ts";
import type { RunOptions } from "../engine/run/hooked_run.ts";
import { type Box, boxOf } from "../reading/picture.ts";
import type { ImageTower } from "../model/image/image_tower.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { firstOfEachImage, type Pair } from "../data/pairs.ts";
import type { KeptRows } from "./rows/once_per_group.ts";
import { editedPart } from "../edits/edit.ts";
import { freeMemory } from "../onnx/runtime.ts";
import { NegscopeError } from "../errors/errors.ts";
import type { EmbeddingOrigin, EmbeddingOrigins } from "../reading/path.ts";
import { sha256Text } from "../reading/sha256.ts";
import {
  imagesNotGiven,
  imageTowerReplaced,
  MADE_ROWS,
  type StudyInputs,
} from "./choice/inputs.ts";
import { errorOfImages, unchangedImages } from "./rows/left_out.ts";
import { inTurns } from "../stats/steps.ts";
import { Once, saidOnce, type StudyTowers } from "./study_source.ts";
import { evaluateSteps, type RowScores, type Segment } from "./rows/score_rows.ts";

/** Embeddings of unit length by sentence or by image name. */
export type Embeddings = ReadonlyMap<string, Float32Array>;

/** Called with the number of items done. */
export type Progress = (done: number, total: number) => void;

/** Reads the image of a pair, so that experiments need not know the folder. */
export type ImageReader = (pair: Pair) => Promise<Uint8Array>;

/** Sentences that are run together: a hundred thousand would be tokenised without a pause, and held in memory twice. */
const SENTENCES_AT_ONCE = 4096;

const IMAGES_AT_ONCE = 16;

export function embedSentences(text: TextTower, pairs: readonly Pair[]): Promise<Embeddings> {
  return embedTexts(text, sentencesOf(pairs));
}

function sentencesOf(pairs: readonly Pair[]): Set<string> {
  return new Set(pairs.flatMap(({ caption, foil }) => [caption, foil]));
}

export async function embedTexts(
  text: TextTower,
  distinct: ReadonlySet<string>,
  options: Pick<RunOptions, "unnormalised"> = {},
): Promise<Embeddings> {
  const sentences = [...distinct];
  const embeddings = new Map<string, Float32Array>();
  const isEdited = ["weights", "activations"].includes(`${editedPart(text.edit)}`);
  const from = { file: text.tower.path, edit: isEdited ? text.edit!.name : undefined };
  for (let first = 0; first < sentences.length; first += SENTENCES_AT_ONCE) {
    const some = sentences.slice(first, first + SENTENCES_AT_ONCE);
    const made = await text.run(some, options);
    some.forEach((sentence, row) => {
      const { data } = made.row(row);
      checkEmbedding(data, { ...from, input: sentence });
      embeddings.set(sentence, data);
    });
  }
  return embeddings;
}

/** What an image is embedded for: the pair that shows it, or a picture of a benchmark. */
interface Pictured {
  /** What the embedding is found by: the image's name or, of a part of an image, any text that tells it from others. */
  readonly image: string;
  readonly box?: Box | undefined;
}

/** Embeds the images of all pairs, and keeps each batch. Returns embeddings by image name. */
export async function embedImages<Item extends Pictured = Pair>(
  image: ImageTower,
  pairs: readonly Item[],
  { read, progress, kept, unnormalised }:
    & Pick<EmbeddingOptions, "kept" | "progress">
    & Pick<RunOptions, "unnormalised">
    & { readonly read: (item: Item) => Promise<Uint8Array> },
): Promise<Embeddings> {
  const all = firstOfEachImage(pairs);
  const embeddings = new Map<string, Float32Array>();
  const firsts = [...all.values()];
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
    const batch = await image.run(pixels, { ...unnormalised && { unnormalised } });
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

/** Where image embeddings are kept, and how progress is reported. */
export interface EmbeddingOptions {
  /** Embeddings by image name that an unfinished run has kept, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of images done. */
  readonly progress?: Progress | undefined;
  /** Called with each message for the user. */
  readonly say?: ((line: string) => void) | undefined;
}

export interface KnownOptions {
  /** Opens the embeddings of a tower that are kept from run to run; of one with random weights if a seed is given. @default {none are kept} */
  readonly openCache?:
    | ((tower: "text" | "image", size: number, randomWeights?: number) => Promise<KeptStore>)
    | undefined;
  /** The SHA-256 of each image by name, which finds its embedding in the cache and tells whether it has changed. @default {not known} */
  readonly checksums?: ReadonlyMap<string, string> | undefined;
  /** Embeddings by image name that another study of the same image tower has computed. @default {none} */
  readonly images?: Embeddings | undefined;
  /** The segment that each row counts in, by its id, whatever its d. @default {that of its d} */
  readonly segments?: ReadonlyMap<string, Segment> | undefined;
}

interface StudyEmbeddings {
  readonly embeddings: Embeddings;
  readonly origin?: EmbeddingOrigin;
}

/** What the embedding of an image, or of a part of it, is kept by from run to run. */
export function pictureSum(sha256: string, box: Box | undefined): string {
  return box === undefined ? sha256 : sha256Text(`${sha256} ${box.join(" ")}`);
}

/**
 * Embeds images or sentences by their names; embeddings that other runs, an unfinished run or another study have made are taken from there. If
 * the cache cannot be used, that is said, and nothing is kept.
 */
export async function embedKept(
  tower: "text" | "image",
  names: ReadonlySet<string>,
  embed: (unknown: ReadonlySet<string>) => Promise<Embeddings>,
  { size, keyOf, openCache, say, kept, images }: KnownOptions & EmbeddingOptions & {
    readonly size: number;
    /** What an embedding is kept by from run to run: a SHA-256. */
    readonly keyOf: (name: string) => string;
  },
): Promise<StudyEmbeddings> {
  const cache = await openCache?.(tower, size).catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    say?.(`Embeddings are not kept for other runs: ${error.message}`);
  }) ?? undefined;
  if (cache?.refused !== undefined) {
    say?.(
      `"${cache.refused}" is not used: it cannot be read or is damaged; embeddings are computed again`,
    );
  }
  const known = new Map<string, Float32Array>();
  let [cached, resumed] = [0, 0];
  for (const name of names) {
    const vector = cache?.get(keyOf(name));
    if (vector !== undefined) cached++;
    const shared = images?.get(name) ?? (vector && Float32Array.from(vector));
    const own = kept?.get(name);
    if (shared !== undefined) known.set(name, shared);
    else if (own?.length === size) {
      resumed++;
      known.set(name, Float32Array.from(own));
    }
  }
  const made = await embed(new Set([...names].filter((name) => !known.has(name))));
  const embeddings = new Map([...names].map((name) => [name, known.get(name) ?? made.get(name)!]));
  for (const [name, embedding] of embeddings) cache?.add(keyOf(name), embedding);
  const failure = await cache?.save();
  if (failure !== undefined) say?.(`Embeddings are not kept for other runs: ${failure.message}`);
  const computed = embeddings.size - cached - resumed;
  return { embeddings, origin: { cached, computed, ...resumed > 0 && { resumed } } };
}

export interface KeptStore {
  /** The file, if there is one that cannot be used: it is damaged. */
  readonly refused: string | undefined;
  /** A vector by the SHA-256, in hexadecimal, of what it is of. */
  get(key: string): Float32Array | undefined;
  add(key: string, vector: Float32Array): void;
  /** Keeps the added vectors, all or none of them. Returns the error if they could not be kept, which does not end a run. */
  save(): Promise<Error | undefined>;
}

/** Embeds and scores rows when it is first asked for. */
export class EmbeddedRows {
  readonly #inputs: StudyInputs;
  readonly #towers: StudyTowers;
  readonly #known: KnownOptions;
  /** What has been said: what holds for one tower's embeddings often holds for the other's. */
  readonly #said = new Set<string>();
  #origins: EmbeddingOrigins | undefined;
  readonly #images = new Once<Embeddings>();
  readonly #scores = new Once<RowScores>();

  /** Embeds nothing yet. */
  constructor(inputs: StudyInputs, towers: StudyTowers, known: KnownOptions) {
    this.#inputs = inputs;
    this.#towers = towers;
    this.#known = known;
  }

  /** Where the embeddings that were needed so far came from; undefined if none were, or all were made elsewhere. */
  get origins(): EmbeddingOrigins | undefined {
    return this.#origins;
  }

  /**
   * The image tower.
   *
   * @throws {NegscopeError} If it cannot be loaded, the model was freed, or image embeddings made elsewhere stand in for it.
   */
  async imageTower(): Promise<ImageTower> {
    const { embeddings } = this.#inputs;
    if (embeddings !== undefined) throw imageTowerReplaced(embeddings.path);
    return await this.#towers.image();
  }

  /**
   * Embeds all images, at the first call. Returns embeddings by image name.
   *
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  images(options: EmbeddingOptions = {}): Promise<Embeddings> {
    return this.#images.get(async () => {
      this.#towers.checkHeld("image");
      return this.#noted("image", await this.#embedImages(this.#with(options)));
    });
  }

  async #embedImages(how: KnownOptions & EmbeddingOptions): Promise<StudyEmbeddings> {
    const { embeddings: given, pairs, dataPath: source = MADE_ROWS } = this.#inputs;
    if (given !== undefined) {
      return { embeddings: new Map(pairs.map(({ image }) => [image, given.vectors.get(image)!])) };
    }
    const readImage = unchangedImages(this.#inputs, how.checksums);
    if (readImage === undefined) throw imagesNotGiven(source);
    const read: ImageReader = ({ image }) => readImage(image);
    const decode = async (bytes: Uint8Array, { name }: { readonly name: string }) =>
      await (await this.imageTower()).pixels(bytes, name);
    const embed = async (unknown: ReadonlySet<string>) => {
      if (unknown.size === 0) return new Map<string, Float32Array>();
      const some = pairs.filter(({ image }) => unknown.has(image));
      return await embedImages(await this.imageTower(), some, { ...how, read })
        .catch(async (error: unknown) => {
          throw await errorOfImages(error, { read, decode, pairs, source });
        });
    };
    return await embedKept("image", new Set(pairs.map(({ image }) => image)), embed, {
      ...how,
      size: this.#towers.clip.config.projection,
      keyOf: (name) => pictureSum(how.checksums?.get(name) as string, boxOf(name)),
    });
  }

  /**
   * Embeds and scores all rows, at the first call.
   *
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  scores(options: EmbeddingOptions = {}): Promise<RowScores> {
    return this.#scores.get(async () => {
      this.#towers.checkHeld("text");
      const images = await this.images(options);
      const { text, config } = this.#towers.clip;
      const own = sentencesOf(this.#inputs.pairs);
      const sentencesToEmbed = text.rule?.withPrompts(own) ?? own;
      const made = await embedKept("text", sentencesToEmbed, (some) => embedTexts(text, some), {
        ...{ ...this.#with(options), kept: undefined, images: undefined },
        ...{ size: config.text.projection, keyOf: sha256Text },
      });
      const sentences = this.#noted("text", made);
      const steps = evaluateSteps(text, this.#inputs.pairs, { sentences, images });
      const { rows } = await inTurns(steps);
      const { segments } = this.#known;
      const scores = segments === undefined
        ? rows
        : rows.map((row) => ({ ...row, segment: segments.get(row.id) ?? row.segment }));
      return { scores, images, sentences };
    });
  }

  #with(options: EmbeddingOptions): KnownOptions & EmbeddingOptions {
    return { ...this.#known, ...options, say: saidOnce(options.say, this.#said) };
  }

  #noted(tower: keyof EmbeddingOrigins, { embeddings, origin }: StudyEmbeddings): Embeddings {
    if (origin !== undefined) this.#origins = { ...this.#origins, [tower]: origin };
    return embeddings;
  }
}
