/** One sentence of a row: its tokens, their roles, its activations and its score, with or without a change to the text tower. */

import { NegscopeError } from "../errors.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import { checkInterventions, checkOptions } from "../hooks/form.ts";
import type { Intervention } from "../hooks/interventions.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { placeInterventions } from "./placing.ts";
import { positionsOf, type SentencePlaces, type SentenceRoles, type Sources } from "./roles.ts";

/** What a sentence's run is changed by. */
export interface SentenceOptions {
  /**
   * Changes to activations. A place may be a role, which stands for its tokens in each sentence; `negator` is always the pair's negator.
   * A sentence without such a token stays as it is, and where no sentence has one, that is an error. A patch takes the same role of the
   * sentence that its cache is of. @default {[]}
   */
  readonly interventions?: readonly Intervention[];
}

/**
 * The interventions of a run's options.
 *
 * @param options What was given.
 * @throws {NegscopeError} If there is no such option, or its value is no list of interventions.
 */
export function interventionsOf(options: SentenceOptions): readonly Intervention[] {
  checkOptions(options, ["interventions"]);
  const { interventions = [] } = options;
  checkInterventions(interventions);
  return interventions;
}

/** One of a row's two sentences. */
export class StudySentence {
  /** The sentence. */
  readonly text: string;
  /** Its tokens as text, start and end included. */
  readonly tokens: readonly string[];
  /** For each position its role, as outputs have it; undefined for a token that the other sentence lacks. */
  readonly roles: SentenceRoles;
  readonly #tower: TextTower;
  readonly #image: Float32Array | undefined;
  readonly #places: SentencePlaces;
  readonly #sources: Sources;

  /** Made by `Study.row`. */
  constructor(places: SentencePlaces, parts: {
    readonly tokens: readonly string[];
    readonly tower: TextTower;
    readonly image: Float32Array | undefined;
    readonly sources: Sources;
  }) {
    this.text = places.text;
    this.tokens = parts.tokens;
    this.roles = places.roles;
    this.#places = places;
    this.#tower = parts.tower;
    this.#image = parts.image;
    this.#sources = parts.sources;
  }

  /**
   * The positions of a role's tokens; none where the sentence has no such token. `negator` is the pair's negator, also where `roles`
   * calls its token `inserted`, as the affirmative sentence has none in its place.
   *
   * @param role The role.
   * @throws {NegscopeError} If there is no such role.
   */
  positions(role: string): number[] {
    return positionsOf(role, this.#places);
  }

  /**
   * Runs the sentence and keeps activations.
   *
   * @param hooks A hook point or several; `*` stands for any part of a name.
   * @param options Changes to activations.
   * @throws {NegscopeError} If there is no such hook point, or an intervention does not fit.
   */
  async cache(
    hooks: string | readonly string[],
    options: SentenceOptions = {},
  ): Promise<ActivationCache> {
    const names = typeof hooks === "string" ? [hooks] : hooks;
    return (await this.#tower.runWithCache([this.text], names, this.#placed(options))).cache;
  }

  /**
   * The sentence's embedding, of length 1.
   *
   * @param options Changes to activations.
   */
  async embed(options: SentenceOptions = {}): Promise<Float32Array> {
    return (await this.#tower.run([this.text], this.#placed(options))).row(0).data;
  }

  /**
   * S of the sentence and the row's image, in logits (100 x cosine).
   *
   * @param options Changes to activations.
   * @throws {NegscopeError} If the study has no images, or an intervention does not fit.
   */
  async score(options: SentenceOptions = {}): Promise<number> {
    if (this.#image === undefined) throw imagesNotGiven(this.text);
    return this.#tower.family.similarity.score(await this.embed(options), this.#image);
  }

  #placed(options: SentenceOptions): { interventions: Intervention[] } {
    const given = interventionsOf(options);
    return { interventions: placeInterventions(given, [this.#places], this.#sources) };
  }
}

/**
 * Scores of a study without images.
 *
 * @param subject What was to be scored.
 */
export function imagesNotGiven(subject: string): NegscopeError {
  return new NegscopeError("images-not-given", {
    problem: `Cannot score "${subject}"`,
    subject,
    reason: "the study has no images",
    fix: "give Study.open() the folder of the images",
  });
}
