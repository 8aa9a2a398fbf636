import { assertEquals } from "@std/assert";
import { joinedLines, shareAxes, titleLines } from "../../lib/charts/panels.ts";

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

Deno.test("shareAxes() labels the vertical axis of the first panel of a row, and each axis across but in a full grid of many", () => {
  const panels = (count: number) => Array.from({ length: count }, () => panel());
  assertEquals(labelled(shareAxes({ concat: panels(3) }, 2)), ["xy", "x", "xy"]);
  assertEquals(labelled(shareAxes({ concat: panels(4) }, 2)), ["xy", "x", "xy", "x"]);
  assertEquals(labelled(shareAxes({ concat: panels(5) }, 2)), ["xy", "x", "xy", "x", "xy"]);
  assertEquals(labelled(shareAxes({ concat: panels(6) }, 2)), ["y", "", "y", "", "xy", "x"]);
  assertEquals(labelled(shareAxes({ concat: panels(3), columns: 3 }, 1)), ["xy", "x", "x"]); // the chart's own columns
});

Deno.test("shareAxes() keeps the labels of axes that differ, or whose domain is left to the data", () => {
  const different = [panel(), panel({ y: [0, 3] }), panel({ x: [0, 2] }), panel()];
  assertEquals(labelled(shareAxes({ concat: different }, 2)), ["xy", "xy", "xy", "x"]);
  const open = { mark: "point", encoding: { x: { field: "a" }, y: { field: "b" } } };
  const spec = { concat: [open, open] };
  assertEquals(shareAxes(spec, 2), { align: "each", ...spec });
  assertEquals(shareAxes(open, 2), open);
});

Deno.test("shareAxes() takes the title with the labels, in all layers, and leaves an axis that is not drawn", () => {
  const hidden = { mark: "rect", encoding: { y: { scale: { domain: [0, 1] }, axis: null } } };
  const concat = [0, 1].map(() => ({ vconcat: [hidden, panel()] }));
  const { concat: [, second] } = shareAxes({ concat }, 2) as {
    concat: { vconcat: { encoding?: object; layer?: { encoding: object }[] }[] }[];
  };
  assertEquals(second!.vconcat[0]!.encoding, hidden.encoding);
  assertEquals(second!.vconcat[1]!.layer![0]!.encoding, {
    x: { field: "x", title: "x", scale: { domain: [0, 1] } },
    y: { field: "y", title: "y", scale: { domain: [0, 1] }, axis: { labels: false, title: null } },
  });
});

Deno.test("titleLines() breaks lines between words, never within n = 12 or 95 %, and leaves a title that fits", () => {
  assertEquals(titleLines("foil-negated (n = 12)", 21), "foil-negated (n = 12)");
  assertEquals(titleLines("foil-negated (n = 12)", 20), ["foil-negated ", "(n = 12)"]);
  assertEquals(titleLines("with 95 % intervals", 8), ["with ", "95 % ", "intervals"]);
  assertEquals(titleLines(["two", "lines"], 20), ["two", "lines"]);
  assertEquals(titleLines("incomprehensibilities", 5), "incomprehensibilities");
});

Deno.test("joinedLines() joins lines that titleLines() has broken, and no others", () => {
  const title = ["one two three", "four"];
  assertEquals(joinedLines(titleLines(title, 5)), title);
  assertEquals(joinedLines("whole"), ["whole"]);
});
