import { assertEquals } from "@std/assert";
import { findHooks } from "../../../lib/engine/graph/find_tower.ts";
import { blockModels, RunState } from "../../../lib/engine/rows/row_graphs.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { assertEachThrows, assertThrowsCode } from "../../error_codes.ts";
import { ENDS, readGraph } from "../tiny.ts";

Deno.test("data() refuses names without a floating-point value in the run", () => {
  const ids: OnnxValue = { type: "int64", dims: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) };
  const state = new RunState(new Map([["ids", ids]]), 2);
  assertEachThrows("change-unfit", [
    [() => state.data("ids"), 'Cannot change "ids": the run holds no float32 value'],
    [() => state.data("gone"), 'Cannot change "gone": the run holds no float32'],
  ]);
});

Deno.test("blockModels() has two models of projections in the last block, and refuses a block that lacks a value", async () => {
  const graph = await readGraph("text_model");
  const { blocks } = findHooks(graph, ENDS.text);
  const made = [...blockModels(graph, blocks)];
  assertEquals(made.map(({ project }) => project.map(({ outputs }) => outputs.length)), [
    ...[[3], [3], [1, 2]],
  ]);
  const needed = ["hook_resid_pre", "hook_resid_mid", "hook_resid_post"]
    .concat(["q", "k", "v", "z"].map((name) => `attn.hook_${name}`));
  for (const name of needed) {
    const { [name]: _, ...rest } = blocks[2]!;
    const lacking = () => [...blockModels(graph, blocks.with(2, rest))];
    assertThrowsCode(lacking, "sweep-not-fast", "need more than the rows that they change");
  }
});
