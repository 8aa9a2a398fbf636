import { create, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, OperatorSetIdProtoSchema } from "onnx-buf";
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { GraphFile, onnxOrigin } from "../../../lib/onnx/graph_file.ts";
import { scale } from "../../../lib/hooks/interventions.ts";
import { makeNode } from "../../../lib/onnx/build.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";

const ODD = fixture("clip-odd");
const PLAIN = `${ODD}/onnx/text_model_dynamo23.onnx`;
const HOOKS = ["blocks.0.mlp.hook_pre", "blocks.0.mlp.hook_post"];

/** The file with the bias of the hidden layer added inside the activation function, as the runtime's optimisation does it. */
async function withHiddenBias(folder: string): Promise<string> {
  const file = new GraphFile(onnxOrigin(onDisk(PLAIN)));
  const graph = await file.open();
  const gelu = graph.nodes.find(({ opType }) => opType === "Gelu")!;
  const sum = graph.producerOf(gelu.input[0]!)!;
  const fused = makeNode("BiasGelu", sum.input, gelu.output[0]!);
  fused.domain = "com.microsoft";
  const node = graph.nodes.flatMap((each) => {
    if (each === sum) return [];
    return each === gelu ? [fused] : [each];
  });
  const own = create(OperatorSetIdProtoSchema, { domain: "com.microsoft", version: 1n });
  const model = {
    ...graph.model,
    opsetImport: [...graph.model.opsetImport, own],
    graph: { ...graph.model.graph!, node },
  };
  const path = `${folder}/text_model.onnx`;
  await Deno.writeFile(path, toBinary(ModelProtoSchema, model));
  await Deno.copyFile(`${PLAIN}_data`, `${folder}/text_model_dynamo23.onnx_data`);
  file.close();
  return path;
}

Deno.test("neuronsBefore() makes the sum that a BiasGelu hides, and changes to it take effect", async () => {
  await inFolder(async (folder) => {
    const onnxText = await withHiddenBias(folder);
    await using plain = await Clip.load(ODD, { towers: ["text"], onnxText: PLAIN });
    await using hidden = await Clip.load(ODD, { towers: ["text"], onnxText });
    assertEquals(hidden.text.tower.unreachable, new Set());
    const change = [scale(HOOKS[0]!, 3, { neuron: [0, 7] })];
    for (const interventions of [[], change]) {
      const [expected, found] = await Promise.all(
        [plain, hidden].map(({ text }) =>
          text.runWithCache(["There is no boat."], HOOKS, { interventions })
        ),
      );
      for (const hook of HOOKS) {
        const values = expected!.cache.get(hook).data;
        found!.cache.get(hook).data.forEach((x, i) => assertAlmostEquals(x, values[i]!, 2e-6)); // float32
      }
      const untouched = await hidden.text.run(["There is no boat."]);
      if (interventions.length === 0) assertEquals(found!.embeddings, untouched, "no bit changes");
      else assertNotEquals(found!.embeddings.data, untouched.data);
    }
  });
});
