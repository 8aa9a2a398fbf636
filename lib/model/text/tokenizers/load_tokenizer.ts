/** Loading CLIP's tokeniser, in any form in which it is published. */

import { Tokenizer } from "@huggingface/tokenizers";
import type { FileAt } from "../../../reading/files.ts";
import { NegscopeError } from "../../../errors.ts";
import type { TextConfig } from "../../../architecture/sizes.ts";
import { type ModelJson, readJsonFile } from "../../model_json.ts";
import {
  CLIP_TOKENS,
  END_OF_WORD,
  isGzip,
  readSlowFiles,
  readVocabularyFile,
} from "./clip_vocabulary.ts";
import { ClipTokenizer } from "./clip_tokenizer.ts";
import { matchReference } from "./match_reference.ts";
import {
  beyondVocabulary,
  checkVocabulary,
  tokenizerForeign,
  tokenizerUnreadable,
} from "./token_ids.ts";
import { tokenizerFiles } from "./tokenizer_files.ts";
import { readBeginning } from "../../model_file.ts";

const SAMPLE = "There's no café, 2 dogs."; // shows whether the library can cope with the file
const LARGEST_ID = 2; // `eos_token_id` in older files, whose models read the embedding at the largest id

/**
 * Loads CLIP's tokeniser from the files that {@linkcode tokenizerFiles} names. The three forms give the same ids, those of Hugging
 * Face's `CLIPTokenizerFast`; no setting of tokenizer_config.json changes them.
 *
 * OpenAI's and open_clip's own code (`SimpleTokenizer`) prepares a sentence in other ways before the same merges: it repairs text with
 * ftfy (curly quotes become straight, ligatures and full-width letters plain, wrongly decoded text is decoded anew, control characters
 * are left out), replaces HTML entities such as `&amp;`, and gives a capital sigma at the end of a word its final form; and it knows
 * the start and end token in a sentence as `<start_of_text>` and `<end_of_text>`. Sentences without these have the same ids in both,
 * among them all of VALSE. So that ids do not depend on the form of a download, all others are read as Hugging Face does: write
 * `isn't` with a straight apostrophe.
 *
 * @param place A model folder; or the tokeniser's own folder or file, `tokenizer.json` or `bpe_simple_vocab_16e6.txt.gz`.
 * @param config The text tower, whose vocabulary and end token the tokeniser must share.
 * @throws {NegscopeError} If there is no file, or it cannot be read.
 * @throws {NegscopeError} If it is not JSON, or not a vocabulary.
 * @throws {NegscopeError} If it is not CLIP's kind of tokeniser.
 * @throws {NegscopeError} If its ids are not those of the model.
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
export async function tokenizerSettings(
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
