/** The flags that choose a model and rows. */

import type { Protocol } from "../data/pairs.ts";
import type { StudyChoice } from "../subject/inputs.ts";
import { choiceFlag, numberFlag, shardFlag, textFlag } from "./flag_values.ts";
import type { FlagName, FlagValues } from "./flags.ts";

/** The flags that choose a model. */
export const MODEL_FLAGS = [
  "model",
  "onnx",
  "onnx-text",
  "onnx-vision",
  "threads",
] as const satisfies FlagName[];

/** The flags that choose rows. */
export const DATA_FLAGS = [
  "data",
  "images",
  "protocol",
  "limit",
  "shard",
] as const satisfies FlagName[];

/**
 * What the flags choose.
 *
 * @param values The flags' values.
 * @throws {NegscopeError} If a value cannot be.
 */
export function choiceOf(values: FlagValues): StudyChoice {
  return {
    model: textFlag(values, "model"),
    onnx: textFlag(values, "onnx"),
    onnxText: textFlag(values, "onnx-text"),
    onnxVision: textFlag(values, "onnx-vision"),
    threads: threadsOf(values),
    data: textFlag(values, "data"),
    images: textFlag(values, "images"),
    protocol: values["protocol"] === undefined
      ? undefined
      : choiceFlag<Protocol>(values, "protocol", ["rephrased", "standard"]),
    limit: numberFlag(values, "limit", { min: 1, max: 1e9 }),
    shard: shardFlag(values),
  };
}

/** The threads of an operator: what `--threads` says, else one a core. */
export function threadsOf(values: FlagValues): number {
  return numberFlag(values, "threads", { min: 1, max: 256 }) ?? navigator.hardwareConcurrency;
}
