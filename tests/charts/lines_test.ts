import { assertEquals, assertStringIncludes } from "@std/assert";
import { lines } from "../../lib/charts/lines.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { valueAt } from "./fixtures.ts";

const ROWS = [
  { side: "foil", layer: 1, part: "head", share: 0.25, low: 0.125, high: 0.5 },
  { side: "foil", layer: 2, part: "head", share: -1, low: undefined, high: undefined },
  { side: "foil", layer: 1, part: "MLP", share: 0.5, low: 0.25, high: 1 },
  { side: "caption", layer: 3, part: "MLP", share: 0, low: -0.5, high: 0.5 },
];
const FIELDS = {
  ...{ title: "Shares", x: "layer" } as const,
  y: { field: "share", low: "low", high: "high" },
} as const;

const SPEC = lines(ROWS, { ...FIELDS, series: "part", panels: "side" });

Deno.test("lines() has a point with its interval for each row, and series side by side at each layer", () => {
  const points = valueAt(SPEC, "concat.0.data.values") as Record<string, unknown>[];
  assertEquals(points.map(({ place }) => place), [0.9, 1.9, 1.1]);
  assertEquals(points[0], {
    ...{ layer: 1, place: 0.9, part: "head", share: 0.25, low: 0.125, high: 0.5 },
    tip: "layer 1, head: share 0.25 [0.125, 0.5]",
  });
  assertEquals([points[1]!["low"], points[1]!["high"]], [-1, -1]); // none
  assertEquals((valueAt(SPEC, "concat.1.data.values.0") as { place: number }).place, 3); // alone in its panel
});

Deno.test("lines() shares its axes: every layer, and all intervals with the level 0", () => {
  for (const panel of [0, 1]) {
    const axis = (name: string, path: string) =>
      valueAt(SPEC, `concat.${panel}.layer.2.encoding.${name}.${path}`);
    assertEquals(axis("x", "scale.domain"), [0.5, 3.5]);
    assertEquals(axis("y", "scale.domain"), [-1.1, 1.1]); // -1 to 1, and a twentieth
    assertEquals(axis("color", "scale.domain"), ["head", "MLP"]);
  }
  assertEquals(valueAt(SPEC, "concat.0.layer.1.encoding.x.axis.values"), [1, 2, 3]);
});

Deno.test("lines() tells series apart without colours, and gives the values of each panel", async () => {
  const ranges = ["strokeDash", "shape"].map((channel, i) =>
    valueAt(SPEC, `concat.0.layer.${2 + i}.encoding.${channel}.scale.range`)
  );
  assertEquals(ranges, [[[], [4, 2]], ["circle", "triangle-up"]]);
  const told = "layer 2, head −1; layer 1, MLP .50 [.25, 1]. caption: layer 3, MLP 0 [−.50, .50].";
  assertStringIncludes(SPEC.description, told);
  assertStringIncludes(await renderSvg(SPEC), ">MLP<");
  assertStringIncludes(await renderSvg(lines([], FIELDS)), "no rows to draw");
});

Deno.test("lines() says below the title and in the caption which control grey dashes are of, where there are any", () => {
  const own = { control: "determiner", share_control: 0.125, specific: "yes" };
  const bounds = { share_beyond_low: 0, share_beyond_high: 0.25 };
  const [first, ...others] = ROWS;
  const told = { ...FIELDS, subtitle: "layers", about: "Shares by layer" };
  const spec = lines([{ ...first!, ...own, ...bounds }, ...others], told);
  assertEquals(valueAt(spec, "title.subtitle"), ["layers", "grey dashes: the control determiner"]);
  const caption = "Shares by layer. Layers; grey dashes: the control determiner.";
  assertStringIncludes(JSON.stringify(spec), caption);
  const plain = JSON.stringify(lines(ROWS, told));
  assertEquals(plain.toLowerCase().includes("grey dashes"), false);
});
