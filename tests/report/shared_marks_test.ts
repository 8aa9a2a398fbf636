import { assert, assertEquals } from "@std/assert";
import { renderSvg } from "../../lib/draw/render.ts";
import { shareMarks } from "../../lib/report/shared_marks.ts";

/** A scatter plot of n points whose labels are their numbers. */
function points(n: number) {
  return renderSvg({
    data: {
      values: Array.from({ length: n }, (_, i) => ({ x: i, y: (i * 7) % n, tip: `${i}: "a"` })),
    },
    mark: { type: "circle", size: 14 },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
      description: { field: "tip" },
    },
  });
}

Deno.test("shareMarks() writes the form of many points once, and each at its place with its label", async () => {
  const svg = await points(200);
  const marks = [
    ...svg.matchAll(
      /<path aria-label="([^"]*)".*? transform="translate\(([^,]*),([^)]*)\)" d="([^"]*)"/g,
    ),
  ];
  assertEquals(marks.length, 200);
  const light = shareMarks(svg, "a");
  const uses = [
    ...light.matchAll(/<use aria-label="([^"]*)" href="#a.0" x="([^"]*)" y="([^"]*)"/g),
  ];
  assertEquals(uses.length, 200);
  for (const [i, [, label, x, y]] of uses.entries()) {
    const [, itsLabel, itsX, itsY, form] = marks[i]!;
    assertEquals(label, itsLabel);
    assert(
      Math.abs(Number(x) - Number(itsX)) <= 0.051 && Math.abs(Number(y) - Number(itsY)) <= 0.051,
    );
    if (i === 0) assert(light.includes(`<path id="a.0" d="${form}"`));
  }
  assert(light.length < svg.length / 2, `${light.length} of ${svg.length}`);
});

Deno.test("shareMarks() leaves a chart of few points as it is", async () => {
  const svg = await points(19);
  assertEquals(shareMarks(svg, "a"), svg);
});
