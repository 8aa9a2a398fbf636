import { Tokenizer } from "@huggingface/tokenizers";
import { NegscopeError, shown } from "../../errors/errors.ts";
import { type FileAt, textOf } from "../../reading/files.ts";
import type { TextConfig } from "../../architecture/tower_writer.ts";
import { ModelJson, modelText, parseModelJson, readModelFile } from "../model_json.ts";
import {
  beyondVocabulary,
  checkedIds,
  checkVocabulary,
  matchReference,
  type SentenceTokenizer,
  tokenizerFiles,
  tokenizerForeign,
  tokenizerUnreadable,
  unknownToken,
} from "./sentence_tokenizer.ts";

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

function readMerges(lines: readonly string[], file: string, hasHead: boolean): Merge[] {
  const used = lines.slice(0, 1 + lines.findLastIndex((line) => line.trim() !== ""));
  const firstLine = hasHead ? 2 : 1;
  return used.slice(firstLine - 1).map((line, i) => {
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

/** `vocab.json`, the id of every token, and `merges.txt`, as the contents of tokenizer.json under the name of the first file. */
function ofSlowFiles(vocab: ModelJson, lines: readonly string[], mergesFile: string): ModelJson {
  for (const token of [START, END]) {
    if (vocab.get(token) === undefined) {
      throw unreadableVocabulary(vocab.file, `it has no token "${token}"`);
    }
  }
  const merges = readMerges(lines, mergesFile, lines[0]!.startsWith("#version"));
  return new ModelJson(vocab.file, clipJson(vocab.entries(), merges));
}

/** The merges that CLIP uses of the 262,144 in the file: the other tokens are twice 256 bytes, start and end. */
const MOST_MERGES = CLIP_TOKENS - 2 * 256 - 2;

/** The vocabulary file as the contents of tokenizer.json: 256 bytes, these at the end of a word, a token for each merge, start and end. */
async function ofVocabularyFile(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<ModelJson> {
  const lines = (await unpack(bytes, path)).split("\n", MOST_MERGES + 1);
  const merges = readMerges(lines, path, true); // the first line names the format
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

async function unpack(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<string> {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return textOf(await new Response(unpacked).bytes());
  } catch (cause) {
    throw unreadableVocabulary(path, "it is not a whole gzip file of UTF-8 text", cause);
  }
}

const MOST_KNOWN = 4096; // sentences that are remembered with their ids

/** Turns sentences into token ids as Hugging Face's `CLIPTokenizerFast` does, without padding. */
export class ClipTokenizer implements SentenceTokenizer {
  readonly bosTokenId: number;
  readonly eosTokenId: number;
  readonly maxPositions: number; // largest number of tokens of a sentence, start and end included
  readonly #vocabSize: number;
  readonly #known = new Map<string, readonly number[]>();

  constructor(
    private readonly tokenizer: Tokenizer,
    { maxPositions, vocabSize }: { readonly maxPositions: number; readonly vocabSize: number },
  ) {
    const [bos, eos] = tokenizer.encode("").ids;
    this.bosTokenId = bos!;
    this.eosTokenId = eos!;
    this.maxPositions = maxPositions;
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
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    const sizes = { vocabSize: this.#vocabSize, fewest: 2 };
    return this.#known.getOrInsertComputed(
      sentence,
      () => checkedIds(sentence, sizes, () => this.tokenizer.encode(sentence).ids),
    );
  }

  #text(id: number): string {
    const spelled = this.tokenizer.id_to_token(id);
    if (spelled === undefined) throw unknownToken(id);
    if (id === this.bosTokenId || id === this.eosTokenId) return spelled;
    const text = this.tokenizer.decode([id], { clean_up_tokenization_spaces: false });
    const complete = !text.includes("\uFFFD");
    if (!spelled.endsWith(END_OF_WORD)) return complete ? text : spelled;
    const spoken = complete && text !== spelled; // without a decoder the library returns the spelling
    return spoken ? text.slice(0, -1) : spelled.slice(0, -END_OF_WORD.length);
  }
}

const SAMPLE = "There's no café, 2 dogs."; // shows whether the library can cope with the file
const LARGEST_ID = 2; // `eos_token_id` in older files, whose models read the embedding at the largest id

/**
 * Loads CLIP's tokeniser from the files that {@linkcode tokenizerFiles} names. The three forms give the same ids, those of Hugging Face's
 * `CLIPTokenizerFast`; no setting of tokenizer_config.json changes them. OpenAI's and open_clip's own code (`SimpleTokenizer`) prepares a
 * sentence in other ways before the same merges: it repairs text with ftfy (curly quotes become straight, ligatures and full-width letters
 * plain, wrongly decoded text is decoded anew, control characters are left out), replaces HTML entities such as `&amp;`, and gives a capital
 * sigma at the end of a word its final form; and it knows the start and end token in a sentence as `<start_of_text>` and `<end_of_text>`.
 * Sentences without these have the same ids in both, among them all of VALSE. So that ids do not depend on the form of a download, all
 * others are read as Hugging Face does: write `isn't` with a straight apostrophe. `config`: the text tower, whose vocabulary and end token
 * the tokeniser must share.
 */
export async function loadTokenizer(
  place: FileAt,
  config: Pick<TextConfig, "vocabSize" | "maxPositions" | "eosTokenId">,
): Promise<ClipTokenizer> {
  const settings = await tokenizerSettings(place, config);
  checkVocabulary(vocabularyIn(settings), config.vocabSize);
  const tokenizer = makeTokenizer(settings);
  checkEnds(settings.file, tokenizer, config);
  return new ClipTokenizer(tokenizer, config);
}

/** The contents of tokenizer.json, or what they would be. The model may have more embeddings than CLIP has tokens. */
async function tokenizerSettings(
  { files, path: place }: FileAt,
  { vocabSize }: Pick<TextConfig, "vocabSize">,
): Promise<ModelJson> {
  const [path, merges] = await tokenizerFiles({ files, path: place }) as [string, string?];
  const bytes = await readModelFile({ files, path });
  if (merges !== undefined) {
    const lines = modelText(await readModelFile({ files, path: merges }), merges).split("\n");
    return ofSlowFiles(parseModelJson(bytes, path), lines, merges);
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return parseModelJson(bytes, path);
  const settings = await ofVocabularyFile(bytes, path);
  const size = Object.keys(vocabularyIn(settings).entries()).length;
  if (size === vocabSize || size === CLIP_TOKENS && size < vocabSize) return settings; // no token has the further embeddings
  throw new NegscopeError("model-files-differ", {
    problem: `Cannot use "${path}"`,
    reason: `it makes a vocabulary of ${size} tokens, but the model has ${vocabSize}`,
    fix: "take the tokenizer.json of the model",
  });
}

function vocabularyIn(settings: ModelJson): ModelJson {
  const { file } = settings;
  const model = settings.object("model");
  const vocabulary = model?.get("type") === "BPE" ? model.object("vocab") : undefined;
  if (model === undefined || vocabulary === undefined) {
    throw notClip(file, typeText(model));
  }
  if (model.get("end_of_word_suffix") !== END_OF_WORD) {
    throw notClip(file, "it does not mark the end of a word");
  }
  return vocabulary;
}

/** What of a tokeniser is wrong whose model is of another type. */
export function typeText(model: ModelJson | undefined): string {
  return model === undefined
    ? "it is not the file of a tokeniser"
    : `it is of type ${shown(model.get("type") ?? null)}`;
}

const CLIPS =
  'CLIP\'s tokeniser (byte pairs with "</w>" at the end of a word, a start and an end token around the sentence)';

function notClip(file: string, reason: string): NegscopeError {
  return tokenizerForeign(file, reason, CLIPS);
}

function makeTokenizer(settings: ModelJson): Tokenizer {
  try {
    const tokenizer = new Tokenizer(matchReference(settings.entries()), {});
    const { ids } = tokenizer.encode(SAMPLE);
    tokenizer.decode(ids, { clean_up_tokenization_spaces: false });
    if (ids.length >= SAMPLE.split(" ").length) return tokenizer;
    throw new Error(`it makes ${ids.length} tokens of ${JSON.stringify(SAMPLE)}`);
  } catch (error) {
    throw tokenizerUnreadable(settings.file, error);
  }
}

function checkEnds(
  file: string,
  tokenizer: Tokenizer,
  config: Pick<TextConfig, "vocabSize" | "eosTokenId">,
): void {
  const { ids, tokens } = tokenizer.encode("");
  const [bos, eos] = ids;
  if (ids.length !== 2 || bos === undefined || eos === undefined || bos === eos) {
    throw notClip(file, `it makes ${ids.length} tokens of an empty sentence`);
  }
  const { vocabSize, eosTokenId } = config;
  ids.forEach((id, i) => {
    if (id >= vocabSize) throw beyondVocabulary(file, { token: tokens[i]!, id, vocabSize });
  });
  if (eosTokenId !== LARGEST_ID && eosTokenId !== eos) {
    throw new NegscopeError("model-files-differ", {
      problem: `Cannot use "${file}"`,
      reason:
        `its end token has id ${eos}, but "eos_token_id" of the model's settings is ${eosTokenId}`,
      fix: "take the tokeniser and the settings from the same model",
    });
  }
}
