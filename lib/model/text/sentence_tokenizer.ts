/** A tokeniser of any family, and which files of a model folder hold it. */

import { libraryLine, NegscopeError, shown } from "../../errors/errors.ts";
import { modelFileUnreadable, type ModelJson } from "../model_json.ts";
import { isObject } from "../../reading/json.ts";
import { type FileAt, isAbsent, MOST_BYTES } from "../../reading/files.ts";

/** Turns sentences into token ids, whatever the family. */
export interface SentenceTokenizer {
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
  /** The id that follows the end token in a family that pads sentences. @default {that of the sentence's last token} */
  readonly padId?: number;
  /** The tokens before a sentence's own: one in CLIP, none in SigLIP. @default {1} */
  readonly startTokens?: number;
  /** Whether the full stop of a sentence is a token. @default {true} */
  readonly keepsPunctuation?: boolean;
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

export function isTokenId(value: unknown, vocabSize: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < vocabSize;
}

/** Refuses a vocabulary with something else than ids, or with ids that the model has no embeddings for. */
export function checkVocabulary(vocabulary: ModelJson, vocabSize: number): void {
  const entries = vocabulary.entries();
  for (const token in entries) {
    const id = entries[token];
    if (isTokenId(id, vocabSize)) continue;
    if (!isTokenId(id, Infinity)) throw vocabulary.wrong(token, "a token id");
    throw beyondVocabulary(vocabulary.file, { token, id, vocabSize });
  }
}

export function beyondVocabulary(
  file: string,
  { token, id, vocabSize }: Readonly<{ token: string; id: number; vocabSize: number }>,
): NegscopeError {
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use "${file}"`,
    reason: `token "${token}" has id ${id}, but the model has a vocabulary of ${vocabSize}`,
    fix: "take the tokeniser and the settings from the same model",
  });
}

/** The token ids that a library makes of a sentence, each of which must have an embedding. */
export function checkedIds(
  sentence: string,
  { vocabSize, fewest }: { readonly vocabSize: number; readonly fewest: number },
  encode: () => readonly (number | undefined)[],
): number[] {
  try {
    const ids = encode();
    const wrong = ids.findIndex((id) => !isTokenId(id, vocabSize));
    if (wrong >= 0) throw new Error(`the id of token ${wrong} is ${ids[wrong]}`);
    if (ids.length < fewest) throw new Error(`it has ${ids.length} tokens`);
    return ids as number[];
  } catch (cause) {
    throw new NegscopeError("tokenizer-unreadable", {
      problem: `Cannot make token ids of ${shown(sentence)}`,
      subject: sentence,
      reason: libraryLine(cause),
      fix: "take the tokenizer.json of the model",
      cause,
    });
  }
}

export function unknownToken(id: number): NegscopeError {
  return new NegscopeError("index-outside", {
    problem: `Cannot name token ${id}`,
    subject: id,
    reason: "the tokeniser has no such id",
    fix: "check that it belongs to the model",
  });
}

export function tokenizerUnreadable(file: string, cause: unknown): NegscopeError {
  return new NegscopeError("tokenizer-unreadable", {
    problem: `Cannot make a tokeniser from "${file}"`,
    reason: libraryLine(cause),
    fix: "download it again, or save it again as a fast tokeniser",
    cause,
  });
}

export function tokenizerForeign(file: string, reason: string, expected: string): NegscopeError {
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use "${file}"`,
    reason,
    expected,
    fix: "take the tokenizer.json of the model",
  });
}

type Json = Readonly<Record<string, unknown>>;

/** The pattern that `ByteLevel` splits at by default, from GPT-2. */
const BYTE_LEVEL_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * Makes explicit the steps in which the two libraries differ.
 *
 * - JavaScript gives a capital sigma at the end of a word its final form; Rust lowercases every character by itself.
 * - JavaScript counts U+FEFF as white space, Rust does not. The library corrects this for a pattern in the file, but not for
 *   the pattern built into `ByteLevel`, so that pattern goes into the file as well.
 */
export function matchReference(tokenizer: Json): Json {
  return {
    ...tokenizer,
    normalizer: replaceStages(tokenizer["normalizer"], lowercase),
    pre_tokenizer: replaceStages(tokenizer["pre_tokenizer"], byteLevel),
  };
}

function replaceStages(stage: unknown, replace: (stage: Json) => Json): unknown {
  if (!isObject(stage)) return stage;
  for (const key of ["normalizers", "pretokenizers"]) {
    const stages = stage[key];
    if (Array.isArray(stages)) {
      return { ...stage, [key]: stages.map((inner: unknown) => replaceStages(inner, replace)) };
    }
  }
  return replace(stage);
}

function lowercase(stage: Json): Json {
  if (stage["type"] !== "Lowercase") return stage;
  const sigma = { type: "Replace", pattern: { String: "Σ" }, content: "σ" };
  return { type: "Sequence", normalizers: [sigma, stage] };
}

function byteLevel(stage: Json): Json {
  if (stage["type"] !== "ByteLevel" || stage["use_regex"] === false) return stage;
  const split = {
    type: "Split",
    pattern: { Regex: BYTE_LEVEL_WORDS },
    behavior: "Isolated",
    invert: false,
  };
  return { type: "Sequence", pretokenizers: [split, { ...stage, use_regex: false }] };
}

const FAST = "tokenizer.json";

const SLOW = ["vocab.json", "merges.txt"] as const;

/** OpenAI's vocabulary, which open_clip carries too. */
export const VOCABULARY = "bpe_simple_vocab_16e6.txt.gz";

const UNCONVERTED = "spiece.model"; // sentencepiece's own file

const FORMS = `${FAST}, ${SLOW.join(" with ")}, or ${VOCABULARY}`;

/** Writes `tokenizer.json` from sentencepiece's own file. */
const CONVERSION =
  `python -c "from transformers import SiglipTokenizer; from transformers.convert_slow_tokenizer import SpmConverter; SpmConverter(SiglipTokenizer('${UNCONVERTED}')).converted().save('${FAST}')"`;

const VOCABULARY_URL = `https://github.com/openai/CLIP/raw/main/clip/${VOCABULARY}`;

/** The files that the tokeniser is read from: `tokenizer.json`, else `vocab.json` and `merges.txt`, else `bpe_simple_vocab_16e6.txt.gz`. */
export async function tokenizerFiles(place: FileAt): Promise<readonly string[]> {
  const found = await firstOf(place, [[FAST], SLOW, [VOCABULARY]]);
  if (found !== undefined) return found;
  throw new NegscopeError("model-file-missing", {
    problem: `Cannot find a tokeniser in model folder "${withoutSlash(place.path)}"`,
    expected: FORMS,
    fix: `put the model's own there; CLIP's: curl -L -o ${VOCABULARY} ${VOCABULARY_URL}`,
  });
}

/** The `tokenizer.json` of a SigLIP model, from its folder or as the file itself. No other form of it is read. */
export async function siglipFile(place: FileAt): Promise<FileAt> {
  const [path] = await firstOf(place, [[FAST], [UNCONVERTED]]) ?? [];
  if (path === undefined) {
    const folder = withoutSlash(place.path);
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find "${FAST}" in model folder "${folder}"`,
      subject: `${folder}/${FAST}`,
      fix: "download it from the model's repository",
    });
  }
  if (!path.endsWith(UNCONVERTED)) return { files: place.files, path };
  throw new NegscopeError("tokenizer-unreadable", {
    problem: `Cannot read the tokeniser "${path}"`,
    reason: `it is sentencepiece's own file, and there is no ${FAST} beside it`,
    fix: `download ${FAST} from the model's repository, or write it in that folder: ${CONVERSION}`,
  });
}

/** The file that is given as the tokeniser, or the files of the first form that a folder has. */
async function firstOf(
  { files, path }: FileAt,
  forms: readonly (readonly string[])[],
): Promise<readonly string[] | undefined> {
  const folder = withoutSlash(path);
  const kindOf = (path: string) => tokenizerKind({ files, path });
  if (await kindOf(folder) === "file") return [folder];
  for (const names of forms) {
    const paths = names.map((name) => `${folder}/${name}`);
    const kinds = await Promise.all(paths.map(kindOf));
    if (!kinds.includes("absent")) return paths;
  }
  return undefined;
}

/** A path without the slashes at its end, except that a root stays as it is. */
function withoutSlash(path: string): string {
  return path.replace(/(?<=.)[/\\]+$/, "");
}

/** What is at a path; a file is checked to be small enough to be read. */
async function tokenizerKind({ files, path }: FileAt): Promise<"absent" | "folder" | "file"> {
  try {
    const kind = await files.kindOf(path);
    if (kind === "folder" || kind === "absent") return kind;
    using file = files.open(path);
    file.checkSize(MOST_BYTES.settings); // before anyone reads it, for its checksum or its content
    return "file";
  } catch (error) {
    if (isAbsent(error)) return "absent";
    throw modelFileUnreadable(path, error);
  }
}
