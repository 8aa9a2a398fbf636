import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as Type,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { elementType } from "../../lib/onnx/weight_numbers.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import { dropIdleNodes } from "../../lib/onnx/simplify.ts";
import { graphFromText } from "./graph_from_text.ts";
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

/** What a graph's nodes are after idle ones are removed, constants left out. */
function left(graph: Graph): string[] {
  return dropIdleNodes(graph).nodes.filter(({ opType }) => opType !== "Constant")
    .map(({ opType, input, output }) => `${output} = ${opType}(${input.join(", ")})`);
}

Deno.test("dropIdleNodes() keeps the names of the graph's inputs, outputs and weights", () => {
  const { model } = graphFromText(
    "c = Identity(w)\na = Add(x, c)\nb = Identity(a)\nd = Relu(a)\ne = Identity(d)\nf = Identity(e)\ng = Identity(x)",
    { w: [1] },
  );
  model.graph!.output = ["b", "d", "f", "g"].map((name) => create(ValueInfoProtoSchema, { name }));
  const graph = new Graph(model, "text.onnx");
  const dropped = dropIdleNodes(graph);
  assertEquals(dropped.outputs, graph.outputs);
  assertEquals([...dropped.inputs.keys()], ["x"]);
  assertEquals(left(graph), [
    "b = Add(x, w)", // made under the name of the output
    "d = Relu(b)",
    "f = Identity(d)", // two outputs of one value
    "g = Identity(x)", // an output that is an input
  ]);
});

Deno.test("dropIdleNodes() keeps what a subgraph reads by its name", () => {
  const { model } = graphFromText("b = Identity(x)\ny = If(c)\nz = Add(b, y)");
  const branch = create(GraphProtoSchema, {
    node: [node("Relu", ["b"], "inner")],
    output: [{ name: "inner" }],
  });
  model.graph!.node[1]!.attribute = ["then_branch", "else_branch"].map((name) =>
    create(AttributeProtoSchema, { name, type: 5, g: branch })
  );
  const graph = new Graph(model, "text.onnx");
  assertStrictEquals(dropIdleNodes(graph), graph);
});

Deno.test("dropIdleNodes() keeps the types that the file declares", () => {
  const { model } = graphFromText("a = Custom(x)\nb = Identity(a)\ny = Relu(b)");
  const value = { case: "tensorType" as const, value: { elemType: Type.INT32 } };
  model.graph!.valueInfo = [create(ValueInfoProtoSchema, { name: "b", type: { value } })];
  const dropped = dropIdleNodes(new Graph(model, "text.onnx"));
  assertEquals(dropped.nodes.length, 2);
  assertEquals(elementType(dropped, "a"), Type.INT32);
});
