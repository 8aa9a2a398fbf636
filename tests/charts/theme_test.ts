import { assertEquals } from "@std/assert";
import { asPreset, houseStyle, OKABE_ITO } from "../../lib/charts/theme.ts";
import { SCREEN, VENUES } from "../../lib/charts/venues.ts";
import { renderSvg } from "../../lib/draw/render.ts";

const ICML = VENUES.get("icml")!;

Deno.test("houseStyle() takes sizes from the preset, stretched and squeezed by the fit", () => {
  const { view } = houseStyle(SCREEN, { stretch: 1.5, squeeze: 0.75, cellValue: 9 });
  assertEquals(view?.discreteWidth, { step: 45 });
  assertEquals(view?.discreteHeight, { step: 16.5 });
  assertEquals([view?.continuousWidth, view?.continuousHeight], [570, 120]);
});

Deno.test("houseStyle() keeps plots at half their height when maps become lower still", () => {
  const { view } = houseStyle(SCREEN, { stretch: 1, squeeze: 0.25, cellValue: 9 });
  assertEquals([view?.discreteHeight, view?.continuousHeight], [{ step: 5.5 }, 80]);
});

Deno.test("houseStyle() draws plain text, panel titles and cell values at separate sizes", async () => {
  const text = (value: string, style?: string) => ({
    mark: { type: "text", text: value, ...(style === undefined ? {} : { style }) },
    data: { values: [{}] },
  });
  const spec = {
    title: { text: "chart" },
    layer: [text("plain"), text("cell", "cell_value")],
  };
  for (const preset of [SCREEN, ICML]) {
    const svg = await renderSvg(spec, { preset });
    const size = (text: string) =>
      Number(new RegExp(`font-size="([\\d.]+)px"[^>]*>${text}<`).exec(svg)![1]);
    const { fontSize } = preset;
    assertEquals(size("plain"), fontSize);
    if (preset.isPrint) assertEquals(svg.includes(">chart</text>"), false); // its caption is the paper's
    else assertEquals(size("chart"), fontSize + 1);
    assertEquals(size("cell"), asPreset(preset).cellValue);
    assertEquals(asPreset(preset).cellValue, fontSize - 2);
  }
});

Deno.test("houseStyle() has the eight colours of Okabe and Ito, and legends in a row above the panels, or one below the other", () => {
  const { range, legend, concat } = houseStyle(ICML);
  assertEquals(range?.category, Object.values(OKABE_ITO));
  assertEquals(new Set(Object.values(OKABE_ITO)).size, 8);
  assertEquals([legend?.orient, legend?.direction, concat?.columns], ["top", "horizontal", 1]);
  assertEquals(legend?.columns, undefined);
  assertEquals(houseStyle(ICML, { ...asPreset(ICML), stacked: 2 }).legend?.columns, 2);
});
