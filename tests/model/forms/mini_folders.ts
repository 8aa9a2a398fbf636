/** Model folders of the smallest committed model, whose weights are there in every published form. */

import { onDisk } from "../../../lib/files/read_file.ts";
import { type FormChoice, ModelForm } from "../../../lib/model/forms/model_form.ts";
import { fixture, namesIn } from "../../scripts/task_process.ts";

/** The forms of a folder, with the file of weights that the kit takes; all have the same numbers. */
export const FOLDERS: Readonly<Record<string, string>> = {
  "hf": "model.safetensors", // bfloat16, which holds these weights exactly
  "hf-f32": "model.safetensors",
  "hf-f16": "model.safetensors", // exact as well: a number of 8 binary digits that is not below 2^-17
  "hf-sharded": "model.safetensors.index.json",
  "hf-bin": "pytorch_model.bin",
  "hf-bin-sharded": "pytorch_model.bin.index.json",
  "open-clip": "open_clip_model.safetensors",
  "open-clip-bin": "open_clip_pytorch_model.bin",
  "open-clip-text": "open_clip_model.safetensors", // the text tower's names start with "text."
};

/** Files of weights alone, to be laid over a folder: the same numbers again. */
export const WHOLE_FILES = ["state_dict.pth", "with_args.pt"];

/** The text tower of another model of the same sizes. */
export const TUNED = fixture("weights/mini/files/text_tower.pt");

export function fileOf(name: string): string {
  return fixture(`weights/mini/files/${name}`);
}

/** Makes a model folder in one of the forms, with the tokeniser and, if it is one of transformers, its settings. */
export async function miniFolder(parent: string, form: string): Promise<string> {
  const folder = `${parent}/${form}`;
  await Deno.mkdir(folder);
  const own = fixture(`weights/mini/${form}`);
  for (const name of namesIn(own)) await Deno.copyFile(`${own}/${name}`, `${folder}/${name}`);
  const shared = form.startsWith("hf") ? ["config.json", "preprocessor_config.json"] : [];
  for (const name of shared) {
    await Deno.copyFile(fixture(`weights/mini/${name}`), `${folder}/${name}`);
  }
  await Deno.copyFile(fixture("clip-tiny/tokenizer.json"), `${folder}/tokenizer.json`);
  return folder;
}

export function written(folder: string, bytes: Uint8Array): string {
  const path = `${folder}/tuned.safetensors`;
  Deno.writeFileSync(path, bytes);
  return path;
}

/** What each tower is taken from. */
export async function takenOf(folder: string, choice: FormChoice): Promise<string[]> {
  const form = await ModelForm.find(onDisk(folder), choice);
  const [text, image] = [await form.tower("text"), await form.tower("image")];
  return [text.taken, image.taken];
}
