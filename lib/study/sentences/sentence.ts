/** One sentence of a row: its tokens, their roles, its activations and its score, with or without a change to the text tower. */

import { imagesNotGiven } from "../choice/inputs.ts";
import { refuseEdit } from "../image_scores.ts";
import { visibleText } from "../../errors.ts";
import type { ActivationCache } from "../../hooks/cache.ts";
import { checkInterventions, checkOptions, type Intervention } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { textTable } from "../../tables/text_table.ts";
import {
  placeInterventions,
  positionsOf,
  type SentencePlaces,
  type SentenceRoles,
  type Sources,
} from "./placing.ts";

/** Changes to a sentence's run. */
export interface SentenceOptions {
  /**
   * Changes to activations. A position may be a role, which stands for the role's tokens in each sentence; `negator` is always
   * the pair's negator. A sentence without such a token does not change; it is an error if no sentence has one. A patch takes its
   * values from the same role of the cached sentence; for all rows at once, from a cache of several, from the same sentence.
   * @default {[]}
   */
  readonly interventions?: readonly Intervention[];
}

/** What the sentences of a row run in. */
export interface SentenceParts {
  readonly text: TextTower;
  /** The embedding of the row's image; absent without images. */
  readonly image: Float32Array | undefined;
  /** The places of the sentences that caches may come from. */
  readonly sources: Sources;
}

/** One of a row's two sentences. */
export class StudySentence {
  /** The sentence. */
  readonly text: string;
  /** Its tokens as text, including start and end. */
  readonly tokens: readonly string[];
  /** The role of each position, as in outputs; undefined for a token that the other sentence lacks. */
  readonly roles: SentenceRoles;
  readonly #places: SentencePlaces;
  readonly #parts: SentenceParts;

  /** Made by `Study.row`. */
  constructor(places: SentencePlaces, parts: SentenceParts) {
    this.text = places.text;
    this.tokens = places.tokens;
    this.roles = places.roles;
    this.#places = places;
    this.#parts = parts;
  }

  /**
   * Finds the positions of a role's tokens; none if the sentence has no such token. `negator` is always the pair's negator, even
   * if `roles` calls its token `inserted` because the affirmative sentence has no token in its place.
   *
   * @param role The role.
   * @throws {NegscopeError} If there is no such role.
   */
  positions(role: string): number[] {
    return positionsOf(role, this.#places);
  }

  /**
   * Runs the sentence and returns activations.
   *
   * @param hooks One or more hook points; `*` stands for any part of a name.
   * @param options Changes to activations.
   * @throws {NegscopeError} If there is no such hook point, or an intervention does not fit.
   */
  async cache(
    hooks: string | readonly string[],
    options: SentenceOptions = {},
  ): Promise<ActivationCache> {
    const names = typeof hooks === "string" ? [hooks] : hooks;
    return (await this.#parts.text.runWithCache([this.text], names, this.#placed(options))).cache;
  }

  /**
   * Computes the sentence's embedding, of length 1.
   *
   * @param options Changes to activations.
   */
  async embed(options: SentenceOptions = {}): Promise<Float32Array> {
    return (await this.#parts.text.run([this.text], this.#placed(options))).row(0).data;
  }

  /**
   * Computes S of the sentence and the row's image, in logits (in CLIP 100 x cosine).
   *
   * @param options Changes to activations.
   * @throws {NegscopeError} If the study has no images, or an intervention does not fit.
   */
  async score(options: SentenceOptions = {}): Promise<number> {
    const { text, image } = this.#parts;
    if (image === undefined) throw imagesNotGiven(this.text);
    refuseEdit(text, "the score of a sentence by itself");
    return text.family.similarity.score(await this.embed(options), image);
  }

  /** Its tokens with their positions and roles. */
  toString(): string {
    const rows = this.tokens.map((token, position) => ({
      position,
      token,
      role: this.roles[position],
    }));
    const tokens = { name: "tokens", columns: ["position", "token", "role"], rows } as const;
    return `${this.text}\n${textTable(tokens)}`.trimEnd();
  }

  /** The text that a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }

  #placed(options: SentenceOptions): { interventions: Intervention[] } {
    checkOptions(options, ["interventions"]);
    const { interventions = [] } = options;
    checkInterventions(interventions);
    const { sources } = this.#parts;
    return { interventions: placeInterventions(interventions, [this.#places], sources) };
  }
}
