import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { assertEquals } from "@std/assert";
import { elementType } from "../../../lib/onnx/weight_numbers.ts";
import { decodeGraph } from "../../../lib/onnx/graph_file.ts";
import { emptyModelLike, Graph } from "../../../lib/onnx/graph.ts";
import { graphFromText } from "../graph_from_text.ts";
import { assertEachThrows, assertThrowsCode } from "../../error_codes.ts";

const TEXT_MODEL = fileURLToPath(
  new URL("../../fixtures/clip-tiny/onnx/text_model.onnx", import.meta.url),
);

Deno.test("Graph knows which nodes make and read each value", () => {
  const graph = graphFromText(
    `a = Relu(x)
     b, c = Split(a)
     y = Add(b, a)`,
  );
  assertEquals([...graph.producer], [["a", 0], ["b", 1], ["c", 1], ["y", 2]]);
  assertEquals(Object.fromEntries(graph.consumers), { x: [0], a: [1, 2], b: [2] });
  assertEquals(graph.producerOf("c"), graph.nodes[1]);
  assertEquals(graph.producerOf("x"), undefined);
  assertEquals([...graph.inputs.keys()], ["x"]);
  assertEquals(graph.outputs, ["c", "y"]);
});

Deno.test("isConstant() follows weights and Constant nodes, but neither inputs nor random values", () => {
  const graph = graphFromText(
    `k = Constant()
     wk = Add(w, k)
     y = Add(x, wk)
     r = RandomNormal()
     s = Add(r, w)`,
    { w: [1, 2] },
  );
  const constant = ["w", "k", "wk", "x", "y", "r", "s"].filter((name) => graph.isConstant(name));
  assertEquals(constant, ["w", "k", "wk"]);
});

Deno.test("Graph treats an input with a stored value as a weight, as old exporters write it", () => {
  const { model } = graphFromText("y = Add(x, w)", { w: [1] });
  model.graph!.input.push(create(ValueInfoProtoSchema, { name: "w" }));
  assertEquals([...new Graph(model, "old.onnx").inputs.keys()], ["x"]);
});

Deno.test("Graph counts what a subgraph reads from outside as read by its node", () => {
  const branch = create(GraphProtoSchema, {
    node: [
      create(NodeProtoSchema, { opType: "Relu", input: ["outer"], output: ["inner"] }),
      create(NodeProtoSchema, { opType: "Add", input: ["inner", "x"], output: ["end"] }),
    ],
    output: [create(ValueInfoProtoSchema, { name: "end" })],
  });
  const { model } = graphFromText(
    `outer = Neg(x)
     y = If(condition)`,
  );
  model.graph!.node[1]!.attribute = [
    create(AttributeProtoSchema, { name: "then_branch", g: branch }),
  ];
  const graph = new Graph(model, "if.onnx");
  assertEquals(graph.reads[1], ["condition", "outer", "x"]);
  assertEquals(graph.consumers.get("outer"), [1]);
});

Deno.test("Graph puts nodes in order, which converters to half precision do not do", () => {
  const graph = graphFromText(
    `y = Add(a, b)
     z = Neg(y)
     b = Relu(a)
     a = Cast(x)`,
  );
  assertEquals(graph.nodes.map(({ opType }) => opType), ["Cast", "Relu", "Add", "Neg"]);
  assertEquals([...graph.producer], [["a", 0], ["b", 1], ["y", 2], ["z", 3]]);
});

Deno.test("placeOf() gives the place of a weight in the file, and none of one that no file has", async () => {
  const file = await Deno.readFile(TEXT_MODEL);
  const room = new Uint8Array(file.length + 10);
  room.set(file, 10);
  const graph = decodeGraph(room.subarray(10), TEXT_MODEL);
  const stored = [...graph.initializers.values()].filter(({ rawData }) => rawData.length > 0);
  assertEquals(stored.length > 0, true);
  for (const tensor of stored) {
    const { path, offset, length } = graph.placeOf(tensor)!;
    assertEquals(path, TEXT_MODEL);
    assertEquals(file.subarray(offset, offset + length), tensor.rawData);
  }
  const made = { ...stored[0]!, rawData: stored[0]!.rawData.slice() };
  assertEquals(graph.placeOf(made), undefined);
  assertEquals(new Graph(graph.model, TEXT_MODEL).placeOf(stored[0]!), undefined);
});

Deno.test("Graph refuses a node that reads a value that nothing before it makes", () => {
  const { model } = graphFromText("y = Add(x, w)", { w: [1] });
  model.graph!.initializer = [];
  const message = 'node "Add" reads "w", which no weight, input or earlier node provides';
  assertEachThrows("onnx-damaged", [
    [() => new Graph(model, "a.onnx"), `Cannot use "a.onnx": ${message}`],
    [() => graphFromText("y = Add(x, z)\nz = Relu(y)"), "earlier node"],
  ]);
});

Deno.test("emptyModelLike() keeps versions and operator sets, and leaves the model unchanged", () => {
  const { model } = graphFromText("y = Relu(x)");
  const empty = emptyModelLike(model);
  assertEquals(empty.irVersion, 8n);
  assertEquals(empty.opsetImport.map(({ version }) => version), [17n]);
  assertEquals([empty.graph!.node.length, empty.graph!.initializer.length], [0, 0]);
  empty.graph!.node.push(create(NodeProtoSchema, { opType: "Neg" }));
  assertEquals(model.graph!.node.length, 1);
});

Deno.test("Graph refuses a value that two nodes make or that is stored twice", () => {
  const message = 'Cannot use "a.onnx": value "y" is made or stored twice';
  const { model } = graphFromText("y = Relu(x)\nz = Neg(y)");
  model.graph!.node[1]!.output = ["y"];
  assertThrowsCode(() => new Graph(model, "a.onnx"), "onnx-damaged", message);
  const { model: stored } = graphFromText("z = Add(x, y)", { y: [1] });
  stored.graph!.initializer.push(stored.graph!.initializer[0]!);
  assertThrowsCode(() => new Graph(stored, "a.onnx"), "onnx-damaged", message);
});

Deno.test("Graph orders a chain that is longer than the engine's stack, and its end's type is found", () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `v${i + 1} = Relu(v${i})`);
  const graph = graphFromText(lines.toReversed().join("\n"));
  assertEquals(graph.nodes[0]!.input, ["v0"]);
  assertEquals(graph.nodes.at(-1)!.output, ["v40000"]);
  assertEquals(elementType(graph, "v40000"), TensorProto_DataType.FLOAT);
});
