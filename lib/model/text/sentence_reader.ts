/** Sentences as the text tower reads them: tokens, without running the model. */

import type { FileAt } from "../../reading/files.ts";
import { NegscopeError, shown } from "../../errors.ts";
import type { ModelFamily } from "../families.ts";
import { readSettings } from "../forms/settings.ts";
import type { SentenceTokenizer } from "./tokenizers/sentence_tokenizer.ts";

/** Where a sentence's own tokens are among those that the model reads. */
export interface OwnPositions {
  /** The first of them: 1 after a start token, 0 without. */
  readonly start: number;
  /** The end token, after the last of them; padding may follow it. */
  readonly end: number;
  /** Whether the full stop is one of them. */
  readonly keepsPunctuation: boolean;
  /** Whether padding fills the sentence up and the embedding is made at the last position. */
  readonly padded: boolean;
}

/** Turns sentences into the text tower's token ids. */
export class SentenceReader {
  /** The family of the model: whether attention is causal, where the embedding is read, how sentences are scored. */
  readonly family: ModelFamily;
  readonly #tokenizer: SentenceTokenizer;

  /**
   * Made by the model that it belongs to, or by {@linkcode loadSentences}.
   *
   * @param tokenizer The model's tokeniser.
   * @param family The model's family.
   */
  constructor(tokenizer: SentenceTokenizer, family: ModelFamily) {
    this.#tokenizer = tokenizer;
    this.family = family;
  }

  /** Token ids of a sentence, end token included and a start token if the model has one, cut to the model's limit, and padded if the family pads sentences. */
  encode(sentence: string): number[] {
    const ids = this.#tokenizer.encode(sentence);
    if (!this.family.positions.padded) return ids;
    const { maxPositions, padId = ids.at(-1)! } = this.#tokenizer;
    return [...ids, ...new Array<number>(maxPositions - ids.length).fill(padId)];
  }

  /** The tokens of a sentence as text, without end-of-word marks. */
  tokens(sentence: string): string[] {
    return this.#tokenizer.tokens(this.encode(sentence));
  }

  /**
   * Where a sentence's own tokens are among its token ids: after a start token, if there is one, and before the end token.
   *
   * @param sentence Any text.
   */
  ownTokens(sentence: string): OwnPositions {
    const { startTokens: start = 1, keepsPunctuation = true } = this.#tokenizer;
    const end = this.#tokenizer.encode(sentence).length - 1;
    return { start, end, keepsPunctuation, padded: this.family.positions.padded };
  }

  /**
   * The position whose residual stream becomes the embedding; in CLIP that of the first end token.
   *
   * @param ids A sentence's token ids, as `encode` returns them.
   */
  pooledPosition(ids: readonly number[]): number {
    return this.family.pooled(ids);
  }

  /**
   * Refuses a sentence of which the model would read only the beginning.
   *
   * @param sentence Any text.
   * @param names What cannot be used, and what the sentence is called, for the message. @default {the sentence itself}
   * @throws {NegscopeError} If it has more tokens than the model has positions.
   */
  checkLength(
    sentence: string,
    { subject = shown(sentence), called = "it" }: {
      readonly subject?: string;
      readonly called?: string;
    } = {},
  ): void {
    const { maxPositions } = this.#tokenizer;
    const count = this.#tokenizer.count?.(sentence) ?? 0;
    if (count <= maxPositions) return;
    const around = this.#tokenizer.startTokens === 0 ? "the end token" : "start and end";
    throw new NegscopeError("sentence-beyond-context", {
      problem: `Cannot use ${subject}`,
      subject: sentence,
      reason:
        `${called} has ${count} tokens with ${around}, but the model reads only the first ${maxPositions}`,
      gist: "a sentence is longer than the model reads",
      fix: "shorten it",
    });
  }
}

/**
 * Reads the tokeniser of a model folder; no graph is loaded.
 *
 * @param folder A model folder.
 * @param choice The tokeniser's own file or folder, and weights that are laid over the folder.
 * @throws {NegscopeError} If the settings or the tokeniser are missing, or are not those of a model of a known family.
 */
export async function loadSentences(
  { files, path }: FileAt,
  { tokenizer = path, weights }: {
    readonly tokenizer?: string | undefined;
    readonly weights?: string | undefined;
  } = {},
): Promise<SentenceReader> {
  const { family, config: { text } } = await readSettings({ files, path }, { weights });
  return new SentenceReader(await family.tokenizer({ files, path: tokenizer }, text), family);
}
