import { assertEquals, assertStringIncludes } from "@std/assert";
import { figureHtml } from "../../lib/report/figure.ts";
import { renderSvg } from "../../lib/draw/render.ts";

const SPEC = {
  data: { values: [{ a: "<script>", b: 1 }, { a: "y", b: 2 }] },
  mark: "rect",
  encoding: {
    x: { field: "a", type: "nominal" },
    color: { field: "b", type: "quantitative" },
  },
};

Deno.test("figureHtml() keeps the gradients of several charts apart", async () => {
  const svg = await renderSvg(SPEC);
  const pages = ["one", "two"].map((name) => figureHtml({ name, svg, description: "" }).source);
  const page = pages.join("");
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);
  assertEquals(ids.length, new Set(ids).size);
  const used = [...page.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id!);
  assertEquals(new Set(used), new Set(["one-gradient_0", "two-gradient_0"]));
  assertEquals(used.filter((id) => !ids.includes(id)), []);
});

Deno.test("figureHtml() removes namespaces, links the spec, and escapes text from the data", async () => {
  const figure = { name: "map", svg: await renderSvg(SPEC), description: "a <b> map" };
  const { source } = figureHtml(figure);
  assertEquals(/https?:|<script/.exec(source), null);
  assertStringIncludes(source, '<a href="map.vl.json" download>');
  assertStringIncludes(source, "a &lt;b&gt; map");
  assertStringIncludes(source, "&lt;script&gt;");
});
