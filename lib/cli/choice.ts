/** The flags that choose a model and rows. */

import { readOptions } from "../options/values.ts";
import { flagName, STUDY_OPTIONS, type StudyChoice } from "../study/choice/study_options.ts";
import { flagWrong } from "./flag_values.ts";
import type { FlagName, FlagValues } from "./flags.ts";

/** The flags that choose a model. */
export const MODEL_FLAGS = [
  "model",
  "onnx",
  "onnx-text",
  "onnx-vision",
  "weights",
  "tokenizer",
  "device",
  "threads",
] as const satisfies FlagName[];

/** The flags that choose rows. */
export const DATA_FLAGS = [
  "data",
  "images",
  "image-embeddings",
  "subject-sizes",
  "protocol",
  "limit",
  "skip-bad",
  "cluster",
  "shard",
] as const satisfies FlagName[];

/**
 * Reads the choice of a model and rows from flags.
 *
 * @param values The flags' values.
 * @throws {NegscopeError} If a flag cannot have its value.
 */
export function choiceOf(values: FlagValues): StudyChoice & { readonly threads: number } {
  const texts = Object.keys(STUDY_OPTIONS).map((name) => [name, values[flagName(name)]]);
  const choice = readOptions(
    STUDY_OPTIONS,
    Object.fromEntries(texts),
    { wrong: (name, text, option) => flagWrong(flagName(name), text, option) },
  );
  return { ...choice, threads: choice.threads ?? navigator.hardwareConcurrency };
}
