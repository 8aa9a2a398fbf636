/** Everything that the paper reports, on any model and data, in one folder with one report. */

import {
  choiceOf,
  flagSet,
  type FlagValues,
  RUN_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";
import { CLIPSEG } from "../lib/hub/repository.ts";
import { runPaper } from "../lib/composites/paper/paper.ts";

export const help = {
  name: "paper",
  does:
    "runs every experiment of the paper and puts its figures beside the published ones: one report in the paper's order, with a methods paragraph and a checklist. The same command goes on after an interruption.",
  example: "--model openai/clip-vit-base-patch32 --data existence.json --images images",
};

export const flags = {
  ...flagSet(...RUN_FLAGS),
  segmenter: {
    value: "FOLDER|NAME",
    help:
      `a CLIPSeg that measures the sizes of subjects, such as ${CLIPSEG} (default: those of the data)`,
  },
  atlas: {
    help: "also runs the task atlas, in the folder atlas, as the last chapter",
  },
};

export async function work(values: FlagValues): Promise<void> {
  const settings = settingsOf(values, help);
  const { text, files } = await runPaper(choiceOf(values), {
    ...settings,
    segmenter: textFlag(values, "segmenter"),
    atlas: values["atlas"] === true,
  });
  settings.say(text);
  settings.say(files);
}

if (import.meta.main) await runTask(help, flags, work);
