import { assertEquals } from "@std/assert";
import { RunState } from "../../../lib/engine/rows/row_graphs.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { assertEachThrows } from "../../error_codes.ts";

/** Two rows: token ids, a residual of width 2 and attention weights of two heads. */
function twoRows(): RunState {
  const values: [string, OnnxValue][] = [
    ["ids", { type: "int64", dims: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) }],
    ["residual", { type: "float32", dims: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ["pattern", { type: "float32", dims: [4, 1, 1], data: Float32Array.of(5, 6, 7, 8) }],
    ["mask", { type: "bool", dims: [2], data: Uint8Array.of(0, 1) }],
  ];
  return new RunState(new Map(values), 2);
}

function contents(state: RunState) {
  return Object.fromEntries(
    [...state.entries()].map(([name, { dims, data }]) => [name, { dims, data: [...data] }]),
  );
}

Deno.test("append() adds copies of rows to every value, including whole blocks of heads", () => {
  const state = twoRows();
  assertEquals(state.append([1, 0, 1]), 2);
  assertEquals(state.rows, 5);
  assertEquals(contents(state), {
    ids: { dims: [5, 2], data: [1n, 2n, 3n, 4n, 3n, 4n, 1n, 2n, 3n, 4n] },
    residual: { dims: [5, 1, 2], data: [1, 2, 3, 4, 3, 4, 1, 2, 3, 4] },
    pattern: { dims: [10, 1, 1], data: [5, 6, 7, 8, 7, 8, 5, 6, 7, 8] },
    mask: { dims: [5], data: [0, 1, 1, 0, 1] },
  });
  assertEquals([...state.entries()].map(([, { type }]) => type), [
    "int64",
    "float32",
    "float32",
    "bool",
  ]);
});

Deno.test("data() refuses names without a floating-point value in the run", () => {
  assertEachThrows("change-unfit", [
    [() => twoRows().data("ids"), 'Cannot change "ids": the run holds no float32 value'],
    [() => twoRows().data("gone"), 'Cannot change "gone": the run holds no float32'],
  ]);
});
