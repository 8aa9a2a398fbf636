/** What of the weights that there are is used, and what is said or refused of the rest. */

import { assert, assertEquals } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder, TINY } from "../../scripts/task_process.ts";
import { Clip, type ClipOptions } from "../../../lib/runtime/open_runtime.ts";
import { GraphFile } from "../../../lib/onnx/graph_file.ts";
import { SIGLIP_TINY } from "../../studies.ts";
import { fileOf, miniFolder, takenOf, TUNED, written } from "./mini_folders.ts";
import { safetensorsOf } from "./safetensors.ts";

/** The files of a folder without settings, and the rest of the message. */
const NO_HEADS =
  "which do not tell the number of heads or the activation; name the model that they were";
const FOLDERS: readonly (readonly [readonly string[], (folder: string) => string])[] = [
  [[], () => ": expected a folder in the layout of transformers or open_clip: settings, tokenis"],
  [
    ["model.safetensors", "other.pt"],
    (folder) =>
      `: it holds only weights, "model.safetensors", ${NO_HEADS} made from, and with the option "weights" the file "${folder}/model.safetensors"`,
  ],
  [["tuned.pt"], () => `: it holds only weights, "tuned.pt", ${NO_HEADS}`],
  [
    ["adapter_model.safetensors"],
    () =>
      ': it holds an adapter (LoRA), "adapter_model.safetensors", which is no model without the',
  ],
];

for (const [names, says] of FOLDERS) {
  Deno.test(`find() says what a folder without settings holds and what to do: ${names.join(", ") || "nothing"}`, () =>
    inFolder(async (folder) => {
      for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "");
      const { message } = await assertRejectsCode(
        () => ModelForm.find(onDisk(folder)),
        "model-file-missing",
        says(folder),
      );
      const begins =
        `Cannot find "config.json" or "open_clip_config.json" in model folder "${folder}"`;
      assertEquals(message.startsWith(begins), true, message);
    }));
}

Deno.test("find() tells a user who names a file how to use it", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    const also = ", or the folder of the model that it belongs to, and name the file";
    const files: [string, string][] = [
      ["model.safetensors", `${also} with the option "weights"`],
      ["onnx/text_model.onnx", `${also} for its tower`],
      ["config.json", ""],
    ];
    for (const [name, also] of files) {
      const file = `${folder}/${name}`;
      await Deno.writeTextFile(file, "");
      const says =
        `"${file}" as a model's folder: it is a file; give its folder, "${folder}"${also}`;
      await assertRejectsCode(() => ModelForm.find(onDisk(file)), "model-file-missing", says);
    }
  }));

const MINI = fixture("weights/mini/hf-f32/model.safetensors");
const SIGLIP = `${SIGLIP_TINY.model}/model.safetensors`;
const JOINT = `${SIGLIP_TINY.model}/onnx/model.onnx`;

const isText = (name: string) => name.startsWith("text_");
const isImage = (name: string) => name.startsWith("vis");

Deno.test("tower() does not take the folder's image tower if the weights have one of another architecture", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const array = "vision_model.trunk.blocks.0.norm1.weight";
    const weights = written(parent, safetensorsOf(MINI, isText, { [array]: [3] }));
    const form = await ModelForm.find(onDisk(folder), { weights });
    await form.tower("text");
    const says =
      `the image tower of "${weights}": it is of another architecture, or incomplete: it has "${array}"; expected the image tower of a CLIP or SigLIP model, or none; use image embeddings`;
    await assertRejectsCode(() => form.tower("image"), "model-unsupported", says);
    const onnxVision = `${TINY[1]}/onnx/vision_model.onnx`;
    assertEquals(
      (await takenOf(folder, { weights, onnxVision }))[1],
      "vision_model.onnx (activation as exported; not that of tuned.safetensors, which is of another architecture, or incomplete)",
    );
  }));

Deno.test("tower() does not take the folder's text tower if the weights have one of another architecture", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const array = "text_model.embeddings.word_embeddings.weight";
    const weights = written(parent, safetensorsOf(MINI, isImage, { [array]: [3] }));
    const says =
      `the text tower of "${weights}": it is of another architecture, or incomplete: it has "${array}"; expected the text tower of a CLIP or SigLIP model, or none; use another model`;
    await assertRejectsCode(() => Clip.load(folder, { weights }), "model-unsupported", says);
  }));

for (const [tower, option] of [["text", "onnxText"], ["image", "onnxVision"]] as const) {
  Deno.test(`tower() refuses weights and an ONNX file for the same ${tower} tower`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, "hf");
      const [weights, onnx] = [fileOf("state_dict.pth"), `${parent}/${tower}.onnx`];
      const other = tower === "text" ? "image" : "text";
      const says =
        `${tower} tower to use: the weights "${weights}" hold one, and the ONNX file "${onnx}" is named for it too; leave out one of the two; if you want only the ${other} tower`;
      const taken = () => takenOf(folder, { weights, [option]: onnx });
      await assertRejectsCode(taken, "model-ambiguous", says);
    }));
}

Deno.test("a form's towers, files and scale are of the weights that it opened first, or are refused", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf-f32");
    const path = `${folder}/model.safetensors`;
    const form = await ModelForm.find(onDisk(folder));
    const { origin, files } = await form.tower("text");
    assertEquals(await files(), [path]);
    Deno.writeFileSync(`${path}.new`, safetensorsOf(MINI, () => true, { logit_bias: [] })); // the arrays lie further on
    await Deno.rename(`${path}.new`, path);
    const says =
      `Cannot go on with model file "${path}": it has changed since it was loaded; start`;
    await assertRejectsCode(() => new GraphFile(origin).open(), "file-changed", says);
    const again = await ModelForm.find(onDisk(folder));
    const file = new GraphFile((await again.tower("text")).origin);
    await file.open();
    file.close();
  }));

const SCALED = "115.58 x cosine - 12.500"; // of siglip-tiny, see golden.json
async function withSiglip(
  options: ClipOptions,
  test: (clip: Clip) => void,
  model = SIGLIP_TINY.model,
): Promise<void> {
  await using clip = await Clip.load(model, options);
  test(clip);
}

Deno.test("SigLIP's scale is the folder's if the weights laid over it hold none, and the model says so", () =>
  inFolder(async (parent) => {
    const weights = written(parent, safetensorsOf(SIGLIP, isText));
    await withSiglip({ weights, towers: ["text"] }, ({ family, text, taken, files }) => {
      assertEquals([family.similarity.formula, text.family.similarity.formula], [SCALED, SCALED]);
      const from =
        " (activation gelu_pytorch_tanh, from config.json; logit scale from model.safetensors)";
      assertEquals(taken.text, `tuned.safetensors${from}`);
      assert(files.includes(SIGLIP));
    });
    const form = await ModelForm.find(onDisk(SIGLIP_TINY.model), { weights });
    assert((await form.filesOf("text")).includes(SIGLIP));

    const own = written(parent, safetensorsOf(SIGLIP, () => true));
    await withSiglip({ weights: own, towers: ["text"] }, ({ taken, files }) => {
      assert(taken.text!.endsWith(", from config.json)"), taken.text!);
      assertEquals(files.includes(SIGLIP), false);
    });
  }));

Deno.test("SigLIP's scale is the image tower's where the text tower has none", () =>
  inFolder(async (parent) => {
    const keep = (name: string) => isImage(name) || name.startsWith("logit_");
    const weights = written(parent, safetensorsOf(SIGLIP, keep));
    for (const options of [{ weights }, { onnxVision: JOINT }]) {
      await withSiglip(options, ({ family, text, image }) => {
        const formulas = [family, text.family, image.family].map((each) => each.similarity.formula);
        assertEquals(formulas, [SCALED, SCALED, SCALED]);
      });
    }
    const ofOne: ClipOptions = { weights, towers: ["text"], inUse: ["text", "image"] };
    await withSiglip(ofOne, ({ text, files }) => {
      assertEquals(text.family.similarity.formula, SCALED);
      assert(files.includes(weights));
    });
  }));

Deno.test("SigLIP's scale must be one number", () =>
  inFolder(async (parent) => {
    for (const name of ["logit_scale", "logit_bias"]) {
      const bytes = safetensorsOf(SIGLIP, (other) => other !== name, { [name]: [2] });
      const weights = written(parent, bytes);
      const says = `array "${name}" of "${weights}": its shape is [2]; expected one number for all`;
      const load = () => Clip.load(SIGLIP_TINY.model, { weights, towers: ["text"] });
      await assertRejectsCode(load, "model-files-differ", says);
    }
  }));

Deno.test("filesOf() has the tokeniser, the folder's or the user's, with the text tower", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const own = await ModelForm.find(onDisk(folder));
    const shared = [`${folder}/config.json`, `${folder}/model.safetensors`];
    const text = [shared[0], `${folder}/tokenizer.json`, shared[1]];
    assertEquals(await own.filesOf("text"), text);
    const image = [shared[0], `${folder}/preprocessor_config.json`, shared[1]];
    assertEquals(await own.filesOf("image"), image);
    const tokenizer = fixture("clip-tiny/tokenizer.json");
    const other = await ModelForm.find(onDisk(folder), { tokenizer });
    assertEquals(await other.filesOf("text"), [shared[0], tokenizer, shared[1]]);
  }));

Deno.test("checkWeightsUsed() refuses weights without any tower that is in use", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const image = written(parent, safetensorsOf(MINI, isImage, { logit_scale: [] }));
    for (const [weights, tower] of [[image, "text"], [TUNED, "image"]] as const) {
      const says =
        `the weights "${weights}": only the ${tower} tower is in use, and they do not hold`;
      const load = () => Clip.load(folder, { weights, towers: [tower] });
      await assertRejectsCode(load, "tower-missing", says);
      await using clip = await Clip.load(folder, {
        ...{ weights, towers: [tower], inUse: ["text", "image"] },
      });
      assertEquals(clip.towers.length, 1);
    }
    for (const weights of [image, TUNED, fileOf("state_dict.pth")]) {
      const form = await ModelForm.find(onDisk(folder), { weights });
      form.checkWeightsUsed(["text", "image"]);
      form.checkWeightsUsed([]);
    }
    const part = written(parent, safetensorsOf(MINI, isImage, { "text_projection.weight": [1] }));
    const load = (options: ClipOptions) => () =>
      Clip.load(folder, { weights: part, towers: ["text"], ...options });
    await assertRejectsCode(load({}), "model-unsupported"); // not for want of the tower, but for the part
    await assertRejectsCode(load({ onnxText: "text.onnx" }), "tower-missing");
  }));

Deno.test("tower() says which arrays of the weights no tower needs", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const [file, activation] = ["tuned.safetensors", "activation quick_gelu, from config.json"];
    const [ctx, head] = ["prompt_learner.ctx", "classifier.weight"];
    const cases: readonly (readonly [Record<string, number[]>, string])[] = [
      [{}, `${file} (${activation})`],
      [{ logit_scale: [], "text_model.embeddings.position_ids": [1] }, `${file} (${activation})`],
      [{ [ctx]: [1] }, `${file} (${activation}; not used: "${ctx}")`],
      [
        { [ctx]: [1], [head]: [1] },
        `${file} (${activation}; not used: 2 arrays, such as "${ctx}")`,
      ],
    ];
    for (const [more, taken] of cases) {
      const weights = written(parent, safetensorsOf(MINI, (name) => !(name in more), more));
      assertEquals(await takenOf(folder, { weights }), [taken, taken]);
    }
    const own = `${folder}/model.safetensors`;
    Deno.writeFileSync(own, safetensorsOf(MINI, () => true, { [ctx]: [1] }));
    const taken = `model.safetensors (${activation}; not used: "${ctx}")`;
    assertEquals(await takenOf(folder, {}), [taken, taken]);
  }));

Deno.test("tower() refuses one of several files of weights", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf-sharded");
    for (const k of [1, 2]) {
      const weights = `${folder}/model-0000${k}-of-00002.safetensors`;
      const says =
        `"${weights}" alone: by its name it is one of several that hold a model together; give the index file that names them all instead, "${folder}/model.safetensors.index.json"`;
      await assertRejectsCode(() => takenOf(folder, { weights }), "weights-not-one-model", says);
    }
    const only = `${parent}/model-00001-of-00001.safetensors`;
    await Deno.copyFile(MINI, only);
    const taken = "model-00001-of-00001.safetensors (activation quick_gelu, from config.json)";
    assertEquals(await takenOf(folder, { weights: only }), [taken, taken]);
  }));
