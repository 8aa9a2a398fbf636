/** Attention as its chart reads it. */

/** The attention of all heads of a layer in one sentence, such as the tensor of `blocks.{l}.attn.hook_pattern`. */
export interface AttentionPattern {
  /** [head, query, key]. */
  readonly shape: readonly number[];
  /** One weight. */
  at(head: number, query: number, key: number): number;
}

/** A sentence and its attention. */
export interface AttendedTokens {
  /** The attention of all heads of a layer, [head, query, key]. */
  readonly pattern: AttentionPattern;
  /** The sentence's tokens, one for each position. */
  readonly tokens: readonly string[];
}

/** What is drawn of a pattern. */
export interface AttentionChartOptions {
  /** The sentence's tokens, one for each position. */
  readonly tokens: readonly string[];
  /** The head, from 0 as in the names of the API. */
  readonly head: number;
  /** The block, from 0 as in the names of hook points; the title names it. */
  readonly layer: number;
  /** What stands below the title, such as which sentence was changed. @default {nothing} */
  readonly subtitle?: string;
  /** Another sentence with as many tokens: it is drawn too, and what the first has more than it. @default {none} */
  readonly minus?: AttendedTokens;
}
