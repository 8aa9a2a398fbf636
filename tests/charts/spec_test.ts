import { assertEquals } from "@std/assert";
import { asPreset, houseStyle, SCREEN, VENUES } from "../../lib/charts/spec.ts";
import { renderSvg } from "../../lib/draw/render.ts";

const ICML = VENUES.get("icml")!;

Deno.test("houseStyle() takes sizes from the preset, stretched and squeezed by the fit, but keeps plots at half their height", () => {
  const { view } = houseStyle(SCREEN, { stretch: 1.5, squeeze: 0.75, cellValue: 9 });
  assertEquals(view?.discreteWidth, { step: 45 });
  assertEquals(view?.discreteHeight, { step: 16.5 });
  assertEquals([view?.continuousWidth, view?.continuousHeight], [570, 120]);
  const lower = houseStyle(SCREEN, { stretch: 1, squeeze: 0.25, cellValue: 9 }).view;
  assertEquals([lower?.discreteHeight, lower?.continuousHeight], [{ step: 5.5 }, 80]);
});

Deno.test("houseStyle() draws plain text, panel titles and cell values at separate sizes", async () => {
  const text = (text: string, style = {}) => (
    { mark: { type: "text", text, ...style }, data: { values: [{}] } }
  );
  const layer = [text("plain"), text("cell", { style: "cell_value" })];
  const spec = { title: { text: "chart" }, layer };
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

Deno.test("VENUES has the widths of the venues' templates, in points", () => {
  const inches = (width: number) => Math.round(width * 72);
  assertEquals(Object.fromEntries(VENUES.values().map(({ name, width }) => [name, width])), {
    screen: 1040, // pixels
    ...{ icml: inches(3.25), "icml-full": inches(6.75) },
    neurips: inches(5.5), // one column, which is the page's width
    ...{ acl: inches(7.7 / 2.54), "acl-full": Math.floor(16 / 2.54 * 72) },
    ...{ cvpr: inches(3.28), "cvpr-full": inches(6.88) },
    ...{ nature: inches(8.9 / 2.54), "nature-full": inches(18.3 / 2.54) },
  });
  assertEquals(VENUES.get("screen"), SCREEN);
});

Deno.test("VENUES has half the page of the venue's template, and for a chart that cannot be so low the page but for a caption", () => {
  const points = (inches: number) => inches * 72;
  const pages = { // heights of the text in inches
    ...{ icml: 9, "icml-full": 9, neurips: 9, acl: 24.7 / 2.54, "acl-full": 24.7 / 2.54 },
    ...{ cvpr: 8.875, "cvpr-full": 8.875, nature: 24.7 / 2.54, "nature-full": 24.7 / 2.54 },
  };
  for (const { name, isPrint, height, page, columns } of VENUES.values()) {
    if (!isPrint) continue;
    const text = points(pages[name as keyof typeof pages]);
    assertEquals(Math.abs(height - text / 2) < 1, true, `${name}: ${height}`);
    const caption = text - page;
    const expected = columns === 1 ? 95 : 60; // a narrow caption is longer
    assertEquals(Math.abs(caption - expected) < 2, true, `${name}: ${caption}`);
  }
});
