/** What flags choose: a model and rows, where the files of a run go, and how it reports. */

import type { OpeningOptions } from "../opening/choice/open_inputs.ts";
import { readOptions } from "../options/values.ts";
import type { FileRunSettings } from "../runs/run_experiment.ts";
import { progressBar } from "../show/progress.ts";
import { printError } from "../show/terminal.ts";
import { flagName, SEED, STUDY_OPTIONS, type StudyChoice } from "../study/choice/study_options.ts";
import { foldGlossary } from "../tables/words.ts";
import { flagWrong, optionFlag, picturesFlags, textFlag } from "./flag_values.ts";
import type { FlagName, FlagValues } from "./flags.ts";
import { commandOf, type TaskHelp } from "./help.ts";
import { say } from "./say.ts";

export const MODEL_FLAGS = [
  "model",
  "onnx",
  "onnx-text",
  "onnx-vision",
  "weights",
  "tokenizer",
  "edit",
  "device",
  "threads",
] as const satisfies FlagName[];

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

export const called: NonNullable<OpeningOptions["called"]> = (option) => `--${flagName(option)}`;

export function choiceOf(values: FlagValues): StudyChoice & { readonly threads: number } {
  const texts = Object.keys(STUDY_OPTIONS).map((name) => [name, values[flagName(name)]]);
  const choice = readOptions(
    STUDY_OPTIONS,
    Object.fromEntries(texts),
    { wrong: (name, text, option) => flagWrong(flagName(name), text, option) },
  );
  return { ...choice, threads: choice.threads ?? navigator.hardwareConcurrency };
}

/** Where a task writes, and how it reports; each setting is complete, though not every task has its flag. */
export interface TaskSettings extends FileRunSettings {
  readonly overwrite: boolean;
  readonly say: (text: string) => void;
  readonly bar: NonNullable<FileRunSettings["bar"]>;
  readonly called: typeof called;
}

/** Reads where a task writes and how it reports. What it says leaves out the words that a summary explains, and says where they are. */
export function settingsOf(values: FlagValues, help: TaskHelp): TaskSettings {
  const quiet = values["quiet"] === true;
  const where = help.words === undefined
    ? "The end of summary.txt explains the words."
    : `${commandOf(help)} --help explains the words.`;
  return {
    out: textFlag(values, "out") ?? help.out ?? `results/${help.name}`,
    overwrite: values["overwrite"] === true,
    seed: optionFlag(values, "seed", SEED)!,
    pictures: picturesFlags(values),
    cache: textFlag(values, "cache") ?? true,
    say: quiet ? () => {} : (text) => say(foldGlossary(text, where)),
    warn: quiet ? () => {} : printError,
    bar: (label) => progressBar(label, { quiet }),
    called,
  };
}
