/** Prints a model's towers and hook points. */

import { say } from "../lib/show/terminal.ts";
import { findModel, nameOf, openEdit } from "../lib/opening/find_model.ts";
import { onDisk } from "../lib/files/read_file.ts";
import { rowEngine } from "../lib/engine/changes/row_engine.ts";
import { Clip } from "../lib/runtime/open_runtime.ts";
import { ModelForm } from "../lib/model/forms/model_form.ts";
import { differencesText, weightDifferences } from "../lib/study/weight_differences.ts";
import { formChoice } from "../lib/opening/load_study.ts";
import {
  called,
  choiceOf,
  flagSet,
  type FlagValues,
  MODEL_FLAGS,
  textFlag,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "inspect",
  does:
    "prints a model's towers and their hook points with axes and sizes, or with --against the weights in which two models differ.",
  example: "--model openai/clip-vit-base-patch32",
};

export const flags = {
  ...flagSet(...MODEL_FLAGS),
  against: { value: "FOLDER|NAME", help: "a model whose weights are compared, in their place" },
  all: { help: "the hook points of each block on lines of their own" },
};

export async function work(values: FlagValues): Promise<void> {
  const choice = choiceOf(values);
  const { folder } = await findModel(choice, called);
  const { settings: { refusedImage } } = await ModelForm.find(onDisk(folder), formChoice(choice));
  const towers = refusedImage === undefined ? ["text", "image"] as const : ["text"] as const;
  const { device, threads } = choice;
  const options = {
    towers,
    device,
    threads: threads!,
    edit: await openEdit(choice),
    ...formChoice(choice),
  };
  await using clip = await Clip.load(folder, options);
  const against = textFlag(values, "against");
  if (against !== undefined) {
    const other = await findModel({ model: against }, () => "--against");
    await using loaded = await Clip.load(other.folder, { towers, device, threads: threads! });
    return say(differencesText(await weightDifferences(clip, loaded), {
      own: nameOf(folder, choice),
      other: nameOf(other.folder),
    }));
  }
  say(clip.describe({ all: values["all"] === true }));
  const files = Object.entries(clip.taken).map(([tower, from]) => `${tower} tower from ${from}`);
  say(`files: ${files.join("; ")}`);
  if (refusedImage !== undefined) say(`image tower: not built: ${refusedImage}`);
  const { refusal } = await rowEngine(clip.text);
  say(`residual sweeps: ${refusal?.message ?? "by the fast engine"}`);
}

if (import.meta.main) await runTask(help, flags, work);
