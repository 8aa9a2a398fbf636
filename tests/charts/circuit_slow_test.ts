import { assert, assertEquals } from "@std/assert";
import { circuitPicture } from "../../lib/charts/circuit/picture.ts";
import { VENUES } from "../../lib/charts/spec.ts";
import { fitChart } from "../../lib/draw/fit.ts";
import { renderPdf } from "../../lib/draw/render.ts";
import { layOut, overlaps, placedTexts, type SceneNode, sceneRoot } from "../../lib/draw/layout.ts";
import { generatedSides, ROLES_OF_ROWS } from "./generated_circuits.ts";

/** Circuits, and the least size of their texts in a column: large ones are as small as they must be for both sides to fit on a page. */
const CASES = [
  { layers: 4, heads: 4, parts: 5, paths: 6, least: 7.5 },
  { layers: 12, heads: 12, parts: 20, paths: 30, least: 5.8 },
];

function* textsOf(node: SceneNode): Generator<SceneNode> {
  if (node.marktype === "text") yield* node.items ?? [];
  else for (const inner of node.items ?? []) yield* textsOf(inner);
}

for (const { parts, paths, least, ...size } of CASES) {
  Deno.test(`circuitPicture() of ${size.layers} x ${size.heads} with ${parts} parts fits into a column with letters of ${least} points or more, of which none overlap`, async () => {
    const sides = generatedSides(size, { parts, paths });
    const spec = circuitPicture(sides, { ...size, roles: ROLES_OF_ROWS, title: "Circuit" });
    const preset = VENUES.get("icml")!;
    const { spec: fitted, config } = await fitChart(spec, preset);
    const chart = await layOut(fitted, config);
    const root = sceneRoot(chart);
    const { x1, x2, y1, y2 } = root.bounds;
    assert(x2 - x1 + 2 * preset.padding > 231 && x2 - x1 + 2 * preset.padding <= 234);
    assert(y2 - y1 + 2 * preset.padding <= preset.page);
    const sizes = [...textsOf(root)].map(({ fontSize }) => fontSize!);
    assert(Math.min(...sizes) >= least, `${Math.min(...sizes)}`);
    assert(Math.max(...sizes) <= preset.fontSize + 1e-9);
    assertEquals(overlaps([...placedTexts(root)]).map(([a, b]) => `${a.text} | ${b.text}`), []);
    assert((await renderPdf(spec, { preset })).length > 0);
  });
}
