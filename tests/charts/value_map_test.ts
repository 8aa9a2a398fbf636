import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  cellPrint,
  colourRange,
  colourScale,
  colourTicks,
  mapAxis,
  markCells,
  markShape,
  valueMap,
} from "../../lib/charts/value_map.ts";
import { INCLUDES_0, NO_INTERVAL, NOT_ABOVE } from "../../lib/charts/channels.ts";
import { renderSvg } from "../../lib/draw/render.ts";

Deno.test("cellPrint() prints two digits after the point, thousandths where all values are small", () => {
  const { label, note } = cellPrint(0.05); // the smallest bound for which two digits are enough
  assertEquals([label(0.04), label(-0.5), note], [".04", "−.50", ""]);
  const small = cellPrint(0.049);
  assertEquals([small.label(0.0125), small.label(-0.0004)], ["12.5", "−.4"]);
  assertEquals(small.note, "cells in thousandths");
});

Deno.test("valueMap() centres its colours on 0, prints each value in a legible colour, and shows its background where there is no cell", async () => {
  const cell = (x: number, y: string, value: number) => (
    { x, y, value, label: `${value}`, tip: `${y}${x} is ${value}` }
  );
  const svg = await renderSvg(valueMap(
    [cell(1, "a", -2), cell(2, "a", 0), cell(1, "b", 1.4), cell(2, "c", 1.41)],
    {
      ...{ field: "value", legend: "worth", range: { low: -2, high: 2 } },
      x: { field: "x", type: "ordinal", scale: { domain: [1, 2] }, axis: mapAxis("x") },
      y: { field: "y", type: "nominal", scale: { domain: ["a", "b", "c"] }, axis: mapAxis(null) },
    },
  ));
  const fill = (tip: string) => {
    const [, red, green, blue] = new RegExp(`"${tip}"[^>]* fill="rgb\\((\\d+), (\\d+), (\\d+)\\)"`)
      .exec(svg)!.map(Number);
    return { red: red!, green: green!, blue: blue! };
  };
  assert(fill("a1 is -2").blue > fill("a1 is -2").red); // blue below 0
  assert(fill("b1 is 1.4").red > fill("b1 is 1.4").blue); // orange above
  const { red, green, blue } = fill("a2 is 0");
  assert(Math.max(red, green, blue) - Math.min(red, green, blue) < 12); // next to grey
  const ink = (label: string) => new RegExp(`fill="(\\w+)">${label}<`).exec(svg)![1];
  assertEquals(["-2", "0", "1.4", "1.41"].map(ink), ["white", "black", "black", "white"]); // beyond .7 of the bound
  assertStringIncludes(svg, "#d9d9d9");
  for (const text of [">worth<", ">x<", ">c<"]) assertStringIncludes(svg, text);
});

Deno.test("colourRange() ends at round values beyond the lowest and the highest, and includes 0", () => {
  assertEquals(colourRange([0.02, 0.385]), { low: 0, high: 0.4 });
  assertEquals(colourRange([-0.61, -0.2]), { low: -0.62, high: 0 });
  assertEquals(colourRange([-0.05, 0.9]), { low: -0.05, high: 0.9 });
  assertEquals(colourRange([-9, 0.3, 0.7], 1), { low: -1, high: 0.7 }); // an outlier bleaches no other
  assertEquals([colourRange([0, 0]), colourRange([])], [{ low: 0, high: 1 }, { low: 0, high: 1 }]);
});

Deno.test("colourScale() gives 0 the middle of the scheme, and a value and its negative the same distance from it", () => {
  const { scheme: { extent: [from, to] }, domain } = colourScale({ low: -0.25, high: 1 });
  const place = (value: number) =>
    from! + (to! - from!) * (value - domain[0]!) / (domain[1]! - domain[0]!);
  assertAlmostEquals(place(0), 0.5, 1e-12);
  assertAlmostEquals(place(0.25) - 0.5, 0.5 - place(-0.25), 1e-12);
  assertEquals(colourScale({ low: 0, high: 0.4 }).scheme.extent, [0.5, 1]); // no blue in the legend
});

Deno.test("colourTicks() labels 0 and both ends, or the middle instead of an end next to 0", () => {
  assertEquals(colourTicks({ low: -0.5, high: 0.84 }), [-0.5, 0, 0.84]);
  assertEquals(colourTicks({ low: 0, high: 0.4 }), [0, 0.2, 0.4]);
  assertEquals(colourTicks({ low: -0.02, high: 1 }), [0, 0.5, 1]);
  assertEquals(colourTicks({ low: -1, high: 0.1 }), [-1, -0.5, 0]);
});

const RANGE = { low: -0.2, high: 1 };

/** The mark of one cell. */
function markOf(value: number, doubt?: string): string | undefined {
  return markCells([{ value, doubt }], RANGE, {}).marks[0];
}

Deno.test("markCells() marks a value beyond either end of the colours", () => {
  assertEquals(markOf(1.01), "beyond the colours");
  assertEquals(markOf(1.004), undefined); // looks like 1
  assertEquals(markOf(-0.3, INCLUDES_0), "beyond, in doubt");
  assertEquals(markOf(-0.3, NO_INTERVAL), "beyond, in doubt");
  assert(markShape(INCLUDES_0) !== markShape(NO_INTERVAL));
});

Deno.test("markCells() explains the marks that are there", () => {
  const textOf = (doubts: readonly string[], clusters?: string) =>
    markCells([undefined, ...doubts].map((doubt) => ({ value: 0.2, doubt })), RANGE, {
      ...clusters !== undefined && { clusters },
    }).text;
  const beyond = markCells([{ value: 2, doubt: undefined }], RANGE, {}).text;
  assertEquals(beyond, "Marks in corners: a value beyond the colours.");
  const both = textOf([INCLUDES_0, NO_INTERVAL], "subject nouns");
  assertStringIncludes(
    both,
    "of the cell alone (bootstrap over subject nouns) that includes 0; too",
  );
  assertStringIncludes(both, "too few distinct subject nouns for an interval.");
  assertStringIncludes(textOf([NOT_ABOVE]), "not above that of the exchanged sentences (95 %");
  assertEquals(textOf([]), "");
});
