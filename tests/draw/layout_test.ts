import { assert, assertEquals } from "@std/assert";
import { VENUES } from "../../lib/charts/venues.ts";
import { fitChart } from "../../lib/draw/fit.ts";
import { overlaps, placedTexts, sceneRoot } from "../../lib/draw/scenegraph.ts";
import { layOut } from "../../lib/draw/vega_view.ts";
import { deepCharts } from "../charts/deep_charts.ts";

/** The narrowest column, a page, the page between them, and the screen. */
const PRESETS = ["acl", "acl-full", "neurips", "screen"];

for (const [name, spec] of deepCharts()) {
  for (const venue of PRESETS) {
    Deno.test(`fitChart() lays ${name} of 24 layers out for ${venue}: as wide as it must be, no text over another`, async () => {
      const preset = VENUES.get(venue)!;
      const { spec: fitted, config } = await fitChart(spec, preset);
      using chart = await layOut(fitted, config);
      const root = sceneRoot(chart.view);
      const width = root.bounds.x2 - root.bounds.x1 + 2 * preset.padding;
      const most = "exactly" in preset.width ? preset.width.exactly : preset.width.atMost;
      assert(width <= most, `${width} of ${most}`);
      if ("exactly" in preset.width) assert(width > most - 3, `only ${width} of ${most}`);
      const texts = [...placedTexts(root)];
      assert(texts.length > 0);
      assertEquals(texts.filter(({ text }) => text.includes("…")), []); // Vega's sign of a text cut off
      assertEquals(overlaps(texts).map(([a, b]) => `${a.text} | ${b.text}`), []);
      const height = root.bounds.y2 - root.bounds.y1 + 2 * preset.padding;
      assert(height <= preset.height * 1.15, `${height} high, of ${preset.height}`);
    });
  }
}
