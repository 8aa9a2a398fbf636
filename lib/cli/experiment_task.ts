/** The task of an experiment: it reads flags, runs in a folder and prints the findings. */

import { DISK } from "../files/read_file.ts";
import { type AnyExperiment, withOptions } from "../study/experiment/experiment.ts";
import type { Option, OptionSpecs } from "../options/option.ts";
import { readOptions } from "../options/values.ts";
import { reportText } from "../runs/write_results.ts";
import { runChosen } from "../runs/run_experiment.ts";
import { SEGMENTS } from "../study/rows/score_rows.ts";
import {
  choiceOf,
  flagOf,
  flagSet,
  type FlagValues,
  flagWrong,
  RUN_FLAGS,
  sentencesOf,
  settingsOf,
} from "./flags.ts";
import { runTask, type Task } from "./task.ts";

/** How a task is started. */
export interface ExperimentTaskOptions {
  /** The command that starts it, for its help. @default {`deno task NAME`, of an installed kit `negscope NAME`} */
  readonly command?: string;
}

/**
 * Runs an experiment as a task: reads the flags of the command line, starts a run in a folder or resumes the run there, and ends
 * the process with exit code 0 (done), 1 (failed) or 2 (wrong usage).
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

export function taskOf(
  experiment: AnyExperiment,
  options: ExperimentTaskOptions = {},
): Task {
  const { name, does } = experiment;
  const standard = withOptions(experiment);
  const needsImages = standard.needs.imagesAre === "needed";
  const images = needsImages ? " --images images" : "";
  const other = experiment.otherModel === undefined ? "" : " --from TUNED";
  const takesPair = !experiment.needsRows;
  const help = {
    ...{ name, does, ...options },
    ...takesPair && { operands: "[SENTENCE SENTENCE --image FILE]" },
    example: `--model openai/clip-vit-base-patch32 --data existence.json${images}${other}`,
  };
  const work = async (values: FlagValues) => {
    const pair = takesPair ? sentencesOf(values, { needsImages, ofPair: true }) : [];
    const settings = settingsOf(
      values,
      pair.length > 0 ? { ...help, out: `results/${name}-pair` } : help,
    );
    const given = { ...values, ...pair.length > 0 && { segments: String(SEGMENTS) } }; // it is shown whatever its d
    const options = readOptions(experiment.options as OptionSpecs, given, {
      wrong: flagWrong,
      files: DISK,
    });
    const choice = choiceOf({ ...values, pair: pair.join("\n") || undefined });
    const run = await runChosen(withOptions(experiment, options), choice, settings);
    if (run === undefined) return;
    settings.say(run.summary);
    settings.say(reportText(settings.out));
  };
  const own = Object.entries<Option<unknown>>(experiment.options);
  const flags = {
    ...flagSet(...takesPair ? ["image"] : [], ...RUN_FLAGS, "shard"),
    ...Object.fromEntries(own.map(([name, option]) => [name, flagOf(option)])),
  };
  return { help, flags, work };
}
