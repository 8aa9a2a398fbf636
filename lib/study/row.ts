/** One row of a study: its pair, its image, its two sentences with tokens, roles, activations and scores. */

import type { Pair } from "../data/pairs.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import type { Intervention } from "../hooks/interventions.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import type { AlignedPair } from "../subject/prepare.ts";
import type { EvaluateRow } from "../subject/score_rows.ts";
import { placeInterventions, type SentenceRoles } from "./roles.ts";

/** What a sentence's run is changed by. */
export interface SentenceOptions {
  /** Changes to activations; positions may be roles. @default {[]} */
  readonly interventions?: readonly Intervention[];
}

/** One of a row's two sentences. */
export class StudySentence {
  /** The sentence. */
  readonly text: string;
  /** Its tokens as text, start and end included. */
  readonly tokens: readonly string[];
  /** For each position its role; undefined for a token that the other sentence lacks. */
  readonly roles: SentenceRoles;
  readonly #tower: TextTower;
  readonly #image: Float32Array | undefined;
  readonly #rolesOf: (sentence: string) => SentenceRoles | undefined;

  /** Made by `Study.row`. */
  constructor(sentence: { readonly text: string; readonly tokens: readonly string[] }, parts: {
    readonly roles: SentenceRoles;
    readonly tower: TextTower;
    readonly image: Float32Array | undefined;
    readonly rolesOf: (sentence: string) => SentenceRoles | undefined;
  }) {
    this.text = sentence.text;
    this.tokens = sentence.tokens;
    this.roles = parts.roles;
    this.#tower = parts.tower;
    this.#image = parts.image;
    this.#rolesOf = parts.rolesOf;
  }

  /** The positions of a role's tokens. */
  positions(role: string): number[] {
    return [...this.roles.keys()].filter((position) => this.roles[position] === role);
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
   * @returns S; undefined without images.
   */
  async score(options: SentenceOptions = {}): Promise<number | undefined> {
    return this.#image &&
      this.#tower.family.similarity.score(await this.embed(options), this.#image);
  }

  #placed({ interventions = [] }: SentenceOptions): { interventions: Intervention[] } {
    return { interventions: placeInterventions(interventions, [this.roles], this.#rolesOf) };
  }
}

/** One row of a study. */
export class StudyRow {
  /** The row of the data. */
  readonly pair: Pair;
  /** Its sentences, aligned. */
  readonly aligned: AlignedPair;
  /** Its scores; undefined without images. */
  readonly scores: EvaluateRow | undefined;
  /** The negated sentence. */
  readonly negated: StudySentence;
  /** The affirmative sentence. */
  readonly affirmative: StudySentence;

  /** Made by `Study.row`. */
  constructor(
    row: {
      readonly pair: Pair;
      readonly aligned: AlignedPair;
      readonly scores?: EvaluateRow | undefined;
    },
    { tower, image, rolesOf }: {
      readonly tower: TextTower;
      readonly image: Float32Array | undefined;
      readonly rolesOf: (sentence: string) => SentenceRoles | undefined;
    },
  ) {
    this.pair = row.pair;
    this.aligned = row.aligned;
    this.scores = row.scores;
    const { negated, affirmative } = row.aligned;
    const parts = { tower, image, rolesOf };
    this.negated = new StudySentence(
      { text: negated.sentence, tokens: negated.tokens },
      { ...parts, roles: rolesOf(negated.sentence)! },
    );
    this.affirmative = new StudySentence(
      { text: affirmative.sentence, tokens: affirmative.tokens },
      { ...parts, roles: rolesOf(affirmative.sentence)! },
    );
  }

  /**
   * The causal tracing effect: the share of d that a patched affirmative sentence restores (Quantmeyer et al. 2024, section 4).
   *
   * @param patched S of the patched sentence.
   * @returns 0 where nothing is restored, 1 where all of d is; undefined without images, or where d is 0.
   */
  cte(patched: number | undefined): number | undefined {
    if (this.scores === undefined || patched === undefined || this.scores.d === 0) return undefined;
    const { negation, s_caption, s_foil, d } = this.scores;
    return (negation === "caption" ? patched - s_foil : s_caption - patched) / d;
  }
}

/**
 * The roles of both sentences of every pair, by sentence.
 *
 * @param pairs The aligned pairs.
 */
export function rolesBySentence(pairs: readonly AlignedPair[]): Map<string, SentenceRoles> {
  const roles = new Map<string, SentenceRoles>();
  for (const { negated, affirmative, alignment, roles: own } of pairs) {
    const other: (typeof own[number] | undefined)[] = affirmative.ids.map(() => undefined);
    alignment.forEach((target, position) => {
      if (target !== undefined) other[target] = own[position];
    });
    roles.set(negated.sentence, own);
    if (!roles.has(affirmative.sentence)) roles.set(affirmative.sentence, other);
  }
  return roles;
}
