/** The task of an experiment: it reads flags, runs in a folder and prints the findings. */

import { DISK } from "../files/disk.ts";
import { wordsOf } from "../study/experiment/by_options.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";
import type { Option, OptionsOf, OptionSpecs } from "../options/option.ts";
import { readOptions, standardOptions } from "../options/values.ts";
import { outcomeFiles } from "../study/experiment/outcome.ts";
import { fileNames, filesText } from "../runs/run_files.ts";
import { runOnFiles } from "../runs/run_on_files.ts";
import { GLOSSARY } from "../study/glossary.ts";
import { flagName, SEED } from "../study/choice/study_options.ts";
import { progressBar } from "./bar.ts";
import { choiceOf, DATA_FLAGS, MODEL_FLAGS } from "./choice.ts";
import { flagWrong, picturesFlags, readFlag, textFlag } from "./flag_values.ts";
import { type Flag, flagOf, flagSet, type FlagValues } from "./flags.ts";
import { printError } from "../show/terminal.ts";
import { say } from "./say.ts";
import { runTask, type Task } from "./task.ts";

/** How a task is started. */
export interface ExperimentTaskOptions {
  /** The command that starts it, for its help. @default {`deno task NAME`} */
  readonly command?: string;
}

/**
 * Runs an experiment as a task: reads the flags of the command line, starts a run in a folder or resumes the run there, and ends
 * the process with exit code 0 (done), 1 (failed), 2 (wrong usage) 130 (Ctrl-C) or 143 (SIGTERM).
 *
 * @param experiment One of the kit's experiments or any other.
 * @param options How the task is started.
 */
export async function experimentTask(
  experiment: AnyExperiment,
  options: ExperimentTaskOptions = {},
): Promise<void> {
  const { help, flags, work } = taskOf(experiment, options);
  await runTask(help, flags, work);
}

/** Makes the task of an experiment.
 *
 * @param experiment The experiment.
 * @param options How the task is started.
 */
export function taskOf(
  experiment: AnyExperiment,
  { command = `deno task ${experiment.name}` }: ExperimentTaskOptions = {},
): Task {
  const { name, does, reads } = experiment;
  const needsImages = reads === "text and images";
  const images = needsImages ? " --images images" : "";
  const filesOf = (scored: boolean) => fileNames(outcomeFiles(experiment, { scored }), ["svg"]);
  const writes = filesOf(needsImages);
  const help = {
    ...{ name, command, does },
    example: `${command} --model openai/clip-vit-base-patch32 --data existence.json${images}`,
    writes,
    words: [...GLOSSARY, ...wordsOf(experiment, standardOptions(experiment.options))],
    writesWithImages: filesOf(true).filter((file) => !writes.includes(file)),
  };
  const work = async (values: FlagValues) => {
    const seed = readFlag("seed", textFlag(values, "seed")!, SEED)!;
    const quiet = values["quiet"] === true;
    const out = textFlag(values, "out") ?? `results/${name}`;
    const cache = textFlag(values, "cache") ?? true;
    const tell = quiet ? () => {} : say;
    const run = await runOnFiles(experiment, optionsOf(experiment, values), choiceOf(values), {
      ...{ out, seed, say: tell, warn: quiet ? () => {} : printError },
      overwrite: values["overwrite"] === true,
      pictures: picturesFlags(values),
      bar: (label) => progressBar(label, { quiet }),
      cache,
      called: (option) => `--${flagName(option)}`,
    });
    if (run === undefined) return;
    tell(run.summary);
    tell(filesText(out, run.files));
  };
  return { help, flags: flagsOf(experiment), work };
}

/** The flags of an experiment's task: first those of all experiments, then its own. */
function flagsOf({ options }: AnyExperiment): Record<string, Flag> {
  const own = Object.entries<Option<unknown>>(options).map((
    [name, option],
  ) => [name, flagOf(option)]);
  return {
    ...flagSet(
      ...MODEL_FLAGS,
      "random-weights",
      ...DATA_FLAGS,
      "seed",
      "out",
      "overwrite",
      "cache",
    ),
    ...flagSet("format", "venue", "quiet"),
    ...Object.fromEntries(own),
  };
}

/** Reads the values of an experiment's options from the flags. */
function optionsOf({ options }: AnyExperiment, values: FlagValues): OptionsOf<OptionSpecs> {
  return readOptions<OptionSpecs>(options, values, { wrong: flagWrong, files: DISK });
}
