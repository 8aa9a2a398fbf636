import { assertEquals } from "@std/assert";
import { isCertain, isLarge, peakRuns, peaksText } from "../../../lib/study/effects/peak_runs.ts";

/** The cells of layers from 0, each given as the CTE of some roles. */
function cells(...layers: readonly Readonly<Record<string, number | undefined>>[]) {
  return layers.flatMap((layer, i) =>
    Object.entries(layer).map(([role, cte]) => ({ layer: i, role, cte }))
  );
}

type Cells = ReturnType<typeof cells>;

/** The runs as `roles from-to`, with the largest effect of each role. */
function runs(
  group: Cells,
  isNamed: (cell: Cells[number]) => boolean = isLarge,
  isApart?: (cell: Cells[number]) => boolean,
) {
  return peakRuns(group, isNamed, isApart).map(({ from, to, peaks }) =>
    `${peaks.map(({ role, cte }) => `${role} ${cte}`).join(" ")} ${from}-${to}`.trim()
  );
}

Deno.test("peakRuns() joins neighbouring layers of one role, at the layer where its effect is largest", () => {
  const found = runs(cells({ a: 1, b: 0 }, { a: 2, b: 1 }, { a: 0, b: 1 }, { a: 1, b: 0 }));
  assertEquals(found, ["a 2 0-1", "b 1 2-2", "a 1 3-3"]);
});

Deno.test("peakRuns() takes the largest effect of either sign, and keeps signs apart", () => {
  assertEquals(runs(cells({ a: 0.1, b: -0.4 }, { a: 0.1, b: 0.5 })), ["b -0.4 0-0", "b 0.5 1-1"]);
});

Deno.test("peakRuns() has every role of a tie, as far as two digits tell", () => {
  assertEquals(runs(cells({ a: 0.302, b: -0.298, c: 0.1 }, { a: 0.31, b: -0.298 })), [
    "a 0.302 b -0.298 0-0",
    "a 0.31 1-1",
  ]);
});

Deno.test("peakRuns() names no effect below one twentieth of d, nor one whose interval includes 0", () => {
  assertEquals(runs(cells({ a: 3e-5, b: -2e-5 }, { a: -0.049 }, { a: 0.05 })), [
    "0-1",
    "a 0.05 2-2",
  ]);
  const own = { cte_low: 0.1, cte_high: 0.7 }; // of the one cell, without the choice of the largest
  const bounds = { simultaneous_low: -0.1, simultaneous_high: 0.9 };
  const unsure = { layer: 0, role: "a", cte: 0.4, ...own, ...bounds };
  const unknown = { layer: 0, role: "c", cte: 0.5, ...own };
  const sure = { ...unsure, role: "b", cte: 0.3, simultaneous_low: 0.1, simultaneous_high: 0.5 };
  const named = peakRuns([unsure, unknown, sure], isCertain);
  assertEquals(named.map(({ peaks }) => peaks), [[sure]]);
  assertEquals(peakRuns([unsure], isCertain), [{ from: 0, to: 0, peaks: [], isLarge: true }]);
});

Deno.test("peakRuns() does not join effects that are to stay apart", () => {
  assertEquals(runs(cells({ a: 1 }, { a: 0.5 }), isLarge, ({ cte }) => cte === 1), [
    ...["a 1 0-0", "a 0.5 1-1"],
  ]);
});

Deno.test("peakRuns() skips cells without a value, and layers without any value", () => {
  const found = runs(cells({ a: undefined, b: -1 }, { a: undefined }, { b: -2, a: undefined }));
  assertEquals(found, ["b -2 0-2"]);
  assertEquals(runs(cells({ a: undefined })), []);
});

Deno.test("peaksText() says where effects are largest and where none is", () => {
  const text = (group: Parameters<typeof peakRuns>[0]) =>
    peaksText(group, { nameOf: ({ role }) => `<${role}>`, isNamed: isLarge });
  assertEquals(
    text(cells({ a: 1 }, { a: 0.7, b: 0.7 }, { a: 0.01 }, { a: 0 })),
    "largest at <a> in layer 0, <a> and <b> in layer 1, none of .05 or more in layers 2 to 3",
  );
  assertEquals(
    peaksText([{ layer: 1, role: "a", cte: 0.4 }], {
      nameOf: ({ role }) => role,
      isNamed: isCertain,
    }),
    "effects: none certain in layer 1",
  );
  assertEquals(text(cells({ a: undefined })), undefined);
});
