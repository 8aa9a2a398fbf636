import { assertAlmostEquals, assertEquals } from "@std/assert";
import { houseStyle, SCREEN } from "../../lib/charts/spec.ts";
import {
  layOut,
  overlaps,
  pictureFont,
  type PlacedText,
  placedTexts,
  type SceneNode,
} from "../../lib/draw/layout.ts";
import { assertRejectsCode } from "../error_codes.ts";

const CONFIG = houseStyle(SCREEN);

function bars(...values: readonly number[]) {
  return {
    data: { values: values.map((value) => ({ value })) },
    layer: [
      { mark: "bar", encoding: { x: { field: "value", type: "quantitative" } } },
      {
        mark: { type: "text", style: "cell_value" },
        encoding: { text: { field: "value", type: "quantitative" } },
      },
    ],
  };
}

Deno.test("layOut() refuses an object that is not a spec, a chart that loads data, and one that Vega warns of", async () => {
  const encoding = { x: { field: "a", type: "quantitative" } };
  const cases: [object, string][] = [
    [{ mark: "bars" }, ""],
    [{ data: { url: "rows.csv" }, mark: "point" }, "loaded from elsewhere"],
    [{ data: { values: [] }, mark: "bar", encoding }, "Vega warns: "],
  ];
  for (const [spec, says] of cases) {
    await assertRejectsCode(() => layOut(spec, CONFIG), "chart-invalid", says);
  }
});

Deno.test("layOut() quotes the beginning of the first of many warnings", async () => {
  const spec = bars(1, 2, 3, 4, 5);
  const calculate = "warn(pad('\\u001b[2J', 1000, 'x'))";
  const transform = [{ calculate, as: "b" }, { filter: "datum.b" }];
  const says = `as Vega warns: EXPRESSION \\u{1b}[2J${"x".repeat(285)}; correct its spec or`;
  await assertRejectsCode(() => layOut({ ...spec, transform }, CONFIG), "chart-invalid", says);
});

function box(x1: number, y1: number, x2: number, y2: number) {
  return { x1, y1, x2, y2 };
}

const NOWHERE = box(0, 0, 0, 0);

function text(
  text: string | string[],
  bounds = box(0, 0, 10, 10),
  more: Partial<SceneNode> = {},
): SceneNode {
  return { text, bounds, ...more };
}

/** A mark with texts as items. */
function texts(...items: readonly SceneNode[]): SceneNode {
  return { marktype: "text", bounds: NOWHERE, items };
}

/** A group mark with one group at x, y. */
function group(
  { x, y }: { readonly x: number; readonly y: number },
  ...marks: readonly SceneNode[]
): SceneNode {
  return { marktype: "group", bounds: NOWHERE, items: [{ bounds: NOWHERE, x, y, items: marks }] };
}

Deno.test("placedTexts() places texts within the picture, also in nested groups", () => {
  const root = group(
    { x: 100, y: 10 },
    texts(text("a")),
    group({ x: 5, y: 1 }, texts(text(["b", "c"]))),
  );
  assertEquals([...placedTexts(root)], [
    { text: "a", box: box(100, 10, 110, 20), isRotated: false },
    { text: "b c", box: box(105, 11, 115, 21), isRotated: false },
  ]);
});

Deno.test("placedTexts() skips invisible texts, and marks rotated ones", () => {
  const hidden = [text("", NOWHERE), text("a", NOWHERE, { opacity: 0 })];
  const root = group(
    { x: 0, y: 0 },
    texts(...hidden, text("b", NOWHERE, { angle: -45, opacity: 1 })),
  );
  assertEquals([...placedTexts(root)], [{ text: "b", box: NOWHERE, isRotated: true }]);
});

function placed(text: string, box: PlacedText["box"], isRotated = false): PlacedText {
  return { text, box, isRotated };
}

Deno.test("overlaps() finds texts that overlap by more than half a unit in both directions", () => {
  const a = placed("a", box(0, 0, 10, 10));
  const beside = placed("beside", box(9.5, 0, 20, 10)); // half a unit
  const below = placed("below", box(0, 9.5, 10, 20));
  const over = placed("over", box(9.4, 9.4, 20, 20));
  const names = (...texts: readonly PlacedText[]) =>
    overlaps(texts).map(([one, other]) => `${one.text} ${other.text}`);
  assertEquals(names(a, beside), []);
  assertEquals(names(a, below), []);
  assertEquals(names(a, over), ["a over"]);
  assertEquals(names(a, a, a), ["a a", "a a", "a a"]);
  assertEquals(names(a, placed("inside", box(4, 4, 5, 5))), ["a inside"]);
  assertEquals(names(a, placed("rotated", box(0, 0, 10, 10), true)), []);
});

Deno.test("textWidth() sums the advance widths of DejaVu Sans", async () => {
  // In units of 1/2048 em, measured with FreeType at size 2048.
  const widths = [
    { text: "negator", regular: 8011, bold: 9091 },
    { text: "−0.25", regular: 6276, bold: 6769 },
    { text: "é", regular: 1260, bold: 1389 },
    { text: "", regular: 0, bold: 0 },
  ];
  const { textWidth } = await pictureFont();
  for (const { text, regular, bold } of widths) {
    assertAlmostEquals(textWidth(text, { size: 2048, bold: false }), regular, 1e-9, text);
    assertAlmostEquals(textWidth(text, { size: 2048, bold: true }), bold, 1e-9, text);
  }
  assertAlmostEquals(textWidth("negator", { size: 11, bold: false }), 8011 / 2048 * 11, 1e-9);
});
