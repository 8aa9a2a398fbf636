/** SigLIP's tokenisers: a sentence as token ids without a start token, and token ids as text. */

import type { Tokenizer } from "@huggingface/tokenizers";
import type { SentenceTokenizer } from "../sentence_tokenizer.ts";
import { checkedIds, unknownToken } from "../token_ids.ts";

/** The mark of a space in a sentencepiece vocabulary. */
export const SPACE = "\u2581";

/** In what the tokenisers of SigLIP and SigLIP 2 differ. */
export interface SiglipForm {
  /** The text that the library splits into tokens. */
  readonly prepare: (sentence: string) => string;
  /** The token after every sentence. */
  readonly endId: number;
  /** The token that fills up a sentence. */
  readonly padId: number;
  /** Whether punctuation has tokens. */
  readonly keepsPunctuation: boolean;
}

/** Turns sentences into token ids as Hugging Face's `SiglipTokenizer` or `Siglip2Tokenizer` does, without padding. */
export class SiglipTokenizer implements SentenceTokenizer {
  /** Largest number of tokens of a sentence, the end token included. */
  readonly maxPositions: number;
  /** The token that fills up a sentence: the end token in SigLIP, `<pad>` in SigLIP 2. */
  readonly padId: number;
  /** The token after every sentence. */
  readonly eosTokenId: number;
  /** None: the first token of a sentence is its first word's. */
  readonly startTokens = 0;
  /** Whether punctuation has tokens; SigLIP's sentences are read without it. */
  readonly keepsPunctuation: boolean;
  readonly #tokenizer: Tokenizer;
  readonly #form: SiglipForm;
  readonly #vocabSize: number;
  readonly #hasBytes: boolean;

  /**
   * Made by `loadSiglipTokenizer`.
   *
   * @param tokenizer The library's tokeniser, which adds no token to a sentence.
   * @param form What the model's generation does to a sentence.
   * @param sizes The largest number of tokens, and the number of token embeddings.
   */
  constructor(
    tokenizer: Tokenizer,
    form: SiglipForm,
    { maxPositions, vocabSize }: { readonly maxPositions: number; readonly vocabSize: number },
  ) {
    this.maxPositions = maxPositions;
    this.padId = form.padId;
    this.eosTokenId = form.endId;
    this.keepsPunctuation = form.keepsPunctuation;
    this.#tokenizer = tokenizer;
    this.#form = form;
    this.#vocabSize = vocabSize;
    this.#hasBytes = BYTES.every((byte) => tokenizer.token_to_id(byte) !== undefined);
  }

  /**
   * The token ids of a sentence and the end token. A sentence that is too long for the model keeps its first tokens, followed by the
   * end token.
   *
   * @param sentence Any text.
   * @returns 1 to `maxPositions` ids.
   * @throws {NegscopeError} If the sentence cannot be expressed in the model's token ids, because tokenizer.json is damaged.
   */
  encode(sentence: string): number[] {
    return [...this.#ids(sentence).slice(0, this.maxPositions - 1), this.eosTokenId];
  }

  /**
   * The number of a sentence's tokens, the end token included, before it is cut.
   *
   * @param sentence Any text.
   * @throws {NegscopeError} If the sentence cannot be expressed in the model's token ids, because tokenizer.json is damaged.
   */
  count(sentence: string): number {
    return this.#ids(sentence).length + 1;
  }

  /**
   * The text of every token, without the mark of the space before a word. A space of its own is shown as a space, a part of a character
   * as `<0x` and its byte.
   *
   * @param sentence A sentence or its token ids.
   * @returns One text per position.
   * @throws {NegscopeError} If the tokeniser does not have an id.
   */
  tokens(sentence: string | readonly number[]): string[] {
    const ids = typeof sentence === "string" ? this.encode(sentence) : sentence;
    return ids.map((id) => {
      const spelled = this.#tokenizer.id_to_token(id);
      if (spelled === undefined) throw unknownToken(id);
      const beginsWord = spelled.startsWith(SPACE) && spelled.length > 1;
      return spelled.slice(beginsWord ? 1 : 0).replaceAll(SPACE, " ");
    });
  }

  /** The ids of a sentence's own tokens. */
  #ids(sentence: string): number[] {
    return checkedIds(sentence, { vocabSize: this.#vocabSize, fewest: 0 }, () => {
      const text = this.#form.prepare(sentence);
      const { tokens, ids } = this.#tokenizer.encode(text, { add_special_tokens: false });
      return this.#hasBytes ? tokens.flatMap((token, i) => this.#known(token, ids[i])) : ids;
    });
  }

  /** The id of a token, or those of its bytes if the vocabulary does not have it. */
  #known(token: string, found: number | undefined): (number | undefined)[] {
    if (this.#tokenizer.token_to_id(token) !== undefined) return [found];
    return [...new TextEncoder().encode(token)]
      .map((byte) => this.#tokenizer.token_to_id(BYTES[byte]!));
  }
}

/** The tokens of single bytes, by which characters outside the vocabulary are spelled. */
const BYTES = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);
