/** Changes to a tokenizer.json that make the JavaScript tokeniser library give the same ids as the Rust library used in training. */

import { isObject } from "../../../reading/json.ts";

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
