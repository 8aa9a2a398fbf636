import { assertEquals } from "@std/assert";
import {
  hasStyle,
  mapTitles,
  resizeViews,
  shareAxes,
  withoutChartTitle,
  withoutStyle,
} from "../../lib/draw/spec_edits.ts";

/** Titles of all forms, sizes of all kinds and a style, at each depth that a spec can have. */
const SPEC = {
  title: "whole",
  vconcat: [
    { title: { text: ["two", "lines"], subtitle: "below", style: "kept" }, width: 10, height: 30 },
    { hconcat: [{ title: ["a", "b"], height: 20, mark: "bar" }, { width: 40 }] },
    {
      concat: [{
        facet: {},
        spec: { layer: [{ mark: { type: "text", style: "x" } }, { mark: "rect" }] },
      }],
    },
  ],
};

Deno.test("mapTitles() replaces each line of each title and subtitle, in order", () => {
  const seen: string[] = [];
  const mapped = mapTitles(SPEC, (text) => {
    seen.push(text);
    return [text.toUpperCase(), "-"];
  });
  assertEquals(seen, ["whole", "two", "lines", "below", "a", "b"]);
  assertEquals(mapped, {
    title: ["WHOLE", "-"],
    vconcat: [
      {
        title: { text: ["TWO", "-", "LINES", "-"], subtitle: ["BELOW", "-"], style: "kept" },
        ...{ width: 10, height: 30 },
      },
      { hconcat: [{ title: ["A", "-", "B", "-"], height: 20, mark: "bar" }, { width: 40 }] },
      SPEC.vconcat[2],
    ],
  });
});

Deno.test("resizeViews() stretches widths and squeezes heights, and keeps proportions if a view has both", () => {
  assertEquals(resizeViews(SPEC, { stretch: 2, squeeze: 0.5 }), {
    title: "whole",
    vconcat: [
      { ...SPEC.vconcat[0], width: 20, height: 60 },
      { hconcat: [{ title: ["a", "b"], height: 10, mark: "bar" }, { width: 80 }] },
      SPEC.vconcat[2],
    ],
  });
  const steps = { width: { step: 3 }, height: "container" }; // not numbers
  assertEquals(resizeViews(steps, { stretch: 2, squeeze: 0.5 }), steps);
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

Deno.test("hasStyle() finds a mark's style however deep it is", () => {
  assertEquals(["x", "y", "kept"].map((style) => hasStyle(SPEC, style)), [true, false, false]);
});

Deno.test("withoutChartTitle() leaves the titles of views", () => {
  const { title: _, ...untitled } = SPEC;
  assertEquals(withoutChartTitle(SPEC) as object, untitled);
});

/** A panel of two layers, the first with the axes. */
function panel({ x = [0, 1], y = [0, 1] }: { x?: number[]; y?: number[] } = {}) {
  const at = (domain: number[], title: string) => ({ field: title, title, scale: { domain } });
  return {
    layer: [
      { mark: "point", encoding: { x: at(x, "x"), y: at(y, "y") } },
      { mark: "rule", encoding: { y: { field: "zero" } } },
    ],
  };
}

/** Whether each panel of a chart keeps the labels of x and of y. */
function labelled(spec: object) {
  type View = { encoding: Record<"x" | "y", { axis?: { labels?: boolean; title?: null } }> };
  return (spec as { concat: { layer: View[] }[] }).concat.map(({ layer: [first] }) =>
    (["x", "y"] as const).filter((side) => first!.encoding[side].axis?.labels !== false).join("")
  );
}

Deno.test("shareAxes() labels the lowest panel of a column and the first of a row", () => {
  const concat = Array.from({ length: 5 }, () => panel());
  assertEquals(labelled(shareAxes({ concat }, 2)), ["y", "", "y", "x", "xy"]); // nothing is below the fourth
  assertEquals(labelled(shareAxes({ concat }, 1)), ["y", "y", "y", "y", "xy"]);
  assertEquals(labelled(shareAxes({ concat, columns: 3 }, 1)), ["y", "", "x", "xy", "x"]); // the chart's own columns
});

Deno.test("shareAxes() keeps the labels of axes that differ, or whose domain is left to the data", () => {
  const different = [panel({ x: [0, 2] }), panel({ y: [0, 3] }), panel(), panel()];
  assertEquals(labelled(shareAxes({ concat: different }, 2)), ["xy", "y", "xy", "x"]);
  const open = { mark: "point", encoding: { x: { field: "a" }, y: { field: "b" } } };
  const spec = { concat: [open, open] };
  assertEquals(shareAxes(spec, 1), { align: "each", ...spec });
  assertEquals(shareAxes(open, 2), open);
});

Deno.test("shareAxes() takes the title with the labels, in all layers, and leaves an axis that is not drawn", () => {
  const hidden = { mark: "rect", encoding: { x: { scale: { domain: [0, 1] }, axis: null } } };
  const concat = [0, 1].map(() => ({ vconcat: [hidden, panel()] }));
  const { concat: [first] } = shareAxes({ concat }, 1) as typeof SPEC & {
    concat: { vconcat: { encoding?: object; layer?: { encoding: object }[] }[] }[];
  };
  assertEquals(first!.vconcat[0]!.encoding, hidden.encoding);
  assertEquals(first!.vconcat[1]!.layer![0]!.encoding, {
    x: { field: "x", title: "x", scale: { domain: [0, 1] }, axis: { labels: false, title: null } },
    y: { field: "y", title: "y", scale: { domain: [0, 1] } },
  });
});

Deno.test("the edits do not change the spec", () => {
  const before = structuredClone(SPEC);
  mapTitles(SPEC, () => ["other"]);
  resizeViews(SPEC, { stretch: 3, squeeze: 3 });
  withoutStyle(SPEC, "x");
  assertEquals(SPEC, before);
});
