import { assertEquals } from "@std/assert";
import {
  overlaps,
  type PlacedText,
  placedTexts,
  placedTitles,
  type SceneNode,
} from "../../lib/draw/layout.ts";

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

Deno.test("placedTitles() gives each title's place in its view, the view's width, and whether it is the chart's", () => {
  const title = (line: string, role: string, x: number): SceneNode => ({
    ...{ marktype: "group", role: "title", bounds: box(0, 0, 500, 10) },
    items: [{
      ...{ bounds: NOWHERE, x },
      items: [{ ...texts(text(line, box(2, 0, 40, 10))), role: `title-${role}` }],
    }],
  });
  const plot: SceneNode = { marktype: "rect", role: "mark", bounds: box(0, 0, 300, 50) };
  const inner: SceneNode = {
    ...{ marktype: "group", bounds: box(0, 0, 200, 50) },
    items: [{
      bounds: NOWHERE,
      items: [title("panel", "text", -5), { ...plot, bounds: box(0, 0, 120, 50) }],
    }],
  };
  const root: SceneNode = {
    ...{ marktype: "group", bounds: NOWHERE },
    items: [{
      bounds: NOWHERE,
      items: [title("whole", "text", 7), title("more", "subtitle", 7), plot, inner],
    }],
  };
  assertEquals(
    [...placedTitles(root)].map((
      { item, x, right, isOfChart },
    ) => [item.text, x, right, isOfChart]),
    [
      ["whole", 9, 300, true], // titles themselves do not count for the width
      ["more", 9, 300, true],
      ["panel", -3, 120, false],
    ],
  );
});
