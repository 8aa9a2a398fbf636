import { assert, assertEquals } from "@std/assert";
import { traceMap as typedTraceMap } from "../../../lib/experiments/trace/chart.ts";
import { colourOf } from "../../../lib/report/browser/maps.js";
import { loadColours } from "../../../lib/report/rows/rows.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { ofSomeColumns, SOURCES } from "../../charts/fixtures.ts";

const traceMap = ofSomeColumns(typedTraceMap);

function numbersOf(hex: string): number[] {
  return hex.slice(1).match(/../g)!.map((digits) => parseInt(digits, 16));
}

Deno.test("loadColours() has the colours of the maps that Vega draws", async () => {
  const ctes = [1, 0.7, 0.31, 0, -0.31, -1]; // 1 is the end of the chart's colours
  const group = { negation: "foil", segment: "correct", site: "resid", role: "eot", n: 1 };
  const svg = await renderSvg(
    traceMap(ctes.map((cte, layer) => ({ ...group, layer, cte })), { sources: SOURCES }),
  );
  const colours = await loadColours();
  assertEquals(colours.length, 65);
  ctes.forEach((cte, layer) => {
    const fill = new RegExp(`aria-label="layer ${layer}, EOT[^>]* fill="rgb\\(([^)]*)\\)"`).exec(
      svg,
    );
    const drawn = fill![1]!.split(", ").map(Number);
    const own = numbersOf(colourOf(colours, cte, 1));
    assert(own.every((part, i) => Math.abs(part - drawn[i]!) <= 6), `${cte}: ${own}, ${drawn}`); // 65 levels
  });
});

Deno.test("colourOf() gives values beyond an end that end's colour, and grey to a missing value", async () => {
  const colours = await loadColours();
  const ends = [5, -5].map((value) => colourOf(colours, value, 0.2));
  assertEquals(ends, [colours.at(-1), colours[0]]);
  assertEquals(colourOf(colours, NaN, 0.2), "#d9d9d9");
});
