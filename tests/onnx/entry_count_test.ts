import { assertEquals, assertThrows } from "@std/assert";
import { countEntries } from "../../lib/onnx/entry_count.ts";
import { decodeGraph } from "../../lib/onnx/graph.ts";
import { modelBytes, valueInfo } from "./model_bytes.ts";

Deno.test("countEntries() counts nodes, weights, inputs, outputs and described values", () => {
  const node = [{ opType: "Relu", input: ["x"], output: ["y"] }];
  const values = { input: [valueInfo("x")], output: [valueInfo("y")], valueInfo: [valueInfo("y")] };
  assertEquals(countEntries(modelBytes({ node, ...values })), 4);
  assertEquals(countEntries(new Uint8Array()), 0);
});

Deno.test("decodeGraph() refuses a graph of too many nodes before it decodes them", () => {
  const node = Array.from({ length: 50_001 }, () => ({ opType: "" }));
  assertThrows(
    () => decodeGraph(modelBytes({ node }), "m.onnx"),
    RangeError,
    'Cannot use "m.onnx": its graph describes 50001 nodes and values where 50000 are allowed',
  );
});
