/** What each method replaces values with, in words. */

import type { Word } from "../../../tables/words.ts";
import { SHARE_OF_D_WORDS } from "../../named_parts.ts";
import type { Method } from "./options.ts";

/** What replaces a node's values, for headings and captions. */
export const REPLACED_BY: Readonly<Record<Method, string>> = {
  zero: "0",
  mean: "their mean over all tokens of the same role",
  resample: "those of another pair's sentence of the same kind and length",
  twin: "those of the pair's other sentence",
};

/** What the methods mean, each with what it cannot tell. */
export const METHOD_WORDS: readonly Word[] = [
  {
    word: "method zero",
    means:
      "the node gives 0. No model has seen this in training: a constant that later blocks count on is missing too, so that an effect may say nothing about negation",
  },
  {
    word: "method mean",
    means:
      "the node gives its mean over all tokens of the same role, in both sentences of every pair of the data: what it says of this subject and of negation is gone, and its constant stays. Nearer to what the model has seen than zero, though no single sentence gives this value",
  },
  {
    word: "method resample",
    means:
      "the node gives what it gives in another pair's sentence of the same kind, negated or affirmative, and of the same length, at the same positions; the seed draws it. The subject is another, and negation stays: a node that only says that the sentence is negated has no effect",
  },
  {
    word: "method twin",
    means:
      "the node gives what it gives in the other sentence of the pair: the subject stays, and negation is exchanged. Every value is one of a real sentence. The effect is what the node alone restores of d plus what d loses without it: 2 d for a node that alone carries d",
  },
];

/** What the words of the text tower's findings mean. */
export const TEXT_WORDS: readonly Word[] = [
  ...SHARE_OF_D_WORDS,
  {
    word: "effect",
    means:
      "mean of d minus d with the node ablated in both sentences: above 0 the node adds to d, below 0 it takes away. It depends on what replaces the node's values, so name the method beside it",
  },
  {
    word: "head",
    also: ["mlp", "attn", "block"],
    means:
      "what one attention head mixes, before the output projection, whose bias stays; mlp, the output of an MLP; attn, the output of a block's whole attention; block, both of these",
  },
  ...METHOD_WORDS,
];
