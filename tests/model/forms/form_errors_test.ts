import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";

/** The files of a folder without settings, and the rest of the message. */
const FOLDERS: readonly (readonly [readonly string[], (folder: string) => string])[] = [
  [
    [],
    () =>
      ": expected a folder in the layout of transformers or open_clip: settings, tokeniser, and weights or onnx/; check the model's folder",
  ],
  [
    ["model.safetensors", "other.pt"],
    (folder) =>
      `: it holds only weights, "model.safetensors", which do not tell the number of heads or the activation; name the model that they were made from, and with the option "weights" the file "${folder}/model.safetensors"`,
  ],
  [
    ["tuned.pt"],
    (folder) =>
      `: it holds only weights, "tuned.pt", which do not tell the number of heads or the activation; name the model that they were made from, and with the option "weights" the file "${folder}/tuned.pt"`,
  ],
  [
    ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
    (folder) =>
      `: it holds only weights, "model-00001-of-00002.safetensors", which do not tell the number of heads or the activation; name the model that they were made from, and with the option "weights" their index file, "${folder}/model.safetensors.index.json", which is missing too`,
  ],
  [
    ["adapter_model.safetensors"],
    () =>
      `: it holds an adapter (LoRA), "adapter_model.safetensors", which is no model without the one that it changes; merge the adapter into its model, in PEFT with merge_and_unload(), and save that model`,
  ],
];

for (const [names, says] of FOLDERS) {
  Deno.test(`find() says what a folder without settings holds and what to do: ${names.join(", ") || "nothing"}`, () =>
    inFolder(async (folder) => {
      for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "");
      const { message } = await assertRejectsCode(
        () => ModelForm.find(onDisk(folder)),
        "model-file-missing",
      );
      assertEquals(
        message,
        `Cannot find "config.json" or "open_clip_config.json" in model folder "${folder}"${
          says(folder)
        }`,
      );
    }));
}

Deno.test("find() tells a user who names a file how to use it", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    const files: [string, string][] = [
      [
        "model.safetensors",
        ', or the folder of the model that it belongs to, and name the file with the option "weights"',
      ],
      [
        "onnx/text_model.onnx",
        ", or the folder of the model that it belongs to, and name the file for its tower",
      ],
      ["config.json", ""],
    ];
    for (const [name, also] of files) {
      const file = `${folder}/${name}`;
      await Deno.writeTextFile(file, "");
      const { message } = await assertRejectsCode(
        () => ModelForm.find(onDisk(file)),
        "model-file-missing",
      );
      assertEquals(
        message,
        `Cannot use "${file}" as a model's folder: it is a file; give its folder, "${folder}"${also}`,
      );
    }
  }));
