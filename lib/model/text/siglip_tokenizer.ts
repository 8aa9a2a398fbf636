import { Tokenizer } from "@huggingface/tokenizers";
import { type NegscopeError, shown } from "../../errors/errors.ts";
import { typeText } from "./clip_tokenizer.ts";
import type { FileAt } from "../../reading/files.ts";
import type { TextConfig } from "../../architecture/tower_writer.ts";
import { ModelJson, readModelJson } from "../model_json.ts";
import {
  beyondVocabulary,
  checkedIds,
  checkVocabulary,
  isTokenId,
  matchReference,
  type SentenceTokenizer,
  siglipFile,
  tokenizerForeign,
  tokenizerUnreadable,
  unknownToken,
} from "./sentence_tokenizer.ts";

const SPACE = "\u2581"; // mark of a space in a sentencepiece vocabulary

/** In what the tokenisers of SigLIP and SigLIP 2 differ. */
interface SiglipForm {
  readonly prepare: (sentence: string) => string; // text that the library splits into tokens
  readonly endId: number;
  readonly padId: number;
  readonly keepsPunctuation: boolean;
}

/** Turns sentences into token ids as Hugging Face's `SiglipTokenizer` or `Siglip2Tokenizer` does, without padding. */
export class SiglipTokenizer implements SentenceTokenizer {
  readonly maxPositions: number; // largest number of tokens of a sentence, the end token included
  /** The token that fills up a sentence: the end token in SigLIP, `<pad>` in SigLIP 2. */
  readonly padId: number;
  readonly eosTokenId: number;
  readonly startTokens = 0; // none: the first token of a sentence is its first word's
  readonly keepsPunctuation: boolean;
  readonly #vocabSize: number;
  readonly #hasBytes: boolean;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly form: SiglipForm,
    { maxPositions, vocabSize }: { readonly maxPositions: number; readonly vocabSize: number },
  ) {
    this.maxPositions = maxPositions;
    this.padId = form.padId;
    this.eosTokenId = form.endId;
    this.keepsPunctuation = form.keepsPunctuation;
    this.#vocabSize = vocabSize;
    this.#hasBytes = BYTES.every((byte) => tokenizer.token_to_id(byte) !== undefined);
  }

  /** The ids of a sentence's tokens and the end token; one that is too long keeps its first tokens, followed by the end token. */
  encode(sentence: string): number[] {
    return [...this.#ids(sentence).slice(0, this.maxPositions - 1), this.eosTokenId];
  }

  /** The number of a sentence's tokens, the end token included, before it is cut. */
  count(sentence: string): number {
    return this.#ids(sentence).length + 1;
  }

  /** The text of every token, without the mark of the space before a word; part of a character is `<0x` and its byte. */
  tokens(sentence: string | readonly number[]): string[] {
    const ids = typeof sentence === "string" ? this.encode(sentence) : sentence;
    return ids.map((id) => {
      const spelled = this.tokenizer.id_to_token(id);
      if (spelled === undefined) throw unknownToken(id);
      const beginsWord = spelled.startsWith(SPACE) && spelled.length > 1;
      return spelled.slice(beginsWord ? 1 : 0).replaceAll(SPACE, " ");
    });
  }

  #ids(sentence: string): number[] {
    return checkedIds(sentence, { vocabSize: this.#vocabSize, fewest: 0 }, () => {
      const text = this.form.prepare(sentence);
      const { tokens, ids } = this.tokenizer.encode(text, { add_special_tokens: false });
      return this.#hasBytes ? tokens.flatMap((token, i) => this.#known(token, ids[i])) : ids;
    });
  }

  /** The id of a token, or those of its bytes if the vocabulary does not have it. */
  #known(token: string, found: number | undefined): (number | undefined)[] {
    if (this.tokenizer.token_to_id(token) !== undefined) return [found];
    return [...new TextEncoder().encode(token)]
      .map((byte) => this.tokenizer.token_to_id(BYTES[byte]!));
  }
}

/** The tokens of single bytes, by which characters outside the vocabulary are spelled. */
const BYTES = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true }); // U+FEFF is a character here

/** The replacements in `precompiled_charsmap`, a trie as darts-clone stores it: the longest known sequence, as in sentencepiece. */
export class Charsmap {
  readonly #units: DataView;
  readonly #count: number;
  readonly #replacements: Uint8Array;

  constructor(base64: string) {
    const bytes = bytesOf(base64);
    const size = bytes.length < 4 ? NaN : new DataView(bytes.buffer).getUint32(0, true);
    if (!(size >= 4 && size % 4 === 0 && size <= bytes.length - 4)) {
      throw new Error("its precompiled_charsmap is not whole");
    }
    this.#units = new DataView(bytes.buffer, 4, size);
    this.#count = size / 4;
    this.#replacements = bytes.subarray(4 + size);
  }

  replace(text: string): string {
    const bytes = UTF8.encode(text);
    let replaced = "";
    for (let start = 0; start < bytes.length;) {
      const { length, value } = this.#longest(bytes, start);
      const kept = length === 0 ? characterLength(bytes[start]!) : length;
      replaced += length === 0
        ? TEXT.decode(bytes.subarray(start, start + kept))
        : this.#replacement(value);
      start += kept;
    }
    return replaced;
  }

  /** The longest key of the trie at a place: its bytes, and where its replacement begins. */
  #longest(bytes: Uint8Array, start: number): { length: number; value: number } {
    let longest = { length: 0, value: 0 };
    let node = offsetOf(this.#unit(0));
    for (let i = start; i < bytes.length; i++) {
      node ^= bytes[i]!;
      const unit = this.#unit(node);
      if ((unit & 0x800000ff) >>> 0 !== bytes[i]) break; // the byte that leads to it; beyond 255 in one that holds a value
      node ^= offsetOf(unit);
      if ((unit & 0x100) === 0) continue; // no key ends here
      longest = { length: i + 1 - start, value: this.#unit(node) & 0x7fffffff };
    }
    return longest;
  }

  #unit(node: number): number {
    return node < this.#count ? this.#units.getUint32(4 * node, true) : NO_LABEL;
  }

  #replacement(begin: number): string {
    const end = this.#replacements.indexOf(0, begin);
    return TEXT.decode(this.#replacements.subarray(begin, end < 0 ? undefined : end));
  }
}

const NO_LABEL = 0x80000000; // a unit that no byte matches

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new Error("its precompiled_charsmap is not base64");
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Bytes of a character whose first byte is given. */
function characterLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

const PUNCTUATION = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g; // Python's string.punctuation

/** White space in Python's sense (`\s` of its `re`): the Unicode property and four separators. */
// deno-lint-ignore no-control-regex
const SPACES = /[\p{White_Space}\x1c-\x1f]+/gu;

/** A sentence in lower case, without ASCII punctuation, its words separated by single spaces (`SiglipTokenizer.canonicalize_text`). */
function canonicalText(sentence: string): string {
  return sentence.replaceAll("\u2581", " ").toLowerCase().replace(PUNCTUATION, "")
    .replace(SPACES, " ").replace(/^ | $/g, "");
}

/** What turns a prepared text into tokens. */
interface Parts {
  readonly contents: Readonly<Record<string, unknown>>;
  readonly prepare: (sentence: string) => string;
  readonly end: string;
  readonly pad: string;
  readonly keepsPunctuation: boolean;
}

/**
 * Loads the tokeniser of a SigLIP model from tokenizer.json, converted from sentencepiece. There is no start token; the end token follows
 * every sentence, whatever the file's own template says, and `padId` is what the models were trained to find after it.
 *
 * - SigLIP (Unigram): a sentence is read in lower case, without ASCII punctuation, and with single spaces, as Hugging Face's
 *   `SiglipTokenizer` does; then characters are replaced by the file's `precompiled_charsmap`, exactly as sentencepiece does (the library
 *   only has an approximation). End and padding are `</s>`. A special token spelled out in a sentence, `</s>`
 *   for one, is text like any other.
 * - SigLIP 2 (BPE, Gemma's vocabulary): a sentence is read in lower case, as `Siglip2Tokenizer` of transformers 5 does. The end is `<eos>`,
 *   the padding `<pad>`. open_clip also leaves out punctuation here; Hugging Face does not, and neither does this.
 *
 * open_clip, besides, repairs text with ftfy and reads `_` as a space.
 */
export async function loadSiglipTokenizer(
  place: FileAt,
  config: TextConfig,
): Promise<SiglipTokenizer> {
  const settings = await readModelJson(await siglipFile(place));
  const parts = partsOf(settings, config.vocabSize);
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(parts.contents, {});
  } catch (error) {
    throw tokenizerUnreadable(settings.file, error);
  }
  const idOf = (token: string) => {
    const id = tokenizer.token_to_id(token);
    if (id === undefined) throw notSiglip(settings.file, `it has no token "${token}"`);
    const { vocabSize } = config;
    if (isTokenId(id, vocabSize)) return id;
    throw beyondVocabulary(settings.file, { token, id, vocabSize });
  };
  const { prepare, end, pad, keepsPunctuation } = parts;
  const form: SiglipForm = { prepare, endId: idOf(end), padId: idOf(pad), keepsPunctuation };
  return new SiglipTokenizer(tokenizer, form, config);
}

function partsOf(settings: ModelJson, vocabSize: number): Parts {
  const { file } = settings;
  const model = settings.object("model");
  if (model?.get("type") === "Unigram") return unigramParts(settings, model, vocabSize);
  if (model?.get("type") === "BPE" && model.get("byte_fallback") === true) {
    return bytePairParts(settings, model, vocabSize);
  }
  throw notSiglip(file, typeText(model));
}

/** SigLIP's: everything before and after the model is done here. */
function unigramParts(settings: ModelJson, model: ModelJson, vocabSize: number): Parts {
  const { file } = settings;
  const pieces = model.get("vocab");
  if (!Array.isArray(pieces) || !pieces.every(isPiece)) {
    throw notSiglip(file, '"model.vocab" is not a list of tokens with their scores');
  }
  if (pieces.length > vocabSize) {
    const id = pieces.length - 1;
    throw beyondVocabulary(file, { token: pieces[id]![0], id, vocabSize });
  }
  const unknown = model.get("unk_id");
  if (!isTokenId(unknown, pieces.length)) throw model.wrong("unk_id", "a token id");
  const charsmap = charsmapOf(settings);
  return {
    contents: {
      model: model.entries(),
      added_tokens: [],
      decoder: null,
      normalizer: null,
      pre_tokenizer: { type: "Metaspace", replacement: SPACE, prepend_scheme: "always" },
      post_processor: null,
    },
    prepare: (sentence) => {
      const text = canonicalText(sentence);
      return (charsmap?.replace(text) ?? text)
        .replace(/^ +| +$/g, "").replace(/ {2,}/g, " "); // which replaced characters may have left; other white space stays, as in sentencepiece
    },
    end: "</s>",
    pad: "</s>",
    keepsPunctuation: false,
  };
}

/** SigLIP 2's: the file's own stages after lowering. */
function bytePairParts(settings: ModelJson, model: ModelJson, vocabSize: number): Parts {
  const { file } = settings;
  const vocabulary = model.object("vocab");
  if (vocabulary === undefined) throw notSiglip(file, "it has no vocabulary");
  checkVocabulary(vocabulary, vocabSize);
  const own = settings.get("normalizer") ?? [];
  const normalizer = { type: "Sequence", normalizers: [{ type: "Lowercase" }, own].flat() };
  const contents = matchReference({
    ...settings.entries(),
    normalizer,
    pre_tokenizer: null, // it splits at spaces, of which the normaliser has left none
    decoder: null,
    post_processor: null,
  });
  return { contents, prepare: (text) => text, end: "<eos>", pad: "<pad>", keepsPunctuation: true };
}

/** Stages that SigLIP's files have, and that are done here. */
const KNOWN_STAGES = ["Lowercase", "Replace", "Strip", "Precompiled", "Nmt", "NFKC"];

/** The replacements of characters; undefined in a vocabulary that was trained without. */
function charsmapOf(settings: ModelJson): Charsmap | undefined {
  let charsmap: Charsmap | undefined;
  const outer = settings.object("normalizer");
  const stages = outer && [outer.get("normalizers") ?? outer.entries()].flat();
  for (const stage of stages ?? []) {
    const values = new ModelJson(settings.file, Object(stage));
    const type = values.get("type");
    if (!KNOWN_STAGES.includes(String(type))) {
      throw notSiglip(settings.file, `its normaliser has the stage ${shown(type)}`);
    }
    const map = values.get("precompiled_charsmap");
    if (map === undefined) continue;
    try {
      charsmap = new Charsmap(String(map));
    } catch (error) {
      throw tokenizerUnreadable(settings.file, error);
    }
  }
  return charsmap;
}

function isPiece(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && Number.isFinite(value[1]);
}

const SIGLIPS =
  "SigLIP's tokeniser (Unigram with </s>) or SigLIP 2's (BPE with byte fallback, <eos> and <pad>)";

function notSiglip(file: string, reason: string): NegscopeError {
  return tokenizerForeign(file, reason, SIGLIPS);
}
