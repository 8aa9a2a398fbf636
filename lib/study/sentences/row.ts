/** One row of a study: its pair, its image, and its two sentences with tokens, roles, activations and scores. */

import { imagesNotGiven } from "../choice/inputs.ts";
import { refuseEdit } from "../image_scores.ts";
import { NegscopeError, printsItself, wrongValue } from "../../errors/errors.ts";
import type { ActivationCache } from "../../hooks/cache.ts";
import { checkInterventions, checkOptions, type Intervention } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { textTable } from "../../tables/text_table.ts";
import {
  placeInterventions,
  placesOf,
  positionsOf,
  type SentencePlaces,
  type SentenceRoles,
  type Sources,
} from "./placing.ts";
import type { Pair } from "../../data/pairs.ts";
import type { Role } from "../../data/align.ts";
import { effectOnD } from "../effects/noise.ts";
import { scoreScale } from "../readout.ts";
import type { AlignedPair } from "../rows/prepare.ts";
import type { AlignedRow, EvaluateRow } from "../rows/score_rows.ts";
import type { Table } from "../../tables/table.ts";
import {
  checkSweep,
  Sweep,
  type SweepParts,
  type SweepRow,
  type SweepRun,
  sweepScores,
} from "../sweep.ts";
import { type AttendedTokens, attentionChart } from "../../charts/attention.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { finiteEmbedding, isAmong, pairChanges, type PairOptions } from "./changed_scores.ts";

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

interface SentenceParts {
  readonly text: TextTower;
  readonly image: Float32Array | undefined;
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
   * @throws {NegscopeError} If there is no such role.
   */
  positions(role: string): number[] {
    return positionsOf(role, this.#places);
  }

  /**
   * Runs the sentence and returns activations.
   *
   * @param hooks One or more hook points; `*` stands for any part of a name.
   * @throws {NegscopeError} If there is no such hook point, or an intervention does not fit.
   */
  async cache(
    hooks: string | readonly string[],
    options: SentenceOptions = {},
  ): Promise<ActivationCache> {
    const names = typeof hooks === "string" ? [hooks] : hooks;
    return (await this.#parts.text.runWithCache([this.text], names, this.#placed(options))).cache;
  }

  /** Computes the sentence's embedding, of length 1. */
  async embed(options: SentenceOptions = {}): Promise<Float32Array> {
    const { data } = (await this.#parts.text.run([this.text], this.#placed(options))).row(0);
    return finiteEmbedding(data, this.text);
  }

  /**
   * Computes S of the sentence and the row's image, in logits (in CLIP 100 x cosine).
   *
   * @throws {NegscopeError} If the study has no images, or an intervention does not fit.
   */
  async score(options: SentenceOptions = {}): Promise<number> {
    const { text, image } = this.#parts;
    if (image === undefined) throw imagesNotGiven(this.text);
    refuseEdit(text, "the score of a sentence by itself");
    return text.family.similarity.score(await this.embed(options), image);
  }

  /**
   * Computes the gradient of S, in logits, with respect to activations: how much each number moves S, to first order. As S of a sentence
   * depends on its own run alone, that of d follows: the caption's gradients as they are, the foil's with a minus.
   *
   * @param hooks One or more hook points; `*` stands for any part of a name.
   * @returns The gradients, in the shapes of the values that `cache` returns.
   * @throws {NegscopeError} If the study has no images, there is no such hook point, or the graph has an operator without a gradient.
   */
  async gradients(hooks: string | readonly string[]): Promise<ActivationCache> {
    const { text, image } = this.#parts;
    if (image === undefined) throw imagesNotGiven(this.text);
    refuseEdit(text, "the gradients of a sentence");
    const names = typeof hooks === "string" ? [hooks] : hooks;
    const options = { targets: [image], scale: scoreScale(text.family) };
    return (await text.runWithGradients([this.text], names, options)).gradients;
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

  #placed(options: SentenceOptions): { interventions: Intervention[] } {
    checkOptions(options, ["interventions"]);
    const { interventions = [] } = options;
    checkInterventions(interventions);
    const { sources } = this.#parts;
    return { interventions: placeInterventions(interventions, [this.#places], sources) };
  }
}

printsItself(StudySentence.prototype);

/** One row of a study. */
export class StudyRow {
  /** The row of the data. */
  readonly pair: Pair;
  /** Its aligned sentences. */
  readonly aligned: AlignedPair;
  /** The negated sentence. */
  readonly negated: StudySentence;
  /** The affirmative sentence. */
  readonly affirmative: StudySentence;
  readonly #scores: EvaluateRow | undefined;
  readonly #readImage: ((name: string) => Promise<Uint8Array>) | undefined;
  readonly #sweepParts: SweepParts | undefined;

  /** Made by `Study.row`. */
  constructor(
    row: AlignedRow & { readonly scores?: EvaluateRow | undefined },
    { embedded, readImage, ...parts }: Pick<SweepParts, "text" | "sources"> & {
      readonly embedded: SweepParts["embedded"] | undefined;
      readonly readImage: ((name: string) => Promise<Uint8Array>) | undefined;
    },
  ) {
    this.pair = row.pair;
    this.aligned = row.aligned;
    this.#scores = row.scores;
    this.#readImage = readImage;
    this.#sweepParts = embedded && { ...parts, embedded };
    const ofSentences = { ...parts, image: embedded?.images.get(row.pair.image) };
    const { negated, affirmative } = placesOf(row.aligned);
    this.negated = new StudySentence(negated, ofSentences);
    this.affirmative = new StudySentence(affirmative, ofSentences);
  }

  /** Whether the study has images, or embeddings of them, and so the row has scores. */
  get hasImage(): boolean {
    return this.#scores !== undefined;
  }

  /** Whether the study has the files of the images, which a study with image embeddings may lack. */
  get hasPicture(): boolean {
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
   * @throws {NegscopeError} If the study has no images, or only embeddings of them.
   */
  async picture(): Promise<Uint8Array> {
    const { id, image } = this.pair;
    if (this.#readImage !== undefined) return await this.#readImage(image);
    throw new NegscopeError("images-not-given", {
      problem: `Cannot read the image of row "${id}"`,
      reason: "the study has no images",
      fix: "give Study.open() the folder of the images",
    });
  }

  /** The tokens of the negated sentence with their roles, each beside its twin in the affirmative sentence, if it has one. */
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
        position,
        role,
        negated: negated.tokens[position]!,
        affirmative: twin === undefined ? undefined : affirmative.tokens[twin],
      };
    });
    return { name: "tokens", columns: ["position", "role", "negated", "affirmative"], rows };
  }

  /**
   * Runs a list of changed runs on this row, as {@linkcode Study.sweep} does on all.
   *
   * @throws {NegscopeError} If the study has no images, or a change does not fit.
   */
  async sweep(runs: readonly SweepRun[]): Promise<Table<SweepRow>> {
    checkSweep(runs);
    const { scores, aligned } = this; // reports that there are no images
    const scored = await sweepScores([{ scores, aligned }], runs, this.#sweepParts!);
    return new Sweep([scores], { runs, scores: scored, seed: 0 }).table;
  }

  /**
   * Computes the causal tracing effect: the share of d that a patched affirmative sentence restores (Quantmeyer et al. 2024,
   * section 4), by S of the patched sentence.
   *
   * @returns 0 if nothing is restored, 1 if all of d is; undefined if d is 0.
   * @throws {NegscopeError} If the study has no images.
   */
  cte(patched: number): number | undefined {
    const { scores } = this;
    return scores.d === 0 ? undefined : effectOnD(scores, patched) / scores.d;
  }

  /** Its sentences, and its scores if there are images. */
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
}

printsItself(StudyRow.prototype);

/** What is drawn of a row or a sentence. */
export interface AttentionPatternOptions extends PairOptions {
  /** The block, from 0 as in the names of hook points. */
  readonly layer: number;
  /** One head, drawn large and with numbers, from 0 as in the names of the API. @default {all heads of the layer} */
  readonly head?: number;
}

/**
 * Draws what the heads of a layer look at: each token (the query, down) and how much of its attention it gives to each token (the key,
 * across). Of a row there are both sentences and, if they have equally many tokens, the difference, negated minus affirmative.
 *
 * @example What all heads of the embedded model's first block look at, and one of them large
 * ```ts
 * import { attentionPattern, show, Study } from "negscope";
 * import type { AttentionPatternOptions } from "negscope/study";
 *
 * await using study = await Study.open({ limit: 1 });
 * const row = await study.row(study.pairs[0]!.id);
 * await show(await attentionPattern(row, { layer: 0 }));
 * const large: AttentionPatternOptions = { layer: 0, head: 1 };
 * await show(await attentionPattern(row.negated, large));
 * ```
 *
 * @param of A row of a study, or one of its sentences.
 * @param options The block, the head, and changes to the run, of a row in both sentences unless `sentences` names one; the chart names
 * those that changed.
 * @returns A Vega-Lite chart: in a notebook, what is at the pointer tells its query, key and weight.
 * @throws {NegscopeError} If there is no such block or head, or an intervention does not fit.
 */
export async function attentionPattern(
  of: StudyRow | StudySentence,
  options: AttentionPatternOptions,
): Promise<ChartSpec> {
  const { layer, head, ...changes } = options ?? {}; // a script without types may leave them out
  const hook = `blocks.${layer}.attn.hook_pattern`;
  const sentences: AttendedTokens[] = [];
  for (const { name, sentence, own } of runsOf(of, changes)) {
    const pattern = (await sentence.cache(hook, own)).row(hook, 0);
    sentences.push({ name, tokens: sentence.tokens, pattern });
  }
  const count = sentences[0]!.pattern.shape[0]!;
  if (head !== undefined && !(Number.isInteger(head) && head >= 0 && head < count)) {
    throw wrongValue(
      "draw the attention of head",
      head,
      `a whole number from 0 to ${count - 1}: heads and blocks count from 0 here`,
      { code: "index-outside" },
    );
  }
  const heads = head === undefined ? Array.from({ length: count }, (_, i) => i) : [head];
  return attentionChart(sentences, { layer, heads });
}

const CHANGED = ", changed";

function runsOf(
  of: StudyRow | StudySentence,
  changes: PairOptions,
): { readonly name: string; readonly sentence: StudySentence; readonly own: SentenceOptions }[] {
  if (of instanceof StudySentence) {
    const name = changes.interventions?.length ? `sentence${CHANGED}` : "sentence";
    return [{ name, sentence: of, own: changes }];
  }
  const { interventions, sentences } = pairChanges(changes);
  return (["negated", "affirmative"] as const).map((which) => {
    const isChanged = interventions.length > 0 && isAmong(which, sentences);
    const name = isChanged ? `${which}${CHANGED}` : which;
    return { name, sentence: of[which], own: isChanged ? { interventions } : {} };
  });
}
