import { create } from "@bufbuild/protobuf";
import { AttributeProtoSchema } from "onnx-buf";
import { assertEquals } from "@std/assert";
import {
  linearBehind,
  matrixToHeads,
  normBehind,
  storedBehind,
} from "../../../lib/engine/weights/weight_layout.ts";
import type { Graph } from "../../../lib/onnx/graph.ts";
import { graphFromText } from "../../onnx/graph_from_text.ts";

/** A graph whose weight `w` is a matrix of 2 rows and 3 columns; the node that makes `y` has the given attributes. */
function graphWith(text: string, attributes: Readonly<Record<string, number>> = {}): Graph {
  const graph = graphFromText(text, { w: [1, 2, 3, 4, 5, 6], b: [7, 8, 9] });
  graph.initializers.get("w")!.dims = [2n, 3n];
  const node = graph.nodes.find(({ output }) => output.includes("y"))!;
  node.attribute = Object.entries(attributes).map(([name, value]) =>
    create(AttributeProtoSchema, { name, f: value, i: BigInt(Math.trunc(value)) })
  );
  return graph;
}

/** How a linear layer reads `w`: inputs, outputs, strides, bias. */
function read(graph: Graph) {
  const linear = linearBehind(graph, "y");
  if (linear === undefined) return undefined;
  const { weight: { inputs, outputs, strides }, bias } = linear;
  return [linear.x, inputs, outputs, strides, bias];
}

Deno.test("linearBehind() ignores scaled products and products of two activations, and turns a matrix", () => {
  assertEquals(read(graphWith("y = FusedMatMul(x, w)", { alpha: 1 }))?.[1], 2);
  assertEquals(read(graphWith("y = FusedMatMul(x, w)", { alpha: 0.5 })), undefined);
  assertEquals(read(graphWith("y = Gemm(x, w)", { transA: 1 })), undefined);
  const turned = "c = Cast(w)\nt = Transpose(c)\nw2 = Identity(t)\ny = MatMul(x, w2)";
  assertEquals(read(graphWith(turned))?.slice(1, 4), [3, 2, [1, 3]]);
  assertEquals(read(graphWith("y = MatMul(x, v)")), undefined);
  assertEquals(read(graphWith("y = Add(x, b)")), undefined);
});

Deno.test("matrixToHeads() begins at the first of its columns, however the matrix is stored", () => {
  const offset = (transB: number, width: number, of: number) =>
    matrixToHeads(
      linearBehind(graphWith("y = Gemm(x, w)", { transB }), "y"),
      { heads: 1, width },
      { first: 1, of },
    )?.layout.offset;
  assertEquals([offset(0, 2, 3), offset(1, 3, 2)], [1, 3]);
});

Deno.test("normBehind() reads a norm that is spelled out, whose bias is stored", () => {
  const norm = (bias: string) =>
    normBehind(
      graphWith(`c = Sub(x, n)\nd = Div(c, s)\nm = Mul(d, w)\ny = Add(m, ${bias})`),
      "y",
    );
  assertEquals([norm("b"), norm("v")], [{ x: "x", w: "w", b: "b" }, undefined]);
});

Deno.test("storedBehind() looks through nodes that pick rows when asked to", () => {
  const graph = graphFromText("g = Gather(w, i)\ny = Unsqueeze(g, a)", { w: [1, 2] });
  assertEquals(storedBehind(graph, "y"), undefined);
  assertEquals(storedBehind(graph, "y", new Set(["Gather"]))?.name, "w");
});
