/** What the kit asks of a tokeniser, whatever the family. */

/** Turns sentences into token ids, whatever the family. */
export interface SentenceTokenizer {
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
  /** The id that follows the end token in a family that pads sentences. @default {that of the sentence's last token} */
  readonly padId?: number;
  /** The tokens before a sentence's own: one in CLIP, none in SigLIP. @default {1} */
  readonly startTokens?: number;
  /** Whether the full stop of a sentence is a token. @default {true} */
  readonly keepsPunctuation?: boolean;
  /**
   * The token ids of a sentence, cut to `maxPositions`, without padding.
   *
   * @param sentence Any text.
   * @throws {NegscopeError} If the sentence cannot be expressed in the model's token ids.
   */
  encode(sentence: string): number[];
  /**
   * The number of a sentence's tokens before it is cut; without this method sentences that are too long cannot be noticed.
   *
   * @param sentence Any text.
   */
  count?(sentence: string): number;
  /**
   * The text of every token.
   *
   * @param sentence A sentence or its token ids.
   * @returns One text per position.
   * @throws {NegscopeError} If the tokeniser does not have an id.
   */
  tokens(sentence: string | readonly number[]): string[];
}
