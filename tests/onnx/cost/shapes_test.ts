import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { assert, assertEquals } from "@std/assert";
import { inferShapes } from "../../../lib/onnx/cost/shapes.ts";
import { Graph } from "../../../lib/onnx/graph/graph.ts";
import { runWhole } from "../run_whole.ts";

const ONNX = fileURLToPath(new URL("../../fixtures/clip-tiny/onnx", import.meta.url));
const IDS = [[600, 3, 5, 9, 601], [600, 1, 2, 7, 601]];
const SHAPES = new Map([
  ["input_ids", [2, 5]],
  ["attention_mask", [2, 5]],
  ["pixel_values", [1, 3, 24, 24]],
]);

for (
  const file of [
    ...["text_model", "text_model_sdpa", "text_model_dynamo20", "text_model_fp16", "model_old"],
    ...["text_model_fused", "text_model_attention", "text_model_quantized"],
    ...["vision_model", "vision_model_sdpa", "vision_model_dynamo20", "vision_model_fp16"],
  ]
) {
  Deno.test(`inferShapes() finds the shapes that the runtime makes in ${file}.onnx`, async () => {
    const path = `${ONNX}/${file}.onnx`;
    const graph = new Graph(fromBinary(ModelProtoSchema, await Deno.readFile(path)), path);
    const known = inferShapes(graph, SHAPES);
    const made = await runWhole(path, { ids: IDS });
    let found = 0;
    for (const [name, { dims, data }] of made) {
      const value = known.get(name);
      if (value === undefined) continue;
      assertEquals(value.shape, [...dims], name);
      if (value.ints !== undefined) assertEquals(value.ints, Array.from(data, Number), name);
      found++;
    }
    assert(found === made.size, `${[...made.keys()].filter((name) => !known.has(name))}`);
  });
}
