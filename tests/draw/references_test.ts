import { assertEquals, assertStringIncludes } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { svgToPng } from "../../lib/draw/png.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { assertRejectsCode } from "../error_codes.ts";

/** A chart of one point with further channels of its encoding, and further parts. */
function point(encoding: object, more: object = {}): object {
  return {
    data: { values: [{ a: 1, to: "javascript:alert(1)" }] },
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative" }, ...encoding },
    ...more,
  };
}

const IMAGE = { mark: { type: "image", width: 9, height: 9 } };
const ELSEWHERE = "url(http://127.0.0.1:9/x)";

Deno.test("renderSvg() refuses links that run something, and images and styles from elsewhere", async () => {
  const charts = [
    point({ href: { field: "to" } }),
    ...["JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/x"].map((value) =>
      point({ href: { value } })
    ),
    ...["http://127.0.0.1:9/x.png", "/etc/passwd", "data:image/svg+xml;base64,PHN2Zy8+"].map(
      (value) => point({ url: { value } }, IMAGE),
    ),
    point({ color: { value: ELSEWHERE } }),
    point({ color: { value: "\\75rl(http://127.0.0.1:9/x)" } }),
    point({}, { background: ELSEWHERE }),
    point({}, { view: { stroke: ELSEWHERE } }),
    point({}, { mark: { type: "point", cursor: `${ELSEWHERE}, auto` } }),
    point({}, { mark: { type: "point", blend: `normal; filter: ${ELSEWHERE}` } }),
    point({}, { title: { text: "a", color: ELSEWHERE } }),
    { concat: [point({ facet: { field: "a" }, href: { field: "to" } })] },
  ];
  for (const chart of charts) {
    await assertRejectsCode(() => renderSvg(chart), "chart-invalid", "it refers to ");
  }
  assertEquals(
    (await assertRejectsCode(() => renderSvg(charts[0]!), "chart-invalid")).message,
    'Cannot draw the chart: it refers to "javascript:alert(1)"; expected only links that begin with https:// or mailto:; correct it, or repeat the run with --overwrite',
  );
});

Deno.test("renderSvg() keeps links to pages, images in the spec and texts that look like styles", async () => {
  const pixel =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const page = "https://example.org/";
  assertStringIncludes(await renderSvg(point({ href: { value: page } })), `xlink:href="${page}"`);
  assertStringIncludes(await renderSvg(point({ url: { value: pixel } }, IMAGE)), pixel);
  assertStringIncludes(await renderSvg(point({}, { title: ELSEWHERE })), ELSEWHERE);
  for (const value of ["rgba(0, 0, 0, 0.5)", "hsl(120deg 75% 25%)", "#abc", "currentColor"]) {
    await renderSvg(point({ color: { value } }));
  }
});

Deno.test("renderSvg() and svgToPng() refuse a chart that is larger than any page", async () => {
  await assertRejectsCode(
    () => renderSvg(point({}, { height: 1e9 })),
    "chart-too-large",
    "high; expected at most 100000 either way; correct the sizes in its spec",
  );
  await assertRejectsCode(
    () => svgToPng('<svg viewBox="0 0 50000 50000"></svg>', SCREEN),
    "chart-too-large",
    "Cannot make a PNG of the chart: it would have 10000 million pixels; expected at most 200 million; correct the sizes in its spec, or take the format svg or pdf",
  );
});
