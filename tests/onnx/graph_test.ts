import { create } from "@bufbuild/protobuf";
import { TensorProto_DataType as Type, TensorProtoSchema, ValueInfoProtoSchema } from "onnx-buf";
import { assertEquals } from "@std/assert";
import { elementType } from "../../lib/onnx/weight_numbers.ts";
import { decodeGraph } from "../../lib/onnx/graph_file.ts";
import { Graph, widenTensor } from "../../lib/onnx/graph.ts";
import { graphFromText } from "./graph_from_text.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";
import { cutChain, encodeSubgraph } from "../../lib/onnx/cut.ts";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";
import { runOnce } from "./run_whole.ts";

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

Deno.test("Graph refuses a node that reads a value that nothing before it makes", () => {
  const { model } = graphFromText("y = Add(x, w)", { w: [1] });
  model.graph!.initializer = [];
  const message = 'node "Add" reads "w", which no weight, input or earlier node provides';
  assertEachThrows("onnx-damaged", [
    [() => new Graph(model, "a.onnx"), `Cannot use "a.onnx": ${message}`],
    [() => graphFromText("y = Add(x, z)\nz = Relu(y)"), "earlier node"],
  ]);
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
  assertEquals(elementType(graph, "v40000"), Type.FLOAT);
});

/** Bits of 1, -2, the largest and the smallest number, infinity (IEEE 754, binary16). */
const HALVES = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00];
const VALUES = [1, -2, 65504, 2 ** -24, Infinity];

function floats({ rawData }: { readonly rawData: Uint8Array<ArrayBuffer> }): number[] {
  return [...new Float32Array(rawData.buffer, rawData.byteOffset, rawData.length / 4)];
}

Deno.test("widenTensor() holds every half-precision number exactly, from bytes at any offset and from values", () => {
  const dims = [BigInt(HALVES.length)];
  const file = new Uint8Array(3 + 2 * HALVES.length); // bytes in a file may be unaligned
  file.set(new Uint8Array(Uint16Array.from(HALVES).buffer), 3);
  const half = { dataType: Type.FLOAT16, dims };
  const raw = create(TensorProtoSchema, { ...half, rawData: file.subarray(3) });
  const typed = create(TensorProtoSchema, { ...half, int32Data: HALVES });
  for (const tensor of [raw, typed]) {
    const wide = widenTensor(tensor);
    assertEquals([wide.dataType, wide.dims, wide.int32Data], [Type.FLOAT, dims, []]);
    assertEquals(floats(wide), VALUES);
  }
  assertEquals(raw.dataType, Type.FLOAT16, "the graph is as it was");
});

Deno.test("widenTensor() widens bfloat16, which is the upper half of a float32", () => {
  const int32Data = [0x3f80, 0xc000, 0x4049];
  const tensor = create(TensorProtoSchema, { dataType: Type.BFLOAT16, dims: [3n], int32Data });
  assertEquals(floats(widenTensor(tensor)), [1, -2, 3.140625]);
});

Deno.test("encodeSubgraph() computes a half-precision graph in single precision, branches included", async () => {
  const half = (value: number) => ({ dataType: Type.FLOAT16, dims: [1n], int32Data: [value] });
  const to = [{ name: "to", type: 2, i: BigInt(Type.FLOAT16) }];
  const branch = (value: number) => ({
    name: "branch",
    node: [
      {
        opType: "Constant",
        output: ["k"],
        attribute: [{ name: "value", type: 4, t: half(value) }],
      },
      { opType: "Add", input: ["h", "k"], output: ["end"] },
    ],
    output: [valueInfo("end", Type.FLOAT16)],
  });
  const graph = decodeGraph(
    modelBytes({
      name: "half",
      node: [
        { opType: "Cast", input: ["x"], output: ["h"], attribute: to },
        {
          opType: "If",
          input: ["yes"],
          output: ["sum"],
          attribute: [
            { name: "then_branch", type: 5, g: branch(0x3c00) },
            { name: "else_branch", type: 5, g: branch(0xc000) },
          ],
        },
        { opType: "Mul", input: ["sum", "w"], output: ["y"] },
      ],
      initializer: [{ name: "w", ...half(0x4200) }],
      input: [valueInfo("x"), valueInfo("yes", Type.BOOL)],
      output: [valueInfo("y", Type.FLOAT16)],
      valueInfo: [valueInfo("sum", Type.FLOAT16)],
    }),
    "half.onnx",
  );
  const x = 1 + 2 ** -20; // half precision would round it to 1
  for (const stages of [[["y"]], [["h"], ["sum"], ["y"]]]) {
    const known = new Map<string, OnnxValue>([
      ["x", { type: "float32", dims: [1], data: Float32Array.of(x) }],
      ["yes", { type: "bool", dims: [], data: Uint8Array.of(1) }],
    ]);
    for (const subgraph of cutChain(graph, stages)) {
      const feeds = new Map(subgraph.inputs.map((name) => [name, known.get(name)!]));
      const made = await runOnce(encodeSubgraph(graph, subgraph), feeds);
      made.forEach((value, name) => known.set(name, value));
    }
    assertEquals([...known.get("y")!.data], [Math.fround(Math.fround(x + 1) * 3)]);
  }
});
