/** The embeddings and scores of a study's rows, each computed once. */

import type { EmbeddingOrigins } from "../../reading/path.ts";
import { inTurns } from "../../stats/steps.ts";
import { imageTowerReplaced, type StudyInputs } from "../choice/inputs.ts";
import { Once, saidOnce } from "../once.ts";
import { evaluateSteps, type Segment } from "../rows/score_rows.ts";
import type { RowScores } from "../rows/study_rows.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { StudyTowers } from "../towers.ts";
import type { Embeddings } from "./embed.ts";
import {
  type EmbeddingOptions,
  embedStudyImages,
  embedStudySentences,
  type KnownOptions,
  type StudyEmbeddings,
} from "./study_embeddings.ts";

export interface EmbeddedRowsOptions extends KnownOptions {
  /** The segment that each row counts in, by its id, whatever its d. @default {that of its d} */
  readonly segments?: ReadonlyMap<string, Segment> | undefined;
}

/** Embeds and scores rows when it is first asked for. */
export class EmbeddedRows {
  readonly #inputs: StudyInputs;
  readonly #towers: StudyTowers;
  readonly #known: EmbeddedRowsOptions;
  /** What has been said: what holds for one tower's embeddings often holds for the other's. */
  readonly #said = new Set<string>();
  #origins: EmbeddingOrigins | undefined;
  readonly #images = new Once<Embeddings>();
  readonly #scores = new Once<RowScores>();

  /**
   * Embeds nothing yet.
   *
   * @param inputs The study's files.
   * @param towers The towers of its model.
   * @param known What is known of its embeddings.
   */
  constructor(inputs: StudyInputs, towers: StudyTowers, known: EmbeddedRowsOptions) {
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
   * Embeds all images, at the first call.
   *
   * @param options Where image embeddings are kept, and how progress is reported.
   * @returns Embeddings by image name.
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  images(options: EmbeddingOptions = {}): Promise<Embeddings> {
    return this.#images.get(async () => {
      this.#towers.checkHeld("image");
      const made = await embedStudyImages(this.#inputs, {
        ...this.#known,
        ...options,
        say: saidOnce(options.say, this.#said),
        tower: () => this.imageTower(),
        size: this.#towers.clip.config.projection,
      });
      return this.#noted("image", made);
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
      this.#towers.checkHeld("text");
      const images = await this.images(options);
      const { text, config } = this.#towers.clip;
      const made = await embedStudySentences(this.#inputs, {
        ...this.#known,
        ...options,
        say: saidOnce(options.say, this.#said),
        tower: () => Promise.resolve(text),
        size: config.text.projection,
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

  #noted(tower: keyof EmbeddingOrigins, { embeddings, origin }: StudyEmbeddings): Embeddings {
    if (origin !== undefined) this.#origins = { ...this.#origins, [tower]: origin };
    return embeddings;
  }
}
