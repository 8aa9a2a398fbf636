/** CLIP's tokeniser: a sentence as token ids, and token ids as text. */

import type { Tokenizer } from "@huggingface/tokenizers";
import { END_OF_WORD } from "./clip_vocabulary.ts";
import { checkedIds, unknownToken } from "./token_ids.ts";
import type { SentenceTokenizer } from "./sentence_tokenizer.ts";

/** How many sentences are remembered with their ids, and of up to how many characters. */
const [MOST_KNOWN, LONGEST_KNOWN] = [4096, 512];

/** Turns sentences into token ids as Hugging Face's `CLIPTokenizerFast` does, without padding. */
export class ClipTokenizer implements SentenceTokenizer {
  /** The token before every sentence. */
  readonly bosTokenId: number;
  /** The token after every sentence, where the embedding is read. */
  readonly eosTokenId: number;
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
  readonly #tokenizer: Tokenizer;
  readonly #vocabSize: number;
  readonly #known = new Map<string, readonly number[]>();

  /**
   * Wraps the library's tokeniser.
   *
   * @param tokenizer The library's tokeniser, which puts a start and an end token around a sentence.
   * @param options The largest number of tokens, and the number of token embeddings.
   */
  constructor(
    tokenizer: Tokenizer,
    { maxPositions, vocabSize }: { readonly maxPositions: number; readonly vocabSize: number },
  ) {
    const [bos, eos] = tokenizer.encode("").ids;
    this.bosTokenId = bos!;
    this.eosTokenId = eos!;
    this.maxPositions = maxPositions;
    this.#tokenizer = tokenizer;
    this.#vocabSize = vocabSize;
  }

  /**
   * The token ids of a sentence: start, the sentence's, end. A sentence that is too long for the model keeps its first
   * tokens, followed by the end token.
   *
   * @param sentence Any text.
   * @returns 2 to `maxPositions` ids.
   * @throws {NegscopeError} If the sentence cannot be expressed in the model's token ids, because tokenizer.json is damaged.
   */
  encode(sentence: string): number[] {
    const ids = this.#ids(sentence);
    if (ids.length <= this.maxPositions) return [...ids];
    return [...ids.slice(0, this.maxPositions - 1), this.eosTokenId];
  }

  /**
   * The number of a sentence's tokens, start and end included, before it is cut.
   *
   * @param sentence Any text.
   * @throws {NegscopeError} If the sentence cannot be expressed in the model's token ids, because tokenizer.json is damaged.
   */
  count(sentence: string): number {
    return this.#ids(sentence).length;
  }

  /**
   * The text of every token, without the end-of-word mark. A token that is only a part of a character is spelled in the
   * vocabulary's byte alphabet.
   *
   * @param sentence A sentence or its token ids.
   * @returns One text per position.
   * @throws {NegscopeError} If the tokeniser does not have an id.
   */
  tokens(sentence: string | readonly number[]): string[] {
    const ids = typeof sentence === "string" ? this.encode(sentence) : sentence;
    return ids.map((id) => this.#text(id));
  }

  /** A sentence is asked for several times: when its length is checked, when it is aligned, and when it is run. */
  #ids(sentence: string): readonly number[] {
    const known = this.#known.get(sentence);
    if (known !== undefined) return known;
    const sizes = { vocabSize: this.#vocabSize, fewest: 2 };
    const ids = checkedIds(sentence, sizes, () => this.#tokenizer.encode(sentence).ids);
    if (sentence.length > LONGEST_KNOWN) return ids;
    if (this.#known.size === MOST_KNOWN) this.#known.clear();
    this.#known.set(sentence, ids);
    return ids;
  }

  #text(id: number): string {
    const spelled = this.#tokenizer.id_to_token(id);
    if (spelled === undefined) throw unknownToken(id);
    if (id === this.bosTokenId || id === this.eosTokenId) return spelled;
    const text = this.#tokenizer.decode([id], { clean_up_tokenization_spaces: false });
    const complete = !text.includes("\uFFFD");
    if (!spelled.endsWith(END_OF_WORD)) return complete ? text : spelled;
    const spoken = complete && text !== spelled; // without a decoder the library returns the spelling
    return spoken ? text.slice(0, -1) : spelled.slice(0, -END_OF_WORD.length);
  }
}
