import { create } from "@bufbuild/protobuf";
import { NodeProtoSchema, TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { cutChain, encodeSubgraph } from "../../../lib/onnx/cut.ts";
import { decodeGraph } from "../../../lib/onnx/graph_file.ts";
import { widenNode, widenTensor } from "../../../lib/onnx/graph.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { modelBytes, valueInfo } from "../model_bytes.ts";

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
  const raw = create(TensorProtoSchema, {
    dataType: Type.FLOAT16,
    dims,
    rawData: file.subarray(3),
  });
  const typed = create(TensorProtoSchema, { dataType: Type.FLOAT16, dims, int32Data: HALVES });
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

Deno.test("widenTensor() and widenNode() leave other types alone", () => {
  const tensor = create(TensorProtoSchema, { dataType: Type.INT64, dims: [1n], int64Data: [1n] });
  assertStrictEquals(widenTensor(tensor), tensor);
  const node = create(NodeProtoSchema, {
    opType: "Cast",
    attribute: [{ name: "to", i: BigInt(Type.INT64) }],
  });
  assertStrictEquals(widenNode(node), node);
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
      const session = await nodeRuntime().create(encodeSubgraph(graph, subgraph), graph.source);
      const feeds = subgraph.inputs.map((name) => [name, known.get(name)!] as const);
      (await session.run(new Map(feeds))).forEach((value, name) => known.set(name, value));
      await session.release();
    }
    assertEquals([...known.get("y")!.data], [Math.fround(Math.fround(x + 1) * 3)]);
  }
});
