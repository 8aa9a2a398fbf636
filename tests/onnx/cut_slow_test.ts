import { assert, assertEquals } from "@std/assert";
import { cutBetween, cutChain, encodeSubgraph, type Subgraph } from "../../lib/onnx/cut.ts";
import { decodeGraph } from "../../lib/onnx/graph_file.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import { graphFromText } from "./graph_from_text.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";

// Two blocks of a toy network; the mask is read in both.
const toy = graphFromText(
  `size = Shape(x)
   mask = Expand(w0, size)
   a = Add(x, w1)
   b = Mul(a, mask)
   kw = Neg(w2)
   c = Add(b, kw)
   d = Mul(c, mask)
   y = Sub(d, a)`,
  { w0: [2], w1: [1], w2: [3] },
);

function ops(graph: Graph, subgraph: Subgraph): string[] {
  return subgraph.nodes.map((node) => graph.nodes[node]!.opType);
}

Deno.test("cutChain() gives each subgraph what its targets need and passes on what later subgraphs read", () => {
  const [first, second, third] = cutChain(toy, [["b"], ["c"], ["y"]]);
  assertEquals(ops(toy, first!), ["Shape", "Expand", "Add", "Mul"]);
  assertEquals([first!.inputs, first!.outputs], [["x"], ["mask", "a", "b"]]);
  assertEquals(ops(toy, second!), ["Add"]);
  assertEquals([second!.inputs, second!.outputs], [["b"], ["c"]]);
  assertEquals(ops(toy, third!), ["Mul", "Sub"]);
  assertEquals([third!.inputs, third!.outputs], [["c", "mask", "a"], ["y"]]);
});

Deno.test("cutChain() refuses targets out of order, and those that no node makes", () => {
  const isEarly = (name: string) =>
    `Cannot cut "text.onnx" at "${name}": it is made before its stage`;
  assertEachThrows("value-wrong", [
    [() => cutChain(toy, [["c"], ["b"], ["y"]]), isEarly("b")],
    [() => cutChain(toy, [["b", "c"], ["y"]]), isEarly("b")],
    [() => cutChain(toy, [["c"], ["c"]]), isEarly("c")],
    ...["x", "w1", "nowhere"].map((name) =>
      [() => cutChain(toy, [[name], ["y"]]), `at "${name}"`] as const
    ),
  ]);
});

Deno.test("encodeSubgraph() keeps initializers that only one subgraph uses, and no others", () => {
  const kept = cutChain(toy, [["b"], ["c"], ["y"]]).map((subgraph) => {
    const { initializers, nodes } = decodeGraph(encodeSubgraph(toy, subgraph), "subgraph");
    return { weights: [...initializers.keys()].sort(), ops: nodes.map(({ opType }) => opType) };
  });
  assertEquals(kept, [
    { weights: ["w0", "w1"], ops: ["Shape", "Expand", "Add", "Mul"] },
    { weights: ["w2"], ops: ["Neg", "Add"] },
    { weights: [], ops: ["Mul", "Sub"] },
  ]);
});

Deno.test("encodeSubgraph() refuses a subgraph with more weights than one file can hold", () => {
  const names = Array.from({ length: 8 }, (_, i) => `w${i}`);
  const weights = Object.fromEntries(names.map((name) => [name, [1]]));
  const { model } = graphFromText(`y = Concat(x, ${names.join(", ")})`, weights);
  const rawData = new Uint8Array(2 ** 28); // one buffer for all, never touched
  model.graph!.initializer.forEach((weight) => Object.assign(weight, { rawData, floatData: [] }));
  const graph = new Graph(model, "large.onnx");
  const [subgraph] = cutChain(graph, [["y"]]);
  assertThrowsCode(
    () => encodeSubgraph(graph, subgraph!),
    'onnx-unsupported: Cannot use "large.onnx": a part between two hook points has 2147483648 bytes of weights',
  );
});

Deno.test("cutBetween() finds no subgraph where other values are read", () => {
  assertEquals(cutBetween(toy, ["c"], ["d"]), undefined); // the mask
  assertEquals(cutBetween(toy, ["d"], ["y"]), undefined); // a
  assert(cutBetween(toy, ["d", "a"], ["y"]) !== undefined);
});
