import { Tokenizer } from "@huggingface/tokenizers";
import type { FileAt } from "../../reading/files.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import type { TextConfig } from "../../architecture/tower_writer.ts";
import { ModelJson, readBeginning, readJsonFile } from "../model_json.ts";
import {
  CLIP_TOKENS,
  ClipTokenizer,
  END_OF_WORD,
  isGzip,
  readSlowFiles,
  readVocabularyFile,
} from "./clip_tokenizer.ts";
import {
  beyondVocabulary,
  checkVocabulary,
  isTokenId,
  matchReference,
  siglipFile,
  tokenizerFiles,
  tokenizerForeign,
  tokenizerUnreadable,
} from "./sentence_tokenizer.ts";
import {
  canonicalText,
  Charsmap,
  type SiglipForm,
  SiglipTokenizer,
  SPACE,
} from "./siglip_tokenizer.ts";

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
  const settings = await tokenizerSettings(
    (await tokenizerFiles(place)).map((path) => ({ files: place.files, path })),
    config,
  );
  checkVocabulary(vocabularyOf(settings), config.vocabSize);
  const tokenizer = makeTokenizer(settings);
  checkEnds(settings.file, tokenizer, config);
  return new ClipTokenizer(tokenizer, config);
}

/** The contents of tokenizer.json, or what they would be. The model may have more embeddings than CLIP has tokens. */
async function tokenizerSettings(
  [file, merges]: readonly FileAt[],
  { vocabSize }: Pick<TextConfig, "vocabSize">,
): Promise<ModelJson> {
  if (merges !== undefined) return await readSlowFiles(file!, merges);
  if (!isGzip(await readBeginning(file!))) return await readJsonFile(file!);
  const settings = await readVocabularyFile(file!);
  const size = Object.keys(vocabularyOf(settings).entries()).length;
  if (size === vocabSize || size === CLIP_TOKENS && size < vocabSize) return settings; // no token has the further embeddings
  throw new NegscopeError("model-files-differ", {
    problem: `Cannot use "${file!.path}"`,
    reason: `it makes a vocabulary of ${size} tokens, but the model has ${vocabSize}`,
    fix: "take the tokenizer.json of the model",
  });
}

function vocabularyOf(settings: ModelJson): ModelJson {
  const { file } = settings;
  const model = settings.object("model");
  const vocabulary = model?.get("type") === "BPE" ? model.object("vocab") : undefined;
  if (model === undefined || vocabulary === undefined) {
    throw notClip(file, `it is of type ${JSON.stringify(model?.get("type") ?? null)}`);
  }
  if (model.get("end_of_word_suffix") !== END_OF_WORD) {
    throw notClip(file, "it does not mark the end of a word");
  }
  return vocabulary;
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

function isPiece(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && Number.isFinite(value[1]);
}

const SIGLIPS =
  "SigLIP's tokeniser (Unigram with </s>) or SigLIP 2's (BPE with byte fallback, <eos> and <pad>)";

function notSiglip(file: string, reason: string): NegscopeError {
  return tokenizerForeign(file, reason, SIGLIPS);
}
