import { assertEquals } from "@std/assert";
import { forEachRun, selectedOn } from "../../lib/hooks/selection.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";

/** A batch that holds the rows 4 and 1 of a run of 6. */
const batch = { rows: [4, 1], count: 6 };

const value = new Tensor(new Float32Array(2 * 3 * 2 * 2), [2, 3, 2, 2], [
  "batch",
  "position",
  "head",
  "head width",
]);

/** Bounds of the runs that are visited. */
function runs(tensor: Tensor, selection: Parameters<typeof forEachRun>[1]): number[][] {
  const found: number[][] = [];
  forEachRun(tensor, selection, batch, (start, end) => found.push([start, end]));
  return found;
}

Deno.test("selectedOn() finds the places of a run's rows in the batch", () => {
  assertEquals(selectedOn("batch", 2, { row: 4 }, batch), [0]);
  assertEquals(selectedOn("batch", 2, { row: [1, 4, 5] }, batch), [0, 1]);
  assertEquals(selectedOn("batch", 2, { row: 0 }, batch), []);
  assertEquals(selectedOn("batch", 2, {}, batch), [0, 1]);
});

Deno.test("selectedOn() returns each index once, and all indices of an unselected axis", () => {
  assertEquals(selectedOn("position", 3, { position: [2, 0, 2] }, batch), [0, 2]);
  assertEquals(selectedOn("position", 3, { head: 1 }, batch), [0, 1, 2]);
  assertEquals(selectedOn("head width", 2, { head: 1 }, batch), [0, 1]);
});

Deno.test("forEachRun() visits contiguous values along the last axis", () => {
  assertEquals(runs(value, { row: 1, position: 2, head: 0 }), [[20, 22]]);
  assertEquals(runs(value, { row: 4, head: 1 }), [[2, 4], [6, 8], [10, 12]]);
  assertEquals(runs(value, {}).length, 2 * 3 * 2);
  assertEquals(runs(value, { row: 5 }), []);
});

Deno.test("forEachRun() visits single values where the last axis is selected", () => {
  const pattern = new Tensor(new Float32Array(2 * 1 * 2 * 2), [2, 1, 2, 2], [
    "batch",
    "head",
    "query",
    "key",
  ]);
  assertEquals(runs(pattern, { row: 4, key: 1 }), [[1, 2], [3, 4]]);
  assertEquals(runs(pattern, { row: 4, query: 1, key: [1, 1] }), [[3, 4]]);
  assertEquals(runs(pattern, { row: 4, query: 1, key: [1, 0] }), [[2, 4]]);
});

Deno.test("forEachRun() passes the indices along the other axes", () => {
  const seen: number[][] = [];
  forEachRun(value, { row: 1, position: [0, 2], head: 1 }, batch, (_start, _end, indices) => {
    seen.push([...indices]);
  });
  assertEquals(seen, [[1, 0, 1], [1, 2, 1]]);
});
