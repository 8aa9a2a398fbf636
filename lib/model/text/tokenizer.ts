/** CLIP's tokeniser: a sentence as token ids, and token ids as text. */

import { Tokenizer } from "@huggingface/tokenizers";
import { libraryLine, NegscopeError, shown } from "../../errors.ts";
import type { TextConfig } from "../sizes.ts";
import { type ModelJson, readModelJson } from "../model_json.ts";
import { matchReference } from "./tokenizer_reference.ts";

const END_OF_WORD = "</w>";
const SAMPLE = "There's no café, 2 dogs."; // shows whether the library can cope with the file
const LARGEST_ID = 2; // `eos_token_id` in older files, whose models read the embedding at the largest id

/** Turns sentences into token ids, whatever the family. */
export interface SentenceTokenizer {
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
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
    if (ids.length <= this.maxPositions) return ids;
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

  #ids(sentence: string): number[] {
    let ids: number[];
    try {
      ids = this.#tokenizer.encode(sentence).ids;
    } catch (error) {
      throw notEncoded(sentence, error);
    }
    const wrong = ids.findIndex((id) => !isTokenId(id, this.#vocabSize));
    if (wrong < 0 && ids.length >= 2) return ids;
    const why = wrong < 0
      ? `it has ${ids.length} tokens`
      : `the id of token ${wrong} is ${ids[wrong]}`;
    throw notEncoded(sentence, new Error(why));
  }

  #text(id: number): string {
    const spelled = this.#tokenizer.id_to_token(id);
    if (spelled === undefined) {
      throw new NegscopeError("token-unknown", {
        problem: `Cannot name token ${id}`,
        subject: id,
        reason: "the tokeniser has no such id",
        fix: "check that it belongs to the model",
      });
    }
    if (id === this.bosTokenId || id === this.eosTokenId) return spelled;
    const text = this.#tokenizer.decode([id], { clean_up_tokenization_spaces: false });
    const complete = !text.includes("\uFFFD");
    if (!spelled.endsWith(END_OF_WORD)) return complete ? text : spelled;
    const spoken = complete && text !== spelled; // without a decoder the library returns the spelling
    return spoken ? text.slice(0, -1) : spelled.slice(0, -END_OF_WORD.length);
  }
}

/**
 * Loads the tokeniser of a model folder from tokenizer.json alone: no setting of tokenizer_config.json changes CLIP's ids.
 *
 * @param folder The model folder.
 * @param config The text tower, whose vocabulary and end token the tokeniser must share.
 * @throws {NegscopeError} If the file is missing.
 * @throws {NegscopeError} If it is not JSON.
 * @throws {NegscopeError} If it is not CLIP's kind of tokeniser.
 * @throws {NegscopeError} If its ids are not those of the model.
 */
export async function loadTokenizer(folder: string, config: TextConfig): Promise<ClipTokenizer> {
  const settings = await readModelJson(folder, "tokenizer.json");
  checkVocabulary(settings, config.vocabSize);
  const tokenizer = makeTokenizer(settings);
  checkEnds(settings.file, tokenizer, config);
  return new ClipTokenizer(tokenizer, config);
}

function notEncoded(sentence: string, cause: unknown): NegscopeError {
  return new NegscopeError("sentence-not-encoded", {
    problem: `Cannot make token ids of ${shown(sentence)}`,
    subject: sentence,
    reason: libraryLine(cause),
    fix: "take the tokenizer.json of the model",
    cause,
  });
}

function checkVocabulary(settings: ModelJson, vocabSize: number): void {
  const { file } = settings;
  const model = settings.object("model");
  const vocabulary = model?.object("vocab");
  if (model?.get("type") !== "BPE" || vocabulary === undefined) {
    throw notClip(file, `it is of type ${JSON.stringify(model?.get("type") ?? null)}`);
  }
  if (model.get("end_of_word_suffix") !== END_OF_WORD) {
    throw notClip(file, "it does not mark the end of a word");
  }
  const wrong = Object.entries(vocabulary.entries()).find(([, id]) => !isTokenId(id, vocabSize));
  if (wrong === undefined) return;
  const [token, id] = wrong;
  if (!isTokenId(id, Infinity)) throw vocabulary.wrong(token, "a token id");
  throw beyondVocabulary(file, { token, id, vocabSize });
}

function notClip(file: string, reason: string): NegscopeError {
  return new NegscopeError("tokenizer-not-clip", {
    problem: `Cannot use "${file}"`,
    subject: file,
    reason,
    expected:
      'CLIP\'s tokeniser (byte pairs with "</w>" at the end of a word, a start and an end token around the sentence)',
    fix: "take the tokenizer.json of the model",
  });
}

function beyondVocabulary(
  file: string,
  { token, id, vocabSize }: {
    readonly token: string;
    readonly id: number;
    readonly vocabSize: number;
  },
): NegscopeError {
  return new NegscopeError("token-beyond-vocabulary", {
    problem: `Cannot use "${file}"`,
    subject: file,
    reason: `token "${token}" has id ${id}, but config.json has a vocabulary of ${vocabSize}`,
    fix: "take tokenizer.json and config.json from the same model",
  });
}

function isTokenId(value: unknown, vocabSize: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < vocabSize;
}

function makeTokenizer(settings: ModelJson): Tokenizer {
  try {
    const tokenizer = new Tokenizer(matchReference(settings.entries()), {});
    const { ids } = tokenizer.encode(SAMPLE);
    tokenizer.decode(ids, { clean_up_tokenization_spaces: false });
    if (ids.length >= SAMPLE.split(" ").length) return tokenizer;
    throw new Error(`it makes ${ids.length} tokens of ${JSON.stringify(SAMPLE)}`);
  } catch (error) {
    throw new NegscopeError("tokenizer-unreadable", {
      problem: `Cannot make a tokeniser from "${settings.file}"`,
      subject: settings.file,
      reason: libraryLine(error),
      fix: "save it again as a fast tokeniser",
      cause: error,
    });
  }
}

function checkEnds(file: string, tokenizer: Tokenizer, config: TextConfig): void {
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
    throw new NegscopeError("end-token-differs", {
      problem: `Cannot use "${file}"`,
      subject: file,
      reason: `its end token has id ${eos}, but "eos_token_id" of config.json is ${eosTokenId}`,
      fix: "take tokenizer.json and config.json from the same model",
    });
  }
}
