/** Every head and MLP of a model's text encoder by every method, in one folder with one report. */

import { CONTROL, runAtlas } from "../lib/composites/atlas/atlas.ts";
import {
  choiceOf,
  flagSet,
  type FlagValues,
  optionFlag,
  RUN_FLAGS,
  settingsOf,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "atlas",
  does:
    "runs every method that localises negation in the text encoder, and puts what each says of every head and MLP side by side: one report that begins with what was found. The same command goes on after an interruption.",
  example: "--model openai/clip-vit-base-patch32 --data existence.json --images images",
};

export const flags = {
  ...flagSet(...RUN_FLAGS),
  control: { value: "LIST", help: CONTROL.help },
};

export async function work(values: FlagValues): Promise<void> {
  const settings = settingsOf(values, help);
  const control = optionFlag(values, "control", CONTROL);
  const { text, files } = await runAtlas(choiceOf(values), { ...settings, control });
  settings.say(text);
  settings.say(files);
}

if (import.meta.main) await runTask(help, flags, work);
