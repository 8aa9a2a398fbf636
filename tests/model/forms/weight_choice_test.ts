/** Weights that the user names, and what of the folder stands beside them. */

import { onDisk } from "../../../lib/files/read_file.ts";
import { assert, assertEquals } from "@std/assert";
import { Clip, type ClipOptions } from "../../../lib/runtime/open_runtime.ts";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { GraphFile } from "../../../lib/onnx/graph_file.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder, TINY } from "../../scripts/task_process.ts";
import { SIGLIP_TINY } from "../../studies.ts";
import { fileOf, miniFolder, takenOf, written } from "./mini_folders.ts";
import { safetensorsOf } from "./safetensors.ts";

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
    assertEquals((await form.tower("text")).isBuilt, true);
    const { message } = await assertRejectsCode(() => form.tower("image"), "model-unsupported");
    assertEquals(
      message,
      `Cannot use the image tower of "${weights}": it is of another architecture, or incomplete: it has "${array}"; expected the image tower of a CLIP or SigLIP model, or none; use image embeddings that its model made elsewhere, or name an ONNX file of the tower; if the text tower is to be used with the image tower of the model's folder, save its arrays to a file of their own`,
    );
    const onnxVision = `${TINY[1]}/onnx/vision_model.onnx`;
    assertEquals(
      (await takenOf(folder, { weights, onnxVision }))[1],
      "vision_model.onnx (activation of the graph; not that of tuned.safetensors, which is of another architecture, or incomplete)",
    );
  }));

Deno.test("tower() does not take the folder's text tower if the weights have one of another architecture", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const array = "text_model.embeddings.word_embeddings.weight";
    const weights = written(parent, safetensorsOf(MINI, isImage, { [array]: [3] }));
    await assertRejectsCode(
      () => Clip.load(folder, { weights }),
      "model-unsupported",
      `Cannot use the text tower of "${weights}": it is of another architecture, or incomplete: it has "${array}"; expected the text tower of a CLIP or SigLIP model, or none; use another model, or name an ONNX file of the tower`,
    );
  }));

for (const [tower, option] of [["text", "onnxText"], ["image", "onnxVision"]] as const) {
  Deno.test(`tower() refuses weights and an ONNX file for the same ${tower} tower`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, "hf");
      const [weights, onnx] = [fileOf("state_dict.pth"), `${parent}/${tower}.onnx`];
      const { message } = await assertRejectsCode(
        () => takenOf(folder, { weights, [option]: onnx }),
        "model-ambiguous",
      );
      const other = tower === "text" ? "image" : "text";
      assertEquals(
        message,
        `Cannot tell which ${tower} tower to use: the weights "${weights}" hold one, and the ONNX file "${onnx}" is named for it too; leave out one of the two; if you want only the ${other} tower of the weights, save its arrays to a file of their own`,
      );
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
    await assertRejectsCode(
      () => new GraphFile(origin).open(),
      "file-changed",
      `Cannot go on with model file "${path}": it has changed since it was loaded; start again`,
    );
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
      await assertRejectsCode(
        () => Clip.load(SIGLIP_TINY.model, { weights, towers: ["text"] }),
        "model-files-differ",
        `Cannot use array "${name}" of "${weights}": its shape is [2]; expected one number for all sentences and images`,
      );
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
