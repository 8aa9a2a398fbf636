/** What experiments measure: a model, rows of data, and what is computed once of both. */

import type { Pair, Protocol } from "../data/pairs.ts";
import { NegscopeError } from "../errors.ts";
import { sha256Text } from "../files/sha256.ts";
import { Clip } from "../model/clip.ts";
import type { ClipConfig } from "../model/sizes.ts";
import type { ImageTower } from "../model/image/image_tower.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { RUNTIME_VERSION } from "../onnx/runtime/session.ts";
import { VERSION } from "../version.ts";
import { type Checksums, onnxChoice } from "./checksums.ts";
import { type Embeddings, embedImages, embedSentences, type Progress } from "./embed.ts";
import type { CachedEmbeddings, EmbeddingCache } from "./embedding_cache.ts";
import type { StudyInputs } from "./inputs.ts";
import type { KeptRows } from "./kept_rows.ts";
import { type AlignedPair, type PreparedPairs, preparePairs } from "./prepare.ts";
import { evaluatePairs, type EvaluateRow } from "./score_rows.ts";

/** A row of the data with its aligned sentences. */
export interface AlignedRow {
  /** The row. */
  readonly pair: Pair;
  /** Its sentences, the same object for all rows that share them. */
  readonly aligned: AlignedPair;
}

/** A row with its scores. */
export interface ScoredRow extends AlignedRow {
  /** Its line of evaluate.csv. */
  readonly scores: EvaluateRow;
}

/** All rows with what they were scored by. */
export interface ScoredRows {
  /** The rows in their order. */
  readonly rows: readonly ScoredRow[];
  /** Embeddings of the images by name. */
  readonly images: Embeddings;
  /** Embeddings of the sentences. */
  readonly sentences: Embeddings;
}

/** What happens while images are embedded. */
export interface EmbeddingOptions {
  /** Embeddings by image name that an unfinished run has kept, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of images done. */
  readonly progress?: Progress | undefined;
  /** Called with what a person should know. */
  readonly say?: ((line: string) => void) | undefined;
}

/** Where a subject's embeddings are kept, and what they are known by. */
export interface SubjectOptions {
  /** Checksums of the files, by which embeddings are found in the cache and images are known not to have changed. */
  readonly checksums?: Checksums | undefined;
  /** The cache. @default {none} */
  readonly cache?: EmbeddingCache | undefined;
}

/** A model with rows of data; scores and embeddings are computed once. */
export class Subject implements AsyncDisposable {
  /** The files that it was made from. */
  readonly inputs: StudyInputs;
  /** The model's sizes. */
  readonly config: ClipConfig;
  /** The text tower. */
  readonly text: TextTower;
  /** The rows' sentences, aligned. */
  readonly prepared: PreparedPairs;
  readonly #clip: Clip;
  readonly #options: SubjectOptions;
  #image: Promise<Clip> | undefined;
  #images: Promise<Embeddings> | undefined;
  #scored: Promise<ScoredRows> | undefined;

  private constructor(clip: Clip, inputs: StudyInputs, options: SubjectOptions) {
    this.#clip = clip;
    this.#options = options;
    this.inputs = inputs;
    this.config = clip.config;
    this.text = clip.text;
    this.prepared = preparePairs(clip.text, inputs.pairs, inputs);
  }

  /**
   * Loads the text tower and aligns the rows. The image tower is loaded when it is first needed.
   *
   * @param inputs The study's files.
   * @param options Where embeddings are kept.
   * @throws {NegscopeError} If the model cannot be loaded, or a pair cannot be aligned.
   */
  static async load(inputs: StudyInputs, options: SubjectOptions = {}): Promise<Subject> {
    const clip = await loadTower(inputs, "text");
    try {
      return new Subject(clip, inputs, options);
    } catch (error) {
      await clip.release();
      throw error;
    }
  }

  /** The rows of the data. */
  get pairs(): readonly Pair[] {
    return this.inputs.pairs;
  }

  /** How sentences are aligned. */
  get protocol(): Protocol {
    return this.inputs.protocol;
  }

  /** Whether the rows have images. */
  get hasImages(): boolean {
    return this.inputs.images !== undefined;
  }

  /** The distinct sentence pairs in the order of their first row. */
  get sentencePairs(): readonly AlignedPair[] {
    return this.prepared.distinct;
  }

  /** The rows with their sentences. */
  get rows(): readonly AlignedRow[] {
    const { distinct, indexOfRow } = this.prepared;
    return this.pairs.map((pair, row) => ({ pair, aligned: distinct[indexOfRow[row]!]! }));
  }

  /** The image tower, loaded at the first call. */
  async image(): Promise<ImageTower> {
    this.#image ??= loadTower(this.inputs, "image");
    this.#image.catch(() => this.#image = undefined); // what fails now may not fail later
    return (await this.#image).image;
  }

  /** Frees the image tower's memory; it is loaded again when it is needed again. */
  async releaseImage(): Promise<void> {
    const image = this.#image;
    this.#image = undefined;
    await image?.then((clip) => clip.release(), () => undefined); // a failure to load is that of image()
  }

  /**
   * Embeds all images, at the first call.
   *
   * @param options What happens on the way.
   * @returns Embeddings by image name.
   * @throws {NegscopeError} If there are no images, or one cannot be read or has changed.
   */
  embedImages(options: EmbeddingOptions = {}): Promise<Embeddings> {
    this.#images ??= this.#embedImages(options);
    this.#images.catch(() => this.#images = undefined); // what fails now may not fail later
    return this.#images;
  }

  /**
   * Embeds and scores all rows, at the first call.
   *
   * @param options What happens on the way.
   * @throws {NegscopeError} If there are no images, or one cannot be read or has changed.
   */
  score(options: EmbeddingOptions = {}): Promise<ScoredRows> {
    this.#scored ??= this.#scoreRows(options);
    this.#scored.catch(() => this.#scored = undefined);
    return this.#scored;
  }

  /** Reads the file of an image by its name in the data. */
  get readImage(): ((name: string) => Promise<Uint8Array>) | undefined {
    const { images } = this.inputs;
    return images && ((name) => images.read(this.pairs.find(({ image }) => image === name)!));
  }

  /** Frees the memory of both towers. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clip.release();
    await this.releaseImage();
  }

  async #scoreRows(options: EmbeddingOptions): Promise<ScoredRows> {
    const images = await this.embedImages(options);
    const sentences = await this.#embedSentences(options);
    const { rows } = evaluatePairs(this.text, this.pairs, { sentences, images });
    return {
      rows: this.rows.map((row, i) => ({ ...row, scores: rows[i]! })),
      images,
      sentences,
    };
  }

  async #embedImages({ kept, progress, say }: EmbeddingOptions): Promise<Embeddings> {
    const { images } = this.inputs;
    if (images === undefined) {
      throw new NegscopeError("images-not-given", {
        problem: "Cannot score the rows",
        reason: "the study has no images",
        fix: "open it with images, the folder that holds them",
      });
    }
    const { checksums } = this.#options;
    const size = this.config.vision.projection;
    const cached = await this.#openCache("image", size);
    const keyOf = (name: string) => checksums?.images.get(name);
    const embeddings = new Map<string, Float32Array | undefined>();
    for (const { image } of this.pairs) {
      const found = cached?.get(keyOf(image)!) ?? kept?.get(image);
      embeddings.set(image, found?.length === size ? Float32Array.from(found) : undefined);
    }
    const unknown = this.pairs.filter(({ image }) => embeddings.get(image) === undefined);
    const made = unknown.length === 0 ? [] : await embedImages(await this.image(), unknown, {
      ...{ kept, progress },
      read: async (pair) => {
        const bytes = await images.read(pair);
        const expected = keyOf(pair.image);
        if (expected !== undefined && sha256Text(bytes) !== expected) {
          throw new NegscopeError("image-changed", {
            problem: `Cannot use image "${pair.image}"`,
            subject: pair.image,
            reason: "its file has changed since the run began",
            fix: "run the same command again",
          });
        }
        return bytes;
      },
    });
    for (const [name, embedding] of made) {
      embeddings.set(name, embedding);
      cached?.add(keyOf(name)!, embedding);
    }
    await saveCache(cached, say);
    return new Map([...embeddings].map(([name, embedding]) => [name, embedding!]));
  }

  async #embedSentences({ say }: EmbeddingOptions): Promise<Embeddings> {
    const cached = await this.#openCache("text", this.config.text.projection);
    const embeddings = await embedSentences(this.text, this.pairs, {
      known: (sentence) => cached?.get(sha256Text(sentence)),
    });
    for (const [sentence, embedding] of embeddings) cached?.add(sha256Text(sentence), embedding);
    await saveCache(cached, say);
    return embeddings;
  }

  /** The embeddings of a tower in the cache, where there is one. */
  async #openCache(kind: "text" | "image", size: number): Promise<CachedEmbeddings | undefined> {
    const { cache, checksums } = this.#options;
    if (cache === undefined || checksums === undefined) return undefined;
    const files = checksums[kind].map(({ file, sha256 }) => `${sha256}  ${file}`);
    const releases = [VERSION, RUNTIME_VERSION, Deno.build.target];
    return await cache.open({ kind, from: [...releases, ...files] }, size);
  }
}

async function saveCache(
  cached: CachedEmbeddings | undefined,
  say: EmbeddingOptions["say"],
): Promise<void> {
  const failure = await cached?.save();
  if (failure !== undefined) say?.(`Embeddings are not kept for other runs: ${failure.message}`);
}

async function loadTower(
  { choice, modelFolder }: StudyInputs,
  tower: "text" | "image",
): Promise<Clip> {
  const threads = choice.threads ?? navigator.hardwareConcurrency;
  return await Clip.load(modelFolder, { towers: [tower], threads, ...onnxChoice(choice) });
}
