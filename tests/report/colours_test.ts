import { assert, assertEquals } from "@std/assert";
import { traceMap } from "../../lib/experiments/trace/chart.ts";
import { loadColourScale } from "../../lib/report/colours.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { SOURCES } from "../charts/fixtures.ts";

Deno.test("loadColourScale() has the colours of the maps that Vega draws", async () => {
  const ctes = [1, 0.7, 0.31, 0, -0.31, -1]; // 1 is the end of the chart's colours
  const group = { negation: "foil", segment: "correct", site: "resid", role: "eot", n: 1 };
  const svg = await renderSvg(
    traceMap(ctes.map((cte, layer) => ({ ...group, layer, cte })), { sources: SOURCES }),
  );
  const colour = await loadColourScale(1);
  ctes.forEach((cte, layer) => {
    const fill = new RegExp(`aria-label="layer ${layer}, EOT[^>]* fill="rgb\\(([^)]*)\\)"`).exec(
      svg,
    );
    const drawn = fill![1]!.split(", ").map(Number);
    assert(colour(cte).every((part, i) => Math.abs(part - drawn[i]!) <= 1), `${cte}: ${drawn}`); // 513 levels
  });
});

Deno.test("loadColourScale() gives values beyond an end that end's colour, and grey to a missing value", async () => {
  const colour = await loadColourScale(0.2);
  assertEquals([colour(5), colour(-5)], [colour(0.2), colour(-0.2)]);
  assertEquals(colour(undefined), [0xd9, 0xd9, 0xd9]);
});
