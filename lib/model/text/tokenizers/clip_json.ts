/** The contents of CLIP's tokenizer.json, from a vocabulary and its merges. */

/** The token before every sentence, as Hugging Face's files spell it. */
export const START = "<|startoftext|>";

/** The token after every sentence. */
export const END = "<|endoftext|>";

/** The number of tokens in the vocabulary of every published CLIP; the last is the end token. A model may have further embeddings. */
export const CLIP_TOKENS = 49408;

/** The mark at the end of a word. */
export const END_OF_WORD = "</w>";

/** Words, single digits and runs of other signs, in OpenAI's order. */
const WORDS =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/**
 * The contents that `CLIPTokenizerFast(vocab, merges).save_pretrained()` writes (transformers 5).
 *
 * @param merges Pairs of tokens, those that are merged first at the beginning.
 */
export function clipJson(
  vocab: Readonly<Record<string, unknown>>,
  merges: readonly (readonly [string, string])[],
): Readonly<Record<string, unknown>> {
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [START, END].map((content) => ({
      ...{ id: vocab[content], content, ...special, special: true },
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
        { type: "Split", pattern: { Regex: WORDS }, behavior: "Removed", invert: true },
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
