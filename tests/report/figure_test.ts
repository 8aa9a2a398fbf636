import { assertEquals, assertStringIncludes } from "@std/assert";
import { figuresHtml } from "../../lib/report/figure.ts";
import { renderSvg } from "../../lib/draw/render.ts";

const SPEC = {
  data: { values: [{ a: "<script>", b: 1 }, { a: "y", b: 2 }] },
  mark: "rect",
  encoding: {
    x: { field: "a", type: "nominal" },
    color: { field: "b", type: "quantitative" },
  },
};

Deno.test("figuresHtml() keeps the gradients of several charts apart", async () => {
  const svg = await renderSvg(SPEC);
  const figures = ["one", "two"].map((name) => ({ name, svg, description: "" }));
  const page = figuresHtml(figures, Infinity).source;
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);
  assertEquals(ids.length, new Set(ids).size);
  const used = [...page.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id!);
  assertEquals(new Set(used), new Set(["one-gradient_0", "two-gradient_0"]));
  assertEquals(used.filter((id) => !ids.includes(id)), []);
});

Deno.test("figuresHtml() removes namespaces, links the spec, and escapes text from the data", async () => {
  const figure = { name: "map", svg: await renderSvg(SPEC), description: "a <b> map" };
  const { source } = figuresHtml([figure], Infinity);
  assertEquals(/https?:|<script/.exec(source), null);
  assertStringIncludes(source, '<a href="map.vl.json" download>');
  assertStringIncludes(source, "a &lt;b&gt; map");
  assertStringIncludes(source, "&lt;script&gt;");
});

Deno.test("figuresHtml() shows the caption, and the description to those who cannot see the chart", async () => {
  const figure = { name: "map", svg: await renderSvg(SPEC), description: "long", caption: "short" };
  const captionOf = (page: { source: string }) =>
    /<figcaption>([^]*)<span class="files">/.exec(page.source)![1]!.replaceAll(/\s+/g, " ").trim();
  assertEquals(
    captionOf(figuresHtml([figure], Infinity)),
    '<span id="caption-map">short</span> <span class="unseen" id="about-map">long</span>',
  );
  const { caption: _, ...alone } = figure;
  assertEquals(captionOf(figuresHtml([alone], Infinity)), '<span id="about-map">long</span>');
});
