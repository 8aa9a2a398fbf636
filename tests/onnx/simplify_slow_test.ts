import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema, type NodeProto, NodeProtoSchema } from "onnx-buf";
import { assertEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

const MODEL = fixture("clip-tiny");

function node(opType: string, input: string[], output: string): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output] });
}

/** Puts an Identity after every value that a node makes, and before every read of a weight, an input or a value. */
function withIdentities(model: ModelProto): void {
  const graph = model.graph!;
  graph.node = graph.node.flatMap((each, index) => {
    const copies = each.input.flatMap((name, place) => {
      if (name === "") return [];
      each.input[place] = `${name}:read ${index}.${place}`;
      return [node("Identity", [name], each.input[place])];
    });
    const after = each.output.flatMap((name, place) => {
      if (name === "") return [];
      each.output[place] = `${name}:made`;
      return [
        node("Identity", [`${name}:made`], `${name}:again`),
        node("Identity", [`${name}:again`], name),
      ];
    });
    return [...copies, each, ...after];
  });
}

/** All activations, embeddings and weights of a tower that can be reached. */
async function everything(
  file: string,
  kind: "text" | "image",
): Promise<Map<string, Float32Array>> {
  await using clip = await Clip.load(MODEL, { towers: [kind], onnxText: file, onnxVision: file });
  const { hooks, tower, weights } = clip.towers[0]!;
  const reached = hooks.filter((name) => !tower.unreachable.has(name));
  const photo = async () => await Deno.readFile(`${MODEL}/../images/photo.jpg`);
  const { cache, embeddings } = kind === "text"
    ? await clip.text.runWithCache(["There is no boat."], reached)
    : await clip.image.runWithCache([await clip.image.pixels(await photo(), "photo")], reached);
  const all = new Map(reached.map((name) => [name, cache.row(name, 0).data]));
  all.set("embeddings", embeddings.data);
  for (const name of weights.names.filter((name) => !weights.unreachable.has(name))) {
    all.set(name, (await weights.get(name)).data);
  }
  return all;
}

const cases = [
  ["text_model", "text"],
  ["text_model_sdpa", "text"],
  ["text_model_dynamo20", "text"],
  ["text_model_fp16", "text"],
  ["text_model_fused", "text"],
  ["model_old", "text"],
  ["vision_model", "image"],
  ["vision_model_dynamo20", "image"],
] as const;
for (const [name, kind] of cases) {
  Deno.test(`load() finds the same values in ${name}.onnx with Identity nodes everywhere`, async () => {
    const original = `${MODEL}/onnx/${name}.onnx`;
    await inFolder(async (folder) => {
      const path = `${folder}/file.onnx`;
      const model = fromBinary(ModelProtoSchema, await Deno.readFile(original));
      withIdentities(model);
      await Deno.writeFile(path, toBinary(ModelProtoSchema, model));
      const [expected, found] = [await everything(original, kind), await everything(path, kind)];
      assertEquals([...found.keys()], [...expected.keys()]);
      assertEquals(found, expected);
    });
  });
}
