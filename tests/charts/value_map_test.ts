import { assertEquals, assertStringIncludes } from "@std/assert";
import { cellPrint, mapAxis, valueMap } from "../../lib/charts/value_map.ts";
import { renderSvg } from "../../lib/draw/render.ts";

Deno.test("cellPrint() prints two digits after the point, thousandths where all values are small", () => {
  const { label, note } = cellPrint(0.05); // the smallest bound for which two digits are enough
  assertEquals([label(0.04), label(-0.5), note], [".04", "−.50", ""]);
  const small = cellPrint(0.049);
  assertEquals([small.label(0.0125), small.label(-0.0004)], ["12.5", "−.4"]);
  assertEquals(small.note, "; cells in thousandths");
});

Deno.test("mapAxis() may leave out numbers, which have a title, and keeps all names", () => {
  const plain = { domain: false, ticks: false } as const;
  assertEquals(mapAxis("layer"), {
    ...{ title: "layer", ...plain },
    ...{ labelOverlap: true, labelSeparation: 3 },
  });
  assertEquals(mapAxis(null), { title: null, ...plain });
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
  assertEquals(fill("a1 is -2").blue > fill("a1 is -2").red, true); // blue below 0
  assertEquals(fill("b1 is 1.4").red > fill("b1 is 1.4").blue, true); // orange above
  const { red, green, blue } = fill("a2 is 0");
  assertEquals(Math.max(red, green, blue) - Math.min(red, green, blue) < 12, true); // next to grey
  const ink = (label: string) => new RegExp(`fill="(\\w+)">${label}<`).exec(svg)![1];
  assertEquals(["-2", "0", "1.4", "1.41"].map(ink), ["white", "black", "black", "white"]); // beyond .7 of the bound
  assertStringIncludes(svg, "#d9d9d9");
  for (const text of [">worth<", ">x<", ">c<"]) assertStringIncludes(svg, text);
});
