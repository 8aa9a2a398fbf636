/** Token ids that a model has embeddings for, and the errors about others. */

import { libraryLine, NegscopeError, shown } from "../../../errors.ts";
import type { ModelJson } from "../../model_json.ts";

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
  { token, id, vocabSize }: {
    readonly token: string;
    readonly id: number;
    readonly vocabSize: number;
  },
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

/** The error for a file that the tokeniser's library cannot use. */
export function tokenizerUnreadable(file: string, cause: unknown): NegscopeError {
  return new NegscopeError("tokenizer-unreadable", {
    problem: `Cannot make a tokeniser from "${file}"`,
    reason: libraryLine(cause),
    fix: "download it again, or save it again as a fast tokeniser",
    cause,
  });
}

/** The error for the tokeniser of another family. */
export function tokenizerForeign(file: string, reason: string, expected: string): NegscopeError {
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use "${file}"`,
    reason,
    expected,
    fix: "take the tokenizer.json of the model",
  });
}
