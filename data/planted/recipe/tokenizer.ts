/** The tokeniser of all planted models: CLIP's kind, with the letters and the words of the rows. */

import type { SpecialTokens } from "./circuit.ts";
import { SINGULAR } from "./rows.ts";

const [START, END, END_OF_WORD] = ["<|startoftext|>", "<|endoftext|>", "</w>"];

const PATTERN =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Signs that a text may have; all others have no token, which CLIP's kind of tokeniser reads as the end token. */
const SIGNS = [...".,'-!?abcdefghijklmnopqrstuvwxyz0123456789"];

/** Words of one token. */
const WORDS = [
  ...["there", "is", "are", "no", "a", "some", "people", ...SINGULAR],
  ...["one", "many"], // for the control that has another determiner in the negator's place
];

/** Beginnings of words of several tokens: "dog" and "s", "ki", "te" and "s". */
const PIECES = [...SINGULAR, "ki", "te"];

/** Pairs of tokens that are merged, in this order. */
const MERGES: readonly (readonly [string, string])[] = [
  ...WORDS.flatMap((word) => mergesOf([...word.slice(0, -1), `${word.at(-1)}${END_OF_WORD}`])),
  ...PIECES.flatMap((piece) => mergesOf([...piece])),
].filter(([a, b], i, all) => all.findIndex(([c, d]) => a === c && b === d) === i);

/** All tokens; a token's place is its id. */
const TOKENS = [
  ...SIGNS,
  ...SIGNS.map((sign) => `${sign}${END_OF_WORD}`),
  ...MERGES.map((pair) => pair.join("")),
  ...[START, END],
];

/** The number of tokens. */
export const VOCABULARY = TOKENS.length;

/** The tokens that have features of their own. */
export const SPECIAL: SpecialTokens = {
  start: idOf(START),
  end: idOf(END),
  negator: idOf(`no${END_OF_WORD}`),
  full_stops: [idOf("."), idOf(`.${END_OF_WORD}`)],
  determiners: ["a", "some"].map((word) => idOf(`${word}${END_OF_WORD}`)),
};

/** The contents of tokenizer.json. */
export function tokenizerJson(): unknown {
  return clipJson(Object.fromEntries(TOKENS.map((token, id) => [token, id])), MERGES);
}

/** Joins the signs of a word from the left, one after the other. */
function mergesOf([first, ...others]: readonly string[]): [string, string][] {
  let joined = first!;
  return others.map((sign) => {
    const pair: [string, string] = [joined, sign];
    joined += sign;
    return pair;
  });
}

function idOf(token: string): number {
  return TOKENS.indexOf(token);
}

/** The contents that `CLIPTokenizerFast(vocab, merges).save_pretrained()` writes (transformers 5). */
function clipJson(
  vocab: Readonly<Record<string, unknown>>,
  merges: readonly (readonly [string, string])[],
): Readonly<Record<string, unknown>> {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [START, END].map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: PATTERN }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [END, vocab[END]],
      cls: [START, vocab[START]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: END,
      continuing_subword_prefix: "",
      end_of_word_suffix: END_OF_WORD,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
}
