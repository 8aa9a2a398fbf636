import { assertEquals, assertThrows } from "@std/assert";
import { countEntries } from "../../../lib/onnx/graph/entry_count.ts";
import { modelBytes, valueInfo } from "../model_bytes.ts";

Deno.test("countEntries() counts nodes, weights, inputs, outputs and described values", () => {
  const node = [{ opType: "Relu", input: ["x"], output: ["y"] }];
  const values = { input: [valueInfo("x")], output: [valueInfo("y")], valueInfo: [valueInfo("y")] };
  assertEquals(countEntries(modelBytes({ node, ...values })), 4);
  assertEquals(countEntries(new Uint8Array()), 0);
  assertThrows(() => countEntries(new Uint8Array(8).fill(0xff)), RangeError);
});
