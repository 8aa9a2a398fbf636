/** Loading the tokeniser of a SigLIP or SigLIP 2 model. */

import type { FileAt } from "../../../../reading/files.ts";
import { Tokenizer } from "@huggingface/tokenizers";
import { type NegscopeError, shown } from "../../../../errors.ts";
import type { TextConfig } from "../../../../architecture/sizes.ts";
import { ModelJson, readJsonFile } from "../../../model_json.ts";
import { canonicalText, Charsmap } from "./charsmap.ts";
import { matchReference } from "../match_reference.ts";
import { type SiglipForm, SiglipTokenizer, SPACE } from "./siglip_tokenizer.ts";
import {
  beyondVocabulary,
  checkVocabulary,
  isTokenId,
  tokenizerForeign,
  tokenizerUnreadable,
} from "../token_ids.ts";
import { siglipFile } from "../tokenizer_files.ts";

/** What turns a prepared text into tokens. */
interface Parts {
  /** The contents of tokenizer.json without what is done here. */
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
 *
 * @param place A model folder, or a tokenizer.json.
 * @param config The text tower, whose vocabulary the tokeniser must share.
 * @throws {NegscopeError} If the file is missing, or there is only sentencepiece's own.
 * @throws {NegscopeError} If it is not JSON, or not of a form that SigLIP has.
 * @throws {NegscopeError} If its ids are not those of the model.
 */
export async function loadSiglipTokenizer(
  place: FileAt,
  config: TextConfig,
): Promise<SiglipTokenizer> {
  const settings = await readJsonFile(await siglipFile(place));
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
  throw notSiglip(file, `it is of type ${shown(model?.get("type") ?? null)}`);
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
    prepare: (sentence) =>
      trimmed(charsmap?.replace(canonicalText(sentence)) ?? canonicalText(sentence)),
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
  const splits = settings.object("pre_tokenizer");
  const pattern = splits?.object("pattern")?.get("String");
  if (splits !== undefined && (splits.get("type") !== "Split" || pattern !== " ")) {
    throw notSiglip(file, "it does not split at spaces");
  }
  if (splits !== undefined && !replacesSpaces(settings)) {
    throw notSiglip(file, "its normaliser leaves spaces to split at");
  }
  const own = settings.get("normalizer") ?? [];
  const normalizer = { type: "Sequence", normalizers: [{ type: "Lowercase" }, own].flat() };
  const contents = matchReference({
    ...settings.entries(),
    normalizer,
    pre_tokenizer: null, // no space is left to split at, see above
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
  for (const values of normalizerStages(settings)) {
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

/** Whether the last that the file does to a text is to mark its spaces, after which none is left. */
function replacesSpaces(settings: ModelJson): boolean {
  const last = normalizerStages(settings).at(-1);
  const pattern = last?.object("pattern")?.get("String");
  return last?.get("type") === "Replace" && pattern === " " && last.get("content") === SPACE;
}

function normalizerStages(settings: ModelJson): ModelJson[] {
  const outer = settings.object("normalizer");
  const inner = outer?.get("normalizers");
  const stages: readonly unknown[] = outer === undefined
    ? []
    : outer.get("type") === "Sequence" && Array.isArray(inner)
    ? inner
    : [outer.entries()];
  return stages.map((stage) => new ModelJson(settings.file, Object(stage)));
}

/** Without spaces at the ends and double ones, which replaced characters may have left; other white space stays, as in sentencepiece. */
function trimmed(text: string): string {
  return text.replace(/^ +| +$/g, "").replace(/ {2,}/g, " ");
}

function isPiece(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && Number.isFinite(value[1]);
}

const SIGLIPS =
  "SigLIP's tokeniser (Unigram with </s>) or SigLIP 2's (BPE with byte fallback, <eos> and <pad>)";

function notSiglip(file: string, reason: string): NegscopeError {
  return tokenizerForeign(file, reason, SIGLIPS);
}
