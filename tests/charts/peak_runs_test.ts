import { assertEquals } from "@std/assert";
import { peakRuns } from "../../lib/charts/peak_runs.ts";

/** The cells of layers from 0, each given as the CTE of some roles. */
function cells(...layers: readonly Readonly<Record<string, number | undefined>>[]) {
  return layers.flatMap((layer, i) =>
    Object.entries(layer).map(([role, cte]) => ({ layer: i, role, cte }))
  );
}

function runs(group: Parameters<typeof peakRuns>[0]): string[] {
  return peakRuns(group).map(({ role, head, from, to }) => `${role} ${head ?? ""} ${from}-${to}`);
}

Deno.test("peakRuns() joins neighbouring layers of one role", () => {
  const found = runs(cells({ a: 1, b: 0 }, { a: 2, b: 1 }, { a: 0, b: 1 }, { a: 1, b: 0 }));
  assertEquals(found, ["a  0-1", "b  2-2", "a  3-3"]);
});

Deno.test("peakRuns() gives ties to the earlier row, and accepts a largest effect below 0", () => {
  assertEquals(runs(cells({ a: 1, b: 1 }, { a: -3, b: -2 })), ["a  0-0", "b  1-1"]);
});

Deno.test("peakRuns() skips cells without a value, and layers without any value", () => {
  const found = runs(cells({ a: undefined, b: -1 }, { a: undefined }, { b: 1, a: undefined }));
  assertEquals(found, ["b  0-2"]);
  assertEquals(runs(cells({ a: undefined })), []);
});

Deno.test("peakRuns() keeps heads apart", () => {
  const cell = (layer: number, head: number, cte: number) => ({ layer, head, role: "a", cte });
  const found = runs([cell(1, 1, 3), cell(1, 2, 1), cell(2, 1, 2), cell(2, 2, 4), cell(3, 2, 1)]);
  assertEquals(found, ["a 1 1-1", "a 2 2-3"]);
});
