/** What of the weights that there are is used, and what is said or refused of the rest. */

import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { exportModel } from "../../../lib/export/export_model.ts";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { fileOf, miniFolder, takenOf, TUNED, written } from "./mini_folders.ts";
import { safetensorsOf } from "./safetensors.ts";

const MINI = fixture("weights/mini/hf-f32/model.safetensors");

const isImage = (name: string) => name.startsWith("vis");

Deno.test("checkWeightsUsed() refuses weights without any tower that is in use", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "hf");
    const image = written(parent, safetensorsOf(MINI, isImage, { logit_scale: [] }));
    const message = (weights: string, tower: string) =>
      `Cannot use the weights "${weights}": only the ${tower} tower is in use, and they do not hold it; expected weights of a tower that is in use; leave them out, or give weights with that tower`;
    for (const [weights, tower] of [[image, "text"], [TUNED, "image"]] as const) {
      const refused = await assertRejectsCode(
        () => Clip.load(folder, { weights, towers: [tower] }),
        "tower-missing",
      );
      assertEquals(refused.message, message(weights, tower));
      await assertRejectsCode(
        () => exportModel(folder, `${parent}/out`, { weights, towers: [tower] }),
        "tower-missing",
      );
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
    await assertRejectsCode(
      () => Clip.load(folder, { weights: part, towers: ["text"] }), // not for want of the tower, but for the part
      "model-unsupported",
    );
    await assertRejectsCode(
      () => Clip.load(folder, { weights: part, towers: ["text"], onnxText: "text.onnx" }),
      "tower-missing",
    );
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
      await assertRejectsCode(
        () => takenOf(folder, { weights }),
        "weights-not-one-model",
        `Cannot use weight file "${weights}" alone: by its name it is one of several that hold a model together; give the index file that names them all instead, "${folder}/model.safetensors.index.json"`,
      );
    }
    const only = `${parent}/model-00001-of-00001.safetensors`;
    await Deno.copyFile(MINI, only);
    const taken = "model-00001-of-00001.safetensors (activation quick_gelu, from config.json)";
    assertEquals(await takenOf(folder, { weights: only }), [taken, taken]);
  }));
