/** The errors of tasks for models whose weights cannot be right. */

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { brokenModel, fail, tinyBut } from "./failures.ts";
import { fixture, inFolder } from "./task_process.ts";

/** The committed graph with other bytes at the place of a weight. */
function withWeight(
  graph: string,
  name: string,
  change: (numbers: Float32Array) => void,
): Uint8Array {
  const bytes = Deno.readFileSync(`${fixture("clip-tiny")}/onnx/${graph}.onnx`);
  const model = fromBinary(ModelProtoSchema, bytes);
  const weight = model.graph!.initializer.find((each) => each.name.endsWith(name))!;
  const numbers = new Float32Array(weight.rawData.slice().buffer);
  change(numbers);
  weight.rawData = new Uint8Array(numbers.buffer);
  return toBinary(ModelProtoSchema, model);
}

/** A damaged file, its content, and the message for a given folder. */
const DAMAGED: readonly [string, Uint8Array, (folder: string) => string][] = [
  [
    "onnx/text_model.onnx",
    withWeight("text_model", "token_embedding.weight", (numbers) => numbers[5] = NaN),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": weight "m.text_model.embeddings.token_embedding.weight" holds NaN; export or download it again`,
  ],
  [
    "onnx/vision_model.onnx",
    withWeight("vision_model", "patch_embedding.weight", (numbers) => numbers.fill(0)),
    (folder) =>
      `Cannot use "${folder}/onnx/vision_model.onnx": weight "m.vision_model.embeddings.patch_embedding.weight" holds nothing but zeros; export or download it again`,
  ],
  [
    "onnx/text_model.onnx",
    withWeight("text_model", "final_layer_norm.weight", (numbers) => numbers.fill(0)),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": its embedding is the same for different inputs; export or download it again`,
  ],
];

Deno.test("evaluate refuses weights that cannot be right before it writes anything", () =>
  inFolder(async (folder) => {
    const failures = await Promise.all(DAMAGED.map(async ([file, content, says]) => {
      const model = await brokenModel(folder, { file, content });
      return { task: "evaluate", flags: tinyBut("--model", model), says: says(model) };
    }));
    await fail(folder, failures);
  }));
