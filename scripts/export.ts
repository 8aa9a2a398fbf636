/** Writes a model as ONNX files, whatever form it is published in. */

import { findModel, openEdit } from "../lib/opening/find_model.ts";
import { exportModel } from "../lib/export/export_model.ts";
import { choice } from "../lib/options/option.ts";
import { formChoice } from "../lib/opening/model_files.ts";
import {
  called,
  choiceOf,
  flagSet,
  type FlagValues,
  MODEL_FLAGS,
  readFlag,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "export",
  does:
    `writes a model's weights as ONNX files of single precision: onnx/text_model.onnx, onnx/vision_model.onnx, config.json, tokenizer.json, tokenizer_config.json and preprocessor_config.json, as this kit, transformers.js and onnxruntime read them. The weights of a tower of 2 GB or more lie beside its file, in one that ends in .onnx_data.`,
  example: "--model openai/clip-vit-base-patch32 --out results/clip-onnx",
};

export const flags = {
  ...flagSet(...MODEL_FLAGS.filter((name) => name !== "device" && name !== "threads")),
  tower: { value: "text|image", help: "only this tower (default: both)" },
  ...flagSet("out"),
  overwrite: { help: "replaces files of these names" },
  ...flagSet("quiet"),
};

export async function work(values: FlagValues): Promise<void> {
  const study = choiceOf(values);
  const tower = textFlag(values, "tower");
  const { out, overwrite, say } = settingsOf(values, help);
  const { folder } = await findModel(study, called);
  const { files, taken } = await exportModel(folder, out, {
    ...formChoice(study),
    edit: await openEdit(study),
    ...(tower !== undefined && {
      towers: [readFlag("tower", tower, choice(["text", "image"], { standard: "text", help: "" }))],
    }),
    overwrite,
  });
  for (const [kind, file] of Object.entries(taken)) say(`${kind} tower of ${file}`);
  say(`Written in ${out}: ${files.join(", ")}`);
}

if (import.meta.main) await runTask(help, flags, work);
