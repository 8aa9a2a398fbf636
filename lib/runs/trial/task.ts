/** The options of the task `edit`. */

import { type Edit, editText } from "../../edits/edit.ts";
import { list, numbers, type Option, wholeNumber } from "../../options/option.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import { FIT_NAMES, type FitName } from "../../trials/fit.ts";

/** What edits are tried on, and which. */
export interface TrialTask {
  readonly choice: Omit<StudyChoice, "pairs" | "data" | "edit" | "shard">;
  /** Data with pairs; edits are fitted on the first. @default {those of the model} */
  readonly data: readonly string[];
  /** Files of benchmarks. @default {none} */
  readonly benchmarks: readonly string[];
  readonly fits: readonly FitName[];
  readonly strengths: readonly number[];
  /** The nodes of a circuit, which are scaled. @default {scale is not tried} */
  readonly circuit?: readonly string[] | undefined;
  /** Edits from files, which are tried besides. @default {none} */
  readonly given: readonly Edit[];
  /** The prompt for nouns, with {}. */
  readonly prompt: string;
  /** The block, from 1. @default {the last} */
  readonly block?: number | undefined;
  /** Draws of each control. */
  readonly draws: number;
}

/** The options that only this task has. */
export const TRIAL_OPTIONS = {
  edits: list<FitName>(FIT_NAMES, {
    standard: FIT_NAMES,
    help: "the edits that are fitted; scale needs --circuit",
  }),
  strengths: {
    ...numbers({ min: -100, max: 100, help: "the strengths at which each is tried" }),
    standard: [0.5, 1, 2],
  },
  block: wholeNumber({
    min: 1,
    max: 1000,
    help: "the block after which activations are changed (default: the last)",
  }),
  prompt: {
    help: "the prompt for nouns",
    placeholder: "TEXT",
    standard: "a photo of a {}",
    expected: 'a sentence with {} for the noun, such as "There is a {}."',
    parse: (text) => text.includes("{}") ? text : undefined,
    print: String,
  } satisfies Option<string>,
  draws: {
    ...wholeNumber({ min: 1, max: 1000, help: "random draws of each control" }),
    standard: 3,
  },
};

export function printTrial(
  { data, benchmarks, fits, strengths, circuit, given, prompt, block, draws }: TrialTask,
): Record<string, string> {
  return {
    data: data.join(", "),
    ...benchmarks.length > 0 && { benchmark: benchmarks.join(", ") },
    edits: fits.join(","),
    strengths: strengths.join(","),
    ...circuit !== undefined && { circuit: circuit.join(", ") },
    ...given.length > 0 && { edit: given.map(editText).join(", ") },
    prompt,
    ...block !== undefined && { block: `${block}` },
    draws: `${draws}`,
  };
}
