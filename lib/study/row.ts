/** One row of a study: its pair, its image, its two sentences with tokens, roles, activations and scores. */

import type { Pair } from "../data/pairs.ts";
import type { Role } from "../data/roles.ts";
import { NegscopeError } from "../errors.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import { checkInterventions, checkOptions } from "../hooks/form.ts";
import type { Intervention } from "../hooks/interventions.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import type { AlignedPair } from "../subject/prepare.ts";
import type { EvaluateRow } from "../subject/score_rows.ts";
import type { Table } from "../tables/table.ts";
import { placeInterventions } from "./placing.ts";
import {
  placesOf,
  positionsOf,
  type SentencePlaces,
  type SentenceRoles,
  type Sources,
} from "./roles.ts";

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

/** One row of a study. */
export class StudyRow {
  /** The row of the data. */
  readonly pair: Pair;
  /** Its sentences, aligned. */
  readonly aligned: AlignedPair;
  /** The negated sentence. */
  readonly negated: StudySentence;
  /** The affirmative sentence. */
  readonly affirmative: StudySentence;
  readonly #scores: EvaluateRow | undefined;
  readonly #readImage: ((name: string) => Promise<Uint8Array>) | undefined;

  /** Made by `Study.row`. */
  constructor(
    row: {
      readonly pair: Pair;
      readonly aligned: AlignedPair;
      readonly scores?: EvaluateRow | undefined;
    },
    { tower, image, readImage, sources }: {
      readonly tower: TextTower;
      readonly image: Float32Array | undefined;
      readonly readImage: ((name: string) => Promise<Uint8Array>) | undefined;
      readonly sources: Sources;
    },
  ) {
    this.pair = row.pair;
    this.aligned = row.aligned;
    this.#scores = row.scores;
    this.#readImage = readImage;
    const { negated, affirmative } = row.aligned;
    const places = placesOf(row.aligned);
    const parts = { tower, image, sources };
    this.negated = new StudySentence(places.negated, { ...parts, tokens: negated.tokens });
    this.affirmative = new StudySentence(places.affirmative, {
      ...parts,
      tokens: affirmative.tokens,
    });
  }

  /** Whether the study has images, and the row scores. */
  get hasImage(): boolean {
    return this.#readImage !== undefined;
  }

  /**
   * Its scores.
   *
   * @throws {NegscopeError} If the study has no images.
   */
  get scores(): EvaluateRow {
    if (this.#scores === undefined) throw imagesNotGiven(this.pair.id);
    return this.#scores;
  }

  /**
   * The bytes of its image's file.
   *
   * @throws {NegscopeError} If the study has no images.
   */
  async picture(): Promise<Uint8Array> {
    if (this.#readImage === undefined) throw imagesNotGiven(this.pair.id);
    return await this.#readImage(this.pair.image);
  }

  /** The tokens of the negated sentence with their roles, and beside each its twin in the affirmative one, where it has one. */
  get tokens(): Table<{
    readonly position: number;
    readonly role: Role;
    readonly negated: string;
    readonly affirmative: string | undefined;
  }> {
    const { negated, affirmative, alignment, roles } = this.aligned;
    const rows = roles.map((role, position) => {
      const twin = alignment[position];
      return {
        ...{ position, role, negated: negated.tokens[position]! },
        affirmative: twin === undefined ? undefined : affirmative.tokens[twin],
      };
    });
    return { name: "tokens", columns: ["position", "role", "negated", "affirmative"], rows };
  }

  /**
   * The causal tracing effect: the share of d that a patched affirmative sentence restores (Quantmeyer et al. 2024, section 4).
   *
   * @param patched S of the patched sentence.
   * @returns 0 where nothing is restored, 1 where all of d is; undefined where d is 0.
   * @throws {NegscopeError} If the study has no images.
   */
  cte(patched: number): number | undefined {
    const { negation, s_caption, s_foil, d } = this.scores;
    if (d === 0) return undefined;
    return (negation === "caption" ? patched - s_foil : s_caption - patched) / d;
  }

  /** Its sentences, and its scores where there are images. */
  toString(): string {
    const { id, negation, caption, foil } = this.pair;
    const scored = (s: "s_caption" | "s_foil") =>
      this.hasImage ? `, S = ${this.scores[s].toFixed(3)}` : "";
    return [
      `Row ${id}, ${negation}-negated`,
      `caption: ${caption}${scored("s_caption")}`,
      `foil: ${foil}${scored("s_foil")}`,
      ...this.hasImage ? [`d = ${this.scores.d.toFixed(3)}, ${this.scores.segment}`] : [],
    ].join("\n");
  }

  /** What a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
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
