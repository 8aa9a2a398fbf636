import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import type { Rgb } from "../../lib/report/colours.ts";
import { mapLegendHtml, type RowMapCell, rowMapHtml } from "../../lib/report/row_map.ts";

/** Red for hundredths, so that a pixel identifies its cell; blue for a missing value. */
function colour(value: number | undefined): Rgb {
  return value === undefined ? [0, 0, 255] : [Math.round(100 * value), 0, 0];
}

function cellsOf(ctes: readonly (readonly (number | undefined)[])[]): RowMapCell[] {
  const [roles, tokens] = [["sot", "negator", "eot"], ["<|start|>", "<no>", "<|end|>"]];
  return ctes.flatMap((layer, l) =>
    layer.map((cte, position) => {
      return { layer: l, position, role: roles[position]!, token: tokens[position]!, cte };
    })
  );
}

const CELLS = cellsOf([[0, 1, 0], [0.02, undefined, 0.5]]);

Deno.test("rowMapHtml() draws a pixel for each cell, positions from top to bottom and layers from left to right", async () => {
  const { source } = rowMapHtml(CELLS, { colour });
  const [, png] = /src="data:image\/png;base64,([^"]+)"/.exec(source)!;
  const { data, info } = await sharp(Buffer.from(png!, "base64")).raw()
    .toBuffer({ resolveWithObject: true });
  assertEquals([info.width, info.height], [2, 3]);
  const pixel = (layer: number, position: number) => [...data.subarray(3 * (2 * position + layer))];
  assertEquals(pixel(0, 1).slice(0, 3), [100, 0, 0]);
  assertEquals(pixel(1, 0).slice(0, 3), [2, 0, 0]);
  assertEquals(pixel(1, 1).slice(0, 3), [0, 0, 255]);
  assertEquals(pixel(1, 2).slice(0, 3), [50, 0, 0]);
});

Deno.test("rowMapHtml() names the tokens, says where the effect is largest, and keeps the values for the pointer", () => {
  const { source } = rowMapHtml(CELLS, { colour });
  assertStringIncludes(source, "<li>SOT<li>&lt;no&gt;<li>EOT");
  assertStringIncludes(source, "largest at &lt;no&gt; in layer 0, EOT in layer 1");
  assertStringIncludes(source, 'data-cte="0 1 0 .02  .50"');
  const empty = rowMapHtml(cellsOf([[undefined, undefined, undefined]]), { colour });
  assertStringIncludes(empty.source, "none, since d is 0");
});

Deno.test("mapLegendHtml() names the ends of the colours", () => {
  const { source } = mapLegendHtml({ bound: 0.34, colour });
  assertStringIncludes(source, "<span>−.34</span>");
  assertStringIncludes(source, "<span>.34</span>");
});
