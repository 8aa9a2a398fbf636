import type { Tokenizer } from "@huggingface/tokenizers";
import { NegscopeError, shown } from "../../errors/errors.ts";
import { type FileAt, isLfsPointer, textOf } from "../../reading/files.ts";
import { ModelJson, parseModelJson, pointerUnreadable, readBounded } from "../model_json.ts";
import { checkedIds, type SentenceTokenizer, unknownToken } from "./sentence_tokenizer.ts";

export const START = "<|startoftext|>";

export const END = "<|endoftext|>"; // token after every sentence

/** The number of tokens in the vocabulary of every published CLIP; the last is the end token. A model may have further embeddings. */
export const CLIP_TOKENS = 49408;

export const END_OF_WORD = "</w>";

/** Words, single digits and runs of other signs, in OpenAI's order. */
const WORDS =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** The contents that `CLIPTokenizerFast(vocab, merges).save_pretrained()` writes (transformers 5). */
export function clipJson(
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

type Merge = readonly [string, string];

function readMerges(
  lines: readonly string[],
  { file, firstLine }: { readonly file: string; readonly firstLine: number },
): Merge[] {
  return lines.map((line, i) => {
    const [left, right, ...more] = line.trimEnd().split(" ");
    if (left !== "" && left !== undefined && right !== undefined && more.length === 0) {
      return [left, right];
    }
    const reason = `line ${firstLine + i} must be two tokens, but it is ${shown(line)}`;
    throw unreadableVocabulary(file, reason);
  });
}

function unreadableVocabulary(file: string, reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("tokenizer-unreadable", {
    problem: `Cannot read the vocabulary in "${file}"`,
    reason,
    fix: "download it again",
    cause,
  });
}

/** Reads `vocab.json`, the id of every token, and `merges.txt`, as the contents of tokenizer.json under the name of the first file. */
export async function readSlowFiles(vocabFile: FileAt, mergesFile: FileAt): Promise<ModelJson> {
  const [vocabPath, mergesPath] = [vocabFile.path, mergesFile.path];
  const vocab = parseModelJson(await readText(vocabFile), vocabPath).entries();
  for (const token of [START, END]) {
    if (!Object.hasOwn(vocab, token)) {
      throw unreadableVocabulary(vocabPath, `it has no token "${token}"`);
    }
  }
  const lines = (await readText(mergesFile)).split("\n");
  const hasHead = lines[0]!.startsWith("#version");
  const used = hasHead ? lines.slice(1) : lines;
  while (used.at(-1)?.trim() === "") used.pop();
  const firstLine = hasHead ? 2 : 1;
  const merges = readMerges(used, { file: mergesPath, firstLine });
  return new ModelJson(vocabPath, clipJson(vocab, merges));
}

async function readText(at: FileAt): Promise<string> {
  const bytes = await readBounded(at);
  let text: string;
  try {
    text = textOf(bytes);
  } catch (cause) {
    throw unreadableVocabulary(at.path, "it is not UTF-8 text", cause);
  }
  if (isLfsPointer(text)) throw pointerUnreadable(at.path);
  return text;
}

/** The merges that CLIP uses of the 262,144 in the file: the other tokens are twice 256 bytes, start and end. */
const MOST_MERGES = CLIP_TOKENS - 2 * 256 - 2;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Reads the vocabulary file as the contents of tokenizer.json: 256 bytes, these at the end of a word, a token for each merge, start and end. */
export async function readVocabularyFile(at: FileAt): Promise<ModelJson> {
  const { path } = at;
  const lines = (await unpack(at)).split("\n", MOST_MERGES + 1);
  const used = lines.slice(1); // the first line names the format
  if (used.at(-1) === "") used.pop(); // after the last line of a shorter file
  const merges = readMerges(used, { file: path, firstLine: 2 });
  return new ModelJson(path, clipJson(vocabularyOf(merges), merges));
}

function vocabularyOf(merges: readonly Merge[]): Record<string, number> {
  const bytes = byteAlphabet();
  const tokens = [
    ...bytes,
    ...bytes.map((byte) => byte + END_OF_WORD),
    ...merges.map((pair) => pair.join("")),
    START,
    END,
  ];
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** A visible character for every byte, in the order of CLIP's ids (`bytes_to_unicode()`): visible Latin-1, then the other bytes. */
function byteAlphabet(): string[] {
  const isVisible = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const visible = Array.from({ length: 256 }, (_, byte) => byte).filter(isVisible);
  const further = Array.from({ length: 256 - visible.length }, (_, i) => 256 + i);
  return [...visible, ...further].map((code) => String.fromCharCode(code));
}

async function unpack(at: FileAt): Promise<string> {
  const bytes = await readBounded(at);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return textOf(await new Response(unpacked).bytes());
  } catch (cause) {
    throw unreadableVocabulary(at.path, "it is not a whole gzip file of UTF-8 text", cause);
  }
}

/** How many sentences are remembered with their ids, and of up to how many characters. */
const [MOST_KNOWN, LONGEST_KNOWN] = [4096, 512];

/** Turns sentences into token ids as Hugging Face's `CLIPTokenizerFast` does, without padding. */
export class ClipTokenizer implements SentenceTokenizer {
  readonly bosTokenId: number;
  readonly eosTokenId: number;
  readonly maxPositions: number; // largest number of tokens of a sentence, start and end included
  readonly #tokenizer: Tokenizer;
  readonly #vocabSize: number;
  readonly #known = new Map<string, readonly number[]>();

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

  /** The token ids of a sentence: start, the sentence's, end. One that is too long keeps its first tokens, followed by the end token. */
  encode(sentence: string): number[] {
    const ids = this.#ids(sentence);
    if (ids.length <= this.maxPositions) return [...ids];
    return [...ids.slice(0, this.maxPositions - 1), this.eosTokenId];
  }

  /** The number of a sentence's tokens, start and end included, before it is cut. */
  count(sentence: string): number {
    return this.#ids(sentence).length;
  }

  /** The text of every token, without the end-of-word mark; part of a character is spelled in the vocabulary's byte alphabet. */
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
