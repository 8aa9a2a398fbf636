import { assertEquals, assertStringIncludes } from "@std/assert";
import { figuresHtml, tablesHtml } from "../../lib/report/table.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import {
  type AnyTable,
  fillOnRequest,
  fillTable,
  number,
  table as schemaOf,
  text,
} from "../../lib/tables/table.ts";

function sourceOf(table: AnyTable): string {
  return tablesHtml([table], Infinity).source;
}

/** A table without a schema. */
function table(rows: readonly (readonly [role: string, cte: number | string])[]): string {
  const lines = rows.map(([role, cte]) => ({ role, cte }));
  return sourceOf({ name: "trace", columns: ["role", "cte"], rows: lines });
}

Deno.test("tablesHtml() shows numbers to four digits, aligned to the right, and texts and empty cells as they are", () => {
  const rows = [
    { role: "<eot>", cte: -0.123456 },
    { role: "sot", cte: undefined },
    { role: "negator", cte: 12345.678 },
  ];
  const source = sourceOf({ name: "trace", columns: ["role", "cte"], rows });
  assertStringIncludes(source, '<tr><td>&lt;eot&gt;<td class="number">−0.1235');
  assertStringIncludes(source, '<tr><td>sot<td class="number">\n');
  assertStringIncludes(source, '<td class="number">12350');
  assertStringIncludes(source, '<th scope="col">role<th scope="col" class="number">cte');
  assertStringIncludes(source, "3 rows");
  assertStringIncludes(source, '<a href="trace.csv" download>');
});

Deno.test("tablesHtml() shows up to 1000 rows, and only the first ten of a longer table, and says so", () => {
  const rows = Array.from({ length: 1001 }, (_, i) => ["eot", i] as const);
  const count = (source: string) => source.match(/<tr><td>/g)!.length;
  assertEquals([count(table(rows.slice(1))), count(table(rows))], [1000, 10]);
  assertStringIncludes(table(rows), "1,001 rows, the first 10 shown");
  const effects = fillOnRequest(
    schemaOf("effects", "", { id: text(""), cte: number("", "") }),
    function* () {
      for (let row = 0; row < 6000; row++) yield { id: `r${row}`, cte: row };
    },
  );
  assertStringIncludes(sourceOf(effects), "6,000 rows, the first 10 shown"); // made one by one
});

Deno.test("tablesHtml() shows the texts of a column of texts as they are, even if all look like numbers, and what a row is", () => {
  const ids = ["1e3", "007", "1234567.0001", "1234567.0002", "0x10", "-1", "=1+1"];
  const rows = ids.map((id) => ({ id, d: 0.123456 }));
  const schema = schemaOf("t", "One row.", { id: text(""), d: number("", "") });
  for (const made of [fillTable(schema, rows), { name: "t", columns: ["id", "d"], rows }]) {
    const source = sourceOf(made);
    for (const id of ids) assertStringIncludes(source, `<tr><td>${id}<td class="number">0.1235\n`);
    assertEquals(source.includes("<p>One row.</p>"), "schema" in made);
  }
});

const SPEC = {
  ...{ data: { values: [{ a: "<script>", b: 1 }, { a: "y", b: 2 }] }, mark: "rect" },
  encoding: { x: { field: "a", type: "nominal" }, color: { field: "b", type: "quantitative" } },
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
