import { assertEquals } from "@std/assert";
import {
  mapTitles,
  resizeViews,
  textsOf,
  withLetters,
  withoutScreen,
  withoutStyle,
} from "../../lib/draw/fit.ts";

/** Titles of all forms, sizes of all kinds and a style, at each depth that a spec can have. */
const SPEC = {
  title: "whole",
  vconcat: [
    { title: { text: ["two", "lines"], subtitle: "below", style: "kept" }, width: 10, height: 30 },
    { hconcat: [{ title: ["a", "b ", "c"], height: 20, mark: "bar" }, { width: 40 }] },
    {
      concat: [{
        facet: {},
        spec: { layer: [{ mark: { type: "text", style: "x" } }, { mark: "rect" }] },
      }],
    },
  ],
};

Deno.test("mapTitles() replaces each line of each title and subtitle, in order, and joins those that were broken to fit", () => {
  const seen: string[] = [];
  const mapped = mapTitles(SPEC, (text) => {
    seen.push(text);
    return [text.toUpperCase(), "-"];
  });
  assertEquals(seen, ["whole", "two", "lines", "below", "a", "b c"]);
  assertEquals(mapped, {
    title: ["WHOLE", "-"],
    vconcat: [
      {
        title: { text: ["TWO", "-", "LINES", "-"], subtitle: ["BELOW", "-"], style: "kept" },
        ...{ width: 10, height: 30 },
      },
      { hconcat: [{ title: ["A", "-", "B C", "-"], height: 20, mark: "bar" }, { width: 40 }] },
      SPEC.vconcat[2],
    ],
  });
});

Deno.test("resizeViews() stretches widths and squeezes heights, and keeps proportions if a view has both", () => {
  assertEquals(resizeViews(SPEC, { stretch: 2, squeeze: 0.5 }), {
    title: "whole",
    vconcat: [
      { ...SPEC.vconcat[0], width: 20, height: 60 },
      { hconcat: [{ title: ["a", "b ", "c"], height: 10, mark: "bar" }, { width: 80 }] },
      SPEC.vconcat[2],
    ],
  });
  const steps = { width: { step: 3 }, height: "container" }; // not numbers
  assertEquals(resizeViews(steps, { stretch: 2, squeeze: 0.5 }), steps);
});

Deno.test("resizeViews() changes the sizes of marks to scale as much as the width of their view, and no others", () => {
  type Numbers = readonly number[];
  const view = (mark: object, strokeWidths: Numbers, areas: Numbers, symbol: number) => ({
    mark,
    encoding: {
      x: { field: "x", scale: { range: [0, 9] } },
      strokeWidth: { field: "w", scale: { range: strokeWidths } },
      size: { field: "a", scale: { domain: [0, 1], range: areas } },
      color: {
        ...{ field: "c", scale: { range: ["#994a07"] } },
        legend: { symbolType: "stroke", symbolStrokeWidth: symbol },
      },
    },
  });
  const mark = { type: "text", fontSize: 8, lineHeight: 10, strokeWidth: 2, cornerRadius: 4 };
  const toScale = { ...mark, style: "to_scale", size: 12, opacity: 1 };
  const layers = [view(toScale, [0, 6], [0, 16], 8), view(mark, [0, 6], [0, 16], 8)];
  const half = {
    ...{ type: "text", fontSize: 4, lineHeight: 5, strokeWidth: 1, cornerRadius: 2 },
    ...{ style: "to_scale", size: 3, opacity: 1 },
  };
  const spec = { concat: [{ width: 100, height: 60, layer: layers }] };
  assertEquals(resizeViews(spec, { stretch: 0.5, squeeze: 3 }), {
    concat: [{ width: 50, height: 30, layer: [view(half, [0, 3], [0, 4], 4), layers[1]] }],
  });
});

Deno.test("withoutStyle() leaves out only the layers of a style", () => {
  assertEquals(withoutStyle(SPEC, "x"), {
    ...SPEC,
    vconcat: [
      ...SPEC.vconcat.slice(0, 2),
      { concat: [{ facet: {}, spec: { layer: [{ mark: "rect" }] } }] },
    ],
  });
  assertEquals(withoutStyle(SPEC, "y"), SPEC);
});

Deno.test("withoutScreen() leaves the titles of views, and a style that is not the kit's", () => {
  const { title: _, ...untitled } = SPEC;
  assertEquals(withoutScreen(SPEC) as object, untitled);
  const styled = { ...SPEC, config: { font: "serif" } };
  assertEquals(withoutScreen(styled) as object, { ...untitled, config: styled.config });
  const ours = { ...styled, usermeta: { negscope: {} } };
  assertEquals(withoutScreen(ours) as object, { ...untitled, usermeta: ours.usermeta });
});

Deno.test("withLetters() puts letters before the titles of several panels", () => {
  const concat = [{ title: { text: "foil" } }, { title: { text: ["caption", "twin"] } }, {}];
  assertEquals(withLetters({ concat }) as object, {
    concat: [{ title: { text: ["(a) foil"] } }, { title: { text: ["(b) caption", "twin"] } }, {}],
  });
  for (const spec of [{ concat: concat.slice(1, 2) }, { mark: "bar" }]) {
    assertEquals(withLetters(spec), spec);
  }
});

Deno.test("textsOf() reads a title of any form, in one line", () => {
  const titles = ["whole", { text: ["two ", "lines"], subtitle: "below" }, undefined];
  assertEquals(titles.map((title) => textsOf({ title }).title), ["whole", "two lines", ""]);
  assertEquals(textsOf({ description: "what it shows" }).description, "what it shows");
});
