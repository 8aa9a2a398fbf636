import { assertEquals, assertStringIncludes } from "@std/assert";
import { emptyChart, houseStyle, SCREEN } from "../../lib/charts/spec.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { chartBundle, pictureBundle, show, tableBundle } from "../../lib/show/notebook.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { count, fillOnRequest, fillTable, table } from "../../lib/tables/table.ts";

async function printed(work: () => Promise<void>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => void lines.push(...values);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

const CHART = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  description: "One bar of length 2.",
  title: { text: "Rows", subtitle: "a note" },
  data: { values: [{ rows: 2 }] },
  mark: "bar",
  encoding: { x: { field: "rows", type: "quantitative" } },
};

const TABLE = {
  name: "tokens",
  columns: ["token", "position", "cte"] as const,
  rows: [
    { token: "<|endoftext|>", position: 7, cte: 0.00001 },
    { token: "*no*", position: 3, cte: undefined },
  ],
};

Deno.test("show() prints the text of a chart and the rows of a table in a terminal", async () => {
  assertEquals(await printed(() => show(CHART)), [(await chartBundle(CHART))["text/plain"]]);
  const untold =
    "A Vega-Lite chart without title or description; renderSvg() and renderPng() draw it";
  const { description: _, title: __, ...bare } = CHART; // a script without types may leave them out
  for (const chart of [bare as typeof CHART, { ...bare, description: " " }]) {
    assertEquals(await printed(() => show(chart)), [untold]);
  }
  assertEquals(await printed(() => show(TABLE)), [tableBundle(TABLE)["text/plain"]]);
  assertEquals(await printed(() => show(TABLE, { top: 1 })), [
    tableBundle(TABLE, { top: 1 })["text/plain"],
  ]);
});

Deno.test("show() prints texts, tensors, caches and pictures in a terminal", async () => {
  const tensor = new Tensor(new Float32Array(6), [2, 3], ["batch", "width"]);
  const cache = new ActivationCache(["a", "b"]);
  cache.add("hook_embed", tensor, [0, 1]);
  assertEquals(await printed(() => show("d = 1")), ["d = 1"]);
  assertEquals(await printed(() => show(tensor)), ["Tensor [batch 2, width 3]"]);
  assertEquals(await printed(() => show(cache)), [String(cache)]);
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff);
  assertEquals(await printed(() => show(jpeg)), ["Picture (image/jpeg, 3 bytes)"]);
  for (const [other, is] of [[undefined, "missing"], [null, "null"], [[1], "[1]"]]) {
    const says = `Cannot show a value that is ${is}: expected a chart, table, text,`;
    await assertRejectsCode(() => show(other as never), "value-wrong", says);
  }
});

Deno.test("tables, charts and tensors show themselves as the last expression of a cell; a copy of a table does not", async () => {
  const displayOf = (value: object): unknown => Reflect.get(value, Symbol.for("Jupyter.display"));
  const displayed = async (value: object) =>
    await (displayOf(value) as () => Promise<unknown>).call(value);
  const schema = table("rows", "", { n: count("") });
  const rows = [{ n: 1 }, { n: 2 }];
  for (const own of [fillTable(schema, rows), fillOnRequest(schema, () => rows)]) {
    assertEquals(await displayed(own), tableBundle(own));
    assertEquals([displayOf({ ...own }), own.rows], [undefined, rows]);
  }
  assertEquals(fillTable(schema, rows), fillTable(schema, rows));
  const chart = emptyChart("Effects", { sources: { model: [], data: [] } });
  assertEquals(await displayed(chart), await chartBundle(chart));
  const tensor = new Tensor(new Float32Array(2), [2], ["width"]);
  assertEquals(await displayed(tensor), { "text/plain": "Tensor [width 2]" });
});

Deno.test("chartBundle() gives the spec in the house style, its picture and its text", async () => {
  const bundle = await chartBundle(CHART);
  assertEquals(
    Object.keys(bundle).sort(),
    ["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"],
  );
  const spec = bundle["application/vnd.vegalite.v5+json"];
  assertEquals(spec, { ...CHART, config: houseStyle(SCREEN) });
  assertEquals(bundle["image/svg+xml"], await renderSvg(CHART));
  assertEquals(bundle["text/plain"], "Rows\nOne bar of length 2.");
});

Deno.test("tableBundle() shows all of a small table, in columns, in Markdown and in HTML", () => {
  assertEquals(tableBundle(TABLE), {
    "text/plain": [
      "token          position     cte",
      "<|endoftext|>         7  1.0e-5",
      "*no*                  3",
      "tokens: 2 rows",
    ].join("\n"),
    "text/markdown": [
      "| token | position | cte |",
      "| --- | ---: | ---: |",
      "| \\<\\|endoftext\\|> | 7 | 1.0e-5 |",
      "| \\*no\\* | 3 |  |",
      "",
      "tokens: 2 rows",
    ].join("\n"),
    "text/html": [
      '<div style="max-height: 24em; overflow: auto"><table><caption>tokens: 2 rows</caption>',
      "<thead><tr><th>token</th><th>position</th><th>cte</th></tr>",
      "</thead>",
      "<tbody>",
      "<tr><td>&#60;|endoftext|&#62;</td><td>7</td><td>1.0e-5</td></tr>",
      "<tr><td>*no*</td><td>3</td><td></td></tr>",
      "</tbody></table></div>",
    ].join("\n"),
  });
});

Deno.test("tableBundle() shows the first rows with the chosen columns and digits, and the count", () => {
  const rows = Array.from({ length: 25 }, (_, i) => ({ ...TABLE.rows[0]!, cte: i / 8 }));
  const text = (options: Parameters<typeof tableBundle<typeof rows[0]>>[1]) =>
    tableBundle({ ...TABLE, rows }, options)["text/plain"].split("\n");
  assertEquals(text({}).length, 1 + 20 + 1);
  assertEquals(text({}).at(-1), "tokens: the first 20 of 25 rows");
  assertEquals(
    text({ columns: ["cte"], top: 2, digits: 1 }),
    ["cte", "0.0", "0.1", "tokens: the first 2 of 25 rows"],
  );
});

Deno.test("tableBundle() shows the first and the last rows in HTML, sorted or not, and where rows are left out", () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ place: i }));
  const places = (options: { readonly sort?: "-place" }, count = 40) => {
    const table = { name: "rows", columns: ["place"] as const, rows: rows.slice(0, count) };
    const html = tableBundle(table, { ...options, top: 2 })["text/html"]!;
    return [...html.matchAll(/<td>(.*)<\/td>/g)].map(([, cell]) => cell).join(" ");
  };
  assertEquals(places({}), "0 1 … 30 31 32 33 34 35 36 37 38 39");
  assertEquals(places({ sort: "-place" }), "39 38 … 9 8 7 6 5 4 3 2 1 0");
  assertEquals(places({}, 12), "0 1 2 3 4 5 6 7 8 9 10 11");
});

Deno.test("tableBundle() shows the rows that are asked for, sorted by a column, those without a value last", () => {
  const cells = [0.5, undefined, -2, 1, 0.5];
  const rows = cells.map((cte, i) => ({ token: "abcde"[i]!, cte }));
  const table = { name: "tokens", columns: ["token", "cte"] as const, rows };
  const tokens = (options: Parameters<typeof tableBundle<typeof rows[0]>>[1]) => {
    const lines = tableBundle(table, options)["text/plain"].split("\n").slice(1);
    return [lines.slice(0, -1).map((line) => line.trim()[0]).join(""), lines.at(-1)];
  };
  assertEquals(tokens({ sort: "cte" }), ["caedb", "tokens: 5 rows"]);
  assertEquals(tokens({ sort: "-cte", top: 2 }), ["da", "tokens: the first 2 of 5 rows"]);
  assertEquals(tokens({ sort: "-token" }), ["edcba", "tokens: 5 rows"]);
  assertEquals(tokens({ where: ({ cte }) => cte === 0.5 }), ["ae", "tokens: 2 rows"]);
  for (const wrong of [{ columns: ["ctee"] }, { sort: "ctee" }, { sort: "-ctee" }]) {
    const says = 'Cannot show column "ctee": the nearest are "cte", "token"';
    assertThrowsCode(() => tokens(wrong as never), "name-unknown", says);
  }
});

Deno.test("pictureBundle() has PNG and JPEG files as they are, and scaled into a box", () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10);
  const bundle = pictureBundle(png);
  assertEquals(bundle["image/png"], "iVBORw0K");
  assertStringIncludes(bundle["image/svg+xml"]!, 'href="data:image/png;base64,iVBORw0K"');
  assertEquals(bundle["text/plain"], "Picture (image/png, 6 bytes)");
  assertEquals(pictureBundle(Uint8Array.of(0xff, 0xd8, 0xff))["image/jpeg"], "/9j/");
});

Deno.test("pictureBundle() refuses other bytes", () => {
  const says = 'that begins with the bytes "47494638": expected the content of a PNG or JPEG file';
  const other = new TextEncoder().encode("GIF89a");
  assertThrowsCode(() => pictureBundle(other), "value-wrong", says);
});
