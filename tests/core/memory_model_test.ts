/** Models whose files are in memory, as a page has fetched them. */

import { assertEquals } from "@std/assert";
import { SHARP } from "../../lib/opening/images/image_folder.ts";
import { ClipModel } from "../../lib/model/clip_model.ts";
import { kitModel, SHAPES } from "../../lib/opening/find_model.ts";
import { MemoryFiles } from "../../lib/reading/files.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";

const SETTINGS = ["config.json", "tokenizer.json", "preprocessor_config.json"];

for (
  const [folder, weights] of [
    [SHAPES.model, ["onnx/text_model.onnx", "onnx/vision_model.onnx"]],
    [kitModel("planted/relay")!.folder, ["model.safetensors"]],
  ] as const
) {
  Deno.test(`a model with ${weights[0]} has the same bits from memory as from the disk`, async () => {
    const files = new MemoryFiles(
      [...SETTINGS, ...weights].map((
        name,
      ) => [`m/${name}`, Deno.readFileSync(`${folder}/${name}`)]),
    );
    const machine = { runtime: nodeRuntime(), files, imageFiles: SHARP };
    await using made = await ClipModel.load("m", machine);
    await using read = await Clip.load(folder);
    const sentences = ["There is a red circle.", "There is no red circle."];
    const [own, expected] = await Promise.all([made, read].map(({ text }) => text.run(sentences)));
    assertEquals(own!.data, expected!.data);
    assertEquals(made.taken, read.taken);
    const W = "blocks.0.mlp.W_in";
    assertEquals((await made.text.weights.get(W)).data, (await read.text.weights.get(W)).data);
  });
}
