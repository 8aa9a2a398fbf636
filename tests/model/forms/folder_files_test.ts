import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { folderFiles } from "../../../lib/model/forms/folder_files.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { type FormChoice, ModelForm } from "../../../lib/model/forms/model_form.ts";
import { assertRejectsCode } from "../../error_codes.ts";

/** The names that transformers looks for, and those of open_clip 3.3 (`_find_checkpoint_in_dir`), each in its order. */
const OF_TRANSFORMERS = [
  ...["model.safetensors", "model.safetensors.index.json"],
  ...["pytorch_model.bin", "pytorch_model.bin.index.json"],
];
const OF_OPEN_CLIP = [
  ...["open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"],
  ...["open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth"],
];

const cases = [
  ["transformers", [...OF_TRANSFORMERS, ...OF_OPEN_CLIP]],
  ["open_clip", [...OF_OPEN_CLIP, ...OF_TRANSFORMERS]],
] as const;
for (const [library, order] of cases) {
  Deno.test(`folderFiles() takes weights in the order of ${library} if the settings are its`, () =>
    inFolder(async (folder) => {
      for (const name of order.toReversed()) {
        await Deno.writeTextFile(`${folder}/${name}`, "");
        const { weights, loose } = await folderFiles(onDisk(folder), library);
        assertEquals([weights, loose], [`${folder}/${name}`, []]);
      }
    }));
}

Deno.test("folderFiles() offers other weights, and not what a training leaves beside them", () =>
  inFolder(async (folder) => {
    const names = ["epoch_5.pt", "optimizer.pt", "scheduler.pt", "training_args.bin", "notes.txt"];
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "");
    const { weights, loose } = await folderFiles(onDisk(folder), "transformers");
    assertEquals([weights, loose], [undefined, ["epoch_5.pt"]]);
  }));

const MINI = Deno.readFileSync(fixture("weights/mini/hf/model.safetensors"));

/** A model folder with files of these names, which are empty but for the weights. */
async function withFolder(
  names: readonly string[],
  test: (folder: string) => Promise<unknown>,
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    await Deno.writeTextFile(`${folder}/config.json`, '{ "model_type": "clip" }');
    for (const name of names) {
      const isRead = name === "model.safetensors"; // weights that are taken have their names read
      await Deno.writeFile(`${folder}/${name}`, isRead ? MINI : new Uint8Array());
    }
    await test(folder);
  });
}

/** The file of each tower. */
async function taken(folder: string, choice: FormChoice = {}): Promise<string[]> {
  const form = await ModelForm.find(onDisk(folder), choice);
  const towers = [await form.tower("text"), await form.tower("image")];
  return towers.map(({ taken }) =>
    taken.replace(" (activation as exported", "").replace(/ \(activation .*|\)$/, "")
  );
}

Deno.test("tower() prefers a file for each tower to one for both", async () => {
  const both = ["text_model.onnx", "vision_model.onnx", "model.onnx"].map((name) => `onnx/${name}`);
  await withFolder(both, async (folder) => {
    assertEquals(await taken(folder), ["onnx/text_model.onnx", "onnx/vision_model.onnx"]);
  });
  await withFolder(["onnx/text_model_fp16.onnx", "onnx/model_fp16.onnx"], async (folder) => {
    const files = await taken(folder, { suffix: "_fp16" });
    assertEquals(files, ["onnx/text_model_fp16.onnx", "onnx/model_fp16.onnx"]);
  });
});

Deno.test("tower() uses the file that is named, whatever the suffix", () =>
  withFolder(["onnx/text_model_a.onnx", "onnx/vision_model_a.onnx"], async (folder) => {
    const choice = { suffix: "_a", onnxText: "/elsewhere/text.onnx" };
    assertEquals(await taken(folder, choice), ["text.onnx", "onnx/vision_model_a.onnx"]);
    const onnxVision = "/elsewhere/vision.onnx";
    assertEquals((await taken(folder, { ...choice, onnxVision }))[1], "vision.onnx");
  }));

Deno.test("tower() takes ONNX before weights, and weights where a tower has no ONNX file", async () => {
  await withFolder(["onnx/text_model.onnx", "model.safetensors"], async (folder) => {
    assertEquals(await taken(folder), [
      "onnx/text_model.onnx; not model.safetensors, which is there too",
      "model.safetensors",
    ]);
  });
  const weights = ["open_clip_model.safetensors", "pytorch_model.bin", "model.safetensors"];
  await withFolder(weights, async (folder) => {
    assertEquals(await taken(folder), ["model.safetensors", "model.safetensors"]);
  });
});

const BEFORE =
  "expected onnx/text_model.onnx, onnx/model.onnx, or weights by a usual name, such as";
const MISSING: readonly (readonly [readonly string[], (folder: string) => string])[] = [
  [
    ["onnx/vision_model.onnx", "onnx/text_model_a.onnx"],
    (folder) =>
      `the text tower in "${folder}": its onnx/ holds text_model_a.onnx, vision_model.onnx, and beside it there is no file of weights; ${BEFORE}`,
  ],
  [
    ["tuned.pt", "other.pth", "notes.txt"],
    () => `onnx/ holds no ONNX file, and beside it there is other.pth, tuned.pt; ${BEFORE}`,
  ],
  [
    ["tuned.pt", "other.pth", "config.txt"],
    (folder) => `choose one with the option "weights", such as "${folder}/other.pth"`,
  ],
  ...[["model", "safetensors"], ["pytorch_model", "bin"]].map(([stem, ending]) => {
    const shards = [1, 2].map((k) => `${stem}-0000${k}-of-00002.${ending}`);
    const message = `download the index file, "${stem}.${ending}.index.json", into the folder`;
    return [shards, () => message] as const;
  }),
  [["tf_model.h5"], () => 'download the model again, or name its file with the option "weights"'],
  [
    ["adapter_model.safetensors", "adapter_config.json"],
    () => `beside it there is an adapter (LoRA), adapter_model.safetensors; ${BEFORE}`,
  ],
];

for (const [names, message] of MISSING) {
  Deno.test(`tower() lists what the folder holds where a tower has no file: ${names}`, () =>
    withFolder(
      names,
      (folder) => assertRejectsCode(() => taken(folder), "model-file-missing", message(folder)),
    ));
}

Deno.test("tower() does not fall back on weights where the user chose an export", async () => {
  await withFolder(["model.safetensors"], (folder) =>
    assertRejectsCode(
      () => taken(folder, { suffix: "_fp16" }),
      "model-file-missing",
      `"${folder}/onnx/model_fp16.onnx": the folder's onnx/ holds no ONNX file; leave out the option "onnx" to use "${folder}/model.safetensors"`,
    ));
});
