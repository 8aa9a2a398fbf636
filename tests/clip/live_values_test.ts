import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { LiveValues } from "../../lib/clip/live_values.ts";
import type { OnnxValue } from "../../lib/onnx/session.ts";

/** Two rows: token ids, a residual of width 2 and attention weights of two heads. */
function twoRows(): LiveValues {
  const values: [string, OnnxValue][] = [
    ["ids", { type: "int64", dims: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) }],
    ["residual", { type: "float32", dims: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ["pattern", { type: "float32", dims: [4, 1, 1], data: Float32Array.of(5, 6, 7, 8) }],
    ["mask", { type: "bool", dims: [2], data: Uint8Array.of(0, 1) }],
  ];
  return new LiveValues(new Map(values), 2);
}

function contents(live: LiveValues) {
  return Object.fromEntries(
    [...live.entries()].map(([name, { dims, data }]) => [name, { dims, data: [...data] }]),
  );
}

Deno.test("append() adds copies of rows to every value, whole blocks of heads with them", () => {
  const live = twoRows();
  assertEquals(live.append([1, 0, 1]), 2);
  assertEquals(live.rows, 5);
  assertEquals(contents(live), {
    ids: { dims: [5, 2], data: [1n, 2n, 3n, 4n, 3n, 4n, 1n, 2n, 3n, 4n] },
    residual: { dims: [5, 1, 2], data: [1, 2, 3, 4, 3, 4, 1, 2, 3, 4] },
    pattern: { dims: [10, 1, 1], data: [5, 6, 7, 8, 7, 8, 5, 6, 7, 8] },
    mask: { dims: [5], data: [0, 1, 1, 0, 1] },
  });
  assertEquals([...live.entries()].map(([, { type }]) => type), [
    "int64",
    "float32",
    "float32",
    "bool",
  ]);
});

Deno.test("append() may copy rows that were appended before", () => {
  const live = twoRows();
  live.append([1]);
  live.data("residual")[4] = 9;
  assertEquals(live.append([2]), 3);
  assertEquals([...live.data("residual")], [1, 2, 3, 4, 9, 4, 9, 4]);
});

Deno.test("append() of no row changes nothing", () => {
  const live = twoRows();
  const before = live.data("residual");
  assertEquals(live.append([]), 2);
  assertEquals(live.rows, 2);
  assertStrictEquals(live.data("residual"), before);
});

Deno.test("append() leaves the storage from before alone", () => {
  const live = twoRows();
  const before = live.data("residual");
  live.append([0]);
  live.data("residual").fill(-1);
  assertEquals([...before], [1, 2, 3, 4]);
});

Deno.test("data() is the storage itself", () => {
  const live = twoRows();
  live.data("residual")[0] = 7;
  assertEquals(contents(live).residual!.data, [7, 2, 3, 4]);
  assertEquals(live.dims("pattern"), [4, 1, 1]);
});

Deno.test("data() refuses what is no floating-point value of the run", () => {
  assertThrows(
    () => twoRows().data("ids"),
    TypeError,
    'Cannot change "ids": the run holds no float32 value',
  );
  assertThrows(
    () => twoRows().data("gone"),
    TypeError,
    'Cannot change "gone": the run holds no float32',
  );
});
