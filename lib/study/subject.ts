/** What experiments measure: a model, rows of data, and what is computed once from both. */

import { unchangedImage } from "../data/unchanged_image.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../data/pairs.ts";
import { towerReleased } from "../engine/tower_released.ts";
import type { EmbeddingOrigins, TakenTower } from "../reading/sources.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { ClipConfig } from "../model/sizes.ts";
import type { ImageTower } from "../model/image/image_tower.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import type { Embeddings } from "./embeddings/embed.ts";
import { EmbeddingLog } from "./embeddings/embedding_log.ts";
import { imageTowerReplaced, isScored, type StudyInputs } from "./choice/inputs.ts";
import { Once } from "./once.ts";
import { finish, inTurns } from "../stats/steps.ts";
import { checkLengths } from "./rows/row_lengths.ts";
import { type AlignedPair, type PreparedPairs, prepareSteps } from "./rows/prepare.ts";
import { type EvaluateRow, evaluateSteps, type ScoredPair } from "./rows/score_rows.ts";
import {
  type EmbeddingOptions,
  embedStudyImages,
  embedStudySentences,
  type KnownOptions,
} from "./embeddings/study_embeddings.ts";

export type { EmbeddingOptions } from "./embeddings/study_embeddings.ts";

/** A row of the data with its aligned sentences. */
export interface AlignedRow {
  /** The row. */
  readonly pair: Pair;
  /** Its sentences, the same object for all rows that share them. */
  readonly aligned: AlignedPair;
}

/** A row with its scores, as in evaluate.csv. */
export interface ScoredRow extends AlignedRow, ScoredPair {}

/** All rows, with the embeddings that they were scored with. */
export interface ScoredRows {
  /** The rows in their order. */
  readonly rows: readonly ScoredRow[];
  /** Embeddings of the images by name. */
  readonly images: Embeddings;
  /** Embeddings of the sentences. */
  readonly sentences: Embeddings;
}

/** The scores of all rows, without their alignment. */
export interface RowScores extends Omit<ScoredRows, "rows"> {
  /** The scores in the order of the rows. */
  readonly scores: readonly EvaluateRow[];
}

/** How a subject's model is loaded, and what is known of its embeddings. */
export interface SubjectOptions extends KnownOptions {
  /** Loads one tower of the model. */
  readonly load: (tower: "text" | "image") => Promise<ClipModel>;
  /**
   * Says where the towers in use are taken from.
   *
   * @param clip The model with its text tower.
   */
  readonly takenOf: (clip: ClipModel) => Promise<readonly TakenTower[]>;
}

/** A model with rows of data; scores and embeddings are computed once. */
export class Subject implements AsyncDisposable {
  /** The files that it was made from. */
  readonly inputs: StudyInputs;
  /** The model's sizes. */
  readonly config: ClipConfig;
  /** The text tower. */
  readonly text: TextTower;
  /** The files that the towers in use are taken from. */
  readonly taken: readonly TakenTower[];
  readonly #clip: ClipModel;
  readonly #options: SubjectOptions;
  readonly #log = new EmbeddingLog();
  readonly #image = new Once<ClipModel>();
  readonly #images = new Once<Embeddings>();
  readonly #scores = new Once<RowScores>();
  readonly #scored = new Once<ScoredRows>();
  #prepared: PreparedPairs | undefined;
  #released = false;

  private constructor(
    clip: ClipModel,
    inputs: StudyInputs,
    { prepared, taken }: {
      readonly prepared: PreparedPairs | undefined;
      readonly taken: readonly TakenTower[];
    },
    options: SubjectOptions,
  ) {
    this.#clip = clip;
    this.#options = options;
    this.inputs = inputs;
    this.config = clip.config;
    this.text = clip.text;
    this.taken = taken;
    this.#prepared = prepared;
  }

  /**
   * Loads the text tower and aligns the rows. The image tower is loaded when it is first needed.
   *
   * @param inputs The study's files.
   * @param options How its model is loaded, and what is known of its embeddings.
   * @throws {NegscopeError} If the model cannot be loaded, a sentence is longer than it reads, or a pair cannot be aligned.
   */
  static async load(inputs: StudyInputs, options: SubjectOptions): Promise<Subject> {
    const clip = await options.load("text");
    try {
      const prepared = inputs.aligned
        ? await inTurns(preparing(clip.text, inputs))
        : await checkLengths(clip.text, inputs.pairs, inputs.dataPath);
      const taken = await options.takenOf(clip);
      return new Subject(clip, inputs, { prepared, taken }, options);
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

  /** Whether the rows have images, or embeddings of them, and so scores. */
  get hasImages(): boolean {
    return isScored(this.inputs);
  }

  /**
   * The rows' sentences, aligned.
   *
   * @throws {NegscopeError} If pairs cannot be aligned, which is known from the beginning unless the experiment does not need it.
   */
  get prepared(): PreparedPairs {
    return this.#prepared ??= finish(preparing(this.text, this.inputs));
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

  /**
   * The rows of all shards with their sentences, for what is fitted to all rows before each shard measures its own.
   *
   * @throws {NegscopeError} If a row of another shard cannot be aligned.
   */
  async drawnRows(): Promise<readonly AlignedRow[]> {
    const { drawn } = this.inputs;
    if (drawn.length === this.pairs.length) return this.rows; // there are no shards
    const { distinct, indexOfRow } = await inTurns(
      preparing(this.text, { ...this.inputs, pairs: drawn }),
    );
    return drawn.map((pair, row) => ({ pair, aligned: distinct[indexOfRow[row]!]! }));
  }

  /**
   * The image tower, loaded at the first call.
   *
   * @throws {NegscopeError} If it cannot be loaded, the model was freed, or image embeddings made elsewhere stand in for it.
   */
  async image(): Promise<ImageTower> {
    const { embeddings } = this.inputs;
    if (embeddings !== undefined) throw imageTowerReplaced(embeddings.path);
    if (this.#released) throw towerReleased("image");
    return (await this.#image.get(() => this.#options.load("image"))).image;
  }

  /** Frees the image tower's memory; it is loaded again when needed. */
  async releaseImage(): Promise<void> {
    await this.#image.take()?.then((clip) => clip.release(), () => undefined); // image() reports a failure to load
  }

  /**
   * Embeds all images, at the first call.
   *
   * @param options Where image embeddings are kept, and how progress is reported.
   * @returns Embeddings by image name.
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  embedImages(options: EmbeddingOptions = {}): Promise<Embeddings> {
    return this.#images.get(async () => {
      if (this.#released) throw towerReleased("image");
      const tower = () => this.image();
      const size = this.config.projection;
      const how = { ...this.#options, ...options, say: this.#log.saying(options), tower, size };
      return this.#log.noted("image", await embedStudyImages(this.inputs, how));
    });
  }

  /**
   * Embeds and scores all rows, at the first call.
   *
   * @param options Where image embeddings are kept, and how progress is reported.
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  scores(options: EmbeddingOptions = {}): Promise<RowScores> {
    return this.#scores.get(async () => {
      if (this.#released) throw towerReleased("text");
      return await this.#scoreRows(options);
    });
  }

  /**
   * Embeds and scores all rows, at the first call, and gives each its aligned sentences.
   *
   * @param options Where image embeddings are kept, and how progress is reported.
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  score(options: EmbeddingOptions = {}): Promise<ScoredRows> {
    return this.#scored.get(async () => {
      const { scores, ...embeddings } = await this.scores(options);
      return { ...embeddings, rows: this.rows.map((row, i) => ({ ...row, scores: scores[i]! })) };
    });
  }

  /** Where the embeddings that were needed so far came from; undefined if none were, or all were made elsewhere. */
  get embedded(): EmbeddingOrigins | undefined {
    return this.#log.origins;
  }

  /** Reads the file of an image by its name in the data; refuses one that has changed since the run began. */
  get readImage(): ((name: string) => Promise<Uint8Array>) | undefined {
    const { images, pairs: rows } = this.inputs; // not the subject, whose memory is then free once it is released
    if (images === undefined) return undefined;
    const pairs = firstOfEachImage(rows);
    const checksums = this.#options.checksums;
    return async (name) =>
      await unchangedImage(name, await images.read(pairs.get(name)!), checksums?.get(name));
  }

  /** Frees the memory of both towers. Values that are already computed stay available. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#released = true;
    await this.#clip.release();
    await this.releaseImage();
  }

  async #scoreRows(options: EmbeddingOptions): Promise<RowScores> {
    const images = await this.embedImages(options);
    const made = await embedStudySentences(this.inputs, {
      ...{ ...this.#options, ...options, size: this.config.text.projection },
      say: this.#log.saying(options),
      tower: () => Promise.resolve(this.text),
    });
    const sentences = this.#log.noted("text", made);
    const { rows: scores } = await inTurns(
      evaluateSteps(this.text, this.pairs, { sentences, images }),
    );
    return { scores, images, sentences };
  }
}

/** The steps of aligning the rows. */
function preparing(text: TextTower, { pairs, protocol, dataPath: source }: StudyInputs) {
  return prepareSteps(text, pairs, { protocol, source });
}
