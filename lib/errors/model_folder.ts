/** What is wrong with a model's folder, its settings, its tokeniser, or an image. */

import { firstLine, libraryLine, readingFailure, shown } from "./describe.ts";

/** A file that a model folder lacks. */
export function modelFolderLacks(folder: string, file: string): Error {
  return new Error(
    `Cannot find "${file}" in model folder "${folder}": expected a folder in Hugging Face layout (config.json, tokenizer.json, preprocessor_config.json, onnx/); check --model`,
  );
}

/** A file of a model folder that cannot be read. */
export function modelFolderUnreadable(path: string, cause: unknown): Error {
  return new Error(`Cannot read "${path}": ${readingFailure(cause)}; check --model`, { cause });
}

/** A file that is not JSON. */
export function jsonUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${path}" as JSON: ${firstLine(cause)}; download or write it again`,
    { cause },
  );
}

/** A file that is JSON, but no object. */
export function jsonNotObject(path: string, value: unknown): TypeError {
  return new TypeError(`Cannot use "${path}": expected a JSON object, but it is ${shown(value)}`);
}

/** A setting of the wrong type. */
export function settingOfWrongType(
  file: string,
  key: string,
  value: unknown,
  expected: string,
): TypeError {
  return new TypeError(
    `Cannot use "${file}": "${key}" must be ${expected}, but it is ${shown(value)}`,
  );
}

/** A setting of the right type whose value cannot be. */
export function settingOfWrongValue(
  file: string,
  key: string,
  value: unknown,
  expected: string,
): RangeError {
  return new RangeError(
    `Cannot use "${file}": "${key}" must be ${expected}, but it is ${shown(value)}`,
  );
}

/** A model of another kind. */
export function modelNotClip(file: string, modelType: unknown): RangeError {
  return new RangeError(
    `Cannot use "${file}": "model_type" must be "clip", but it is ${
      shown(modelType)
    }; point --model at a CLIP model with both towers' settings`,
  );
}

/** A tokeniser file that the tokeniser library does not take. */
export function tokenizerUnreadable(path: string, cause: unknown): TypeError {
  return new TypeError(
    `Cannot make a tokeniser from "${path}": ${
      libraryLine(cause)
    }; save it again as a fast tokeniser`,
    { cause },
  );
}

/** A tokeniser of another kind. */
export function tokenizerNotClip(path: string, found: string): TypeError {
  return new TypeError(
    `Cannot use "${path}": expected CLIP's tokeniser (byte pairs with "</w>" at the end of a word, a start and an end token around the sentence), but it ${found}; take the tokenizer.json of the model`,
  );
}

/** A token that the model has no embedding of. */
export function tokenBeyondVocabulary(
  path: string,
  { token, id, vocabSize }: {
    readonly token: string;
    readonly id: number;
    readonly vocabSize: number;
  },
): RangeError {
  return new RangeError(
    `Cannot use "${path}": token "${token}" has id ${id}, but config.json has a vocabulary of ${vocabSize}; take tokenizer.json and config.json from the same model`,
  );
}

/** An end token that the model does not read the embedding at. */
export function endTokenDiffers(path: string, id: number, expected: number): RangeError {
  return new RangeError(
    `Cannot use "${path}": its end token has id ${id}, but "eos_token_id" of config.json is ${expected}; take tokenizer.json and config.json from the same model`,
  );
}

/** A sentence that the tokeniser makes no token ids of. */
export function sentenceNotEncoded(sentence: string, cause: unknown): TypeError {
  return new TypeError(
    `Cannot make token ids of ${shown(sentence)}: ${
      libraryLine(cause)
    }; take the tokenizer.json of the model`,
    { cause },
  );
}

/** A token id that the tokeniser does not have. */
export function tokenUnknown(id: number): RangeError {
  return new RangeError(
    `Cannot name token ${id}: the tokeniser has no such id; check that it belongs to the model`,
  );
}

/** A folder of images that is none. */
export function imageFolderMissing(folder: string, cause: unknown): Error {
  return new Error(
    `Cannot find images in "${folder}": there is no such folder; check --images`,
    { cause },
  );
}

/** An image that is not there. */
export function imageMissing(
  name: string,
  { folder, pair }: { readonly folder: string; readonly pair?: string | undefined },
): Error {
  const of = pair === undefined ? "" : ` of pair "${pair}"`;
  return new Error(
    `Cannot find image "${name}"${of} in folder "${folder}": there is no such file; check --images`,
  );
}

/** An image file whose bytes are others than when the run began. */
export function imageChanged(name: string): Error {
  return new Error(
    `Cannot use image "${name}": its file has changed since the run began; give the same command again`,
  );
}

/** An image that cannot be read from its folder. */
export function imageUnreachable(
  name: string,
  { folder, pair, cause }: {
    readonly folder: string;
    readonly pair?: string | undefined;
    readonly cause: unknown;
  },
): Error {
  const of = pair === undefined ? "" : ` of pair "${pair}"`;
  return new Error(
    `Cannot read image "${name}"${of} from folder "${folder}": ${
      readingFailure(cause)
    }; check --images`,
    { cause },
  );
}

/** An image name that leads out of the image folder. */
export function imageOutside(
  name: string,
  { folder, pair }: { readonly folder: string; readonly pair?: string | undefined },
): RangeError {
  const of = pair === undefined ? "" : ` of pair "${pair}"`;
  return new RangeError(
    `Cannot read image "${name}"${of}: it lies outside the image folder "${folder}"; name a file within it, without "..", and copy what a link points to`,
  );
}

/** Bytes that are no image. */
export function imageUndecodable(name: string, why: string, cause?: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot decode image "${name}": ${why}; expected a whole JPEG, PNG, WebP, GIF or TIFF file`,
    { cause },
  );
}

/** An image with more pixels than any photograph. */
export function imageTooLarge(name: string, limit: number): RangeError {
  return new RangeError(
    `Cannot decode image "${name}": it has more than ${limit} pixels; scale it down first`,
  );
}
