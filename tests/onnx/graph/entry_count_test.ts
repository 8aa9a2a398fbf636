import { create } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { assertEquals, assertThrows } from "@std/assert";
import { countEntries, countWrittenOut } from "../../../lib/onnx/graph_file.ts";
import { modelBytes, valueInfo } from "../model_bytes.ts";

Deno.test("countEntries() counts nodes, weights, inputs, outputs and described values", () => {
  const node = [{ opType: "Relu", input: ["x"], output: ["y"] }];
  const values = { input: [valueInfo("x")], output: [valueInfo("y")], valueInfo: [valueInfo("y")] };
  assertEquals(countEntries(modelBytes({ node, ...values })), 4);
  assertEquals(countEntries(new Uint8Array()), 0);
  assertThrows(() => countEntries(new Uint8Array(8).fill(0xff)), RangeError);
});

/** A model that calls the last of some functions, each given as the operators in it. */
function withFunctions(bodies: readonly (readonly string[])[]) {
  const call = (opType: string) => ({ opType, domain: opType.startsWith("f") ? "own" : "" });
  return create(ModelProtoSchema, {
    graph: { node: [call("Relu"), call(`f${bodies.length - 1}`)] },
    functions: bodies.map((node, i) => ({ name: `f${i}`, domain: "own", node: node.map(call) })),
  });
}

Deno.test("countWrittenOut() counts the nodes that the runtime makes of functions", () => {
  assertEquals(countWrittenOut(withFunctions([["Relu", "Add", "Mul"]])), 5);
  assertEquals(countWrittenOut(withFunctions([["Relu", "Add"], ["f0", "Relu", "f0"]])), 9);
  const doubling = Array.from(
    { length: 34 },
    (_, i) => i === 0 ? ["Relu"] : [`f${i - 1}`, `f${i - 1}`],
  );
  assertEquals(countWrittenOut(withFunctions(doubling)), 3 * 2 ** 33);
  assertEquals(countWrittenOut(withFunctions([["f0"]])), Infinity);
  assertEquals(countWrittenOut(withFunctions([["f1", "Relu"], ["f0"]])), Infinity);
  const long = Array.from({ length: 60 }, (_, i) => i === 0 ? ["Add", "Add"] : [`f${i - 1}`]);
  assertEquals(countWrittenOut(withFunctions(long)), Infinity);
});
