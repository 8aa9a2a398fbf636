import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  cellsOf,
  csvRecords,
  figuresHtml,
  readBeginning,
  type ReportTable,
  tablesHtml,
} from "../../lib/report/table.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { csvPieces, tableToCsv } from "../../lib/tables/csv.ts";
import { madeTable } from "../../lib/tables/table.ts";
import { assertRejectsCode } from "../error_codes.ts";

function sourceOf(table: ReportTable, most = Infinity): string {
  return tablesHtml([table], most).source;
}

function table(rows: readonly (readonly string[])[]): string {
  return sourceOf({ name: "trace", columns: ["role", "cte"], rows });
}

Deno.test("tablesHtml() shows numbers to four digits, aligned to the right, and texts and empty cells as they are", () => {
  const source = table([["<eot>", "-0.123456"], ["sot", ""], ["negator", "12345.678"]]);
  assertStringIncludes(source, '<tr><td>&lt;eot&gt;<td class="number">−0.1235');
  assertStringIncludes(source, '<tr><td>sot<td class="number">\n');
  assertStringIncludes(source, '<td class="number">12350');
  assertStringIncludes(source, '<th scope="col">role<th scope="col" class="number">cte');
  assertStringIncludes(source, "3 rows");
  assertStringIncludes(source, '<a href="trace.csv" download>');
});

Deno.test("tablesHtml() shows up to 1000 rows, and only the first ten of a longer table, and says so", () => {
  const rows = Array.from({ length: 1001 }, (_, i) => ["eot", `${i}`]);
  const count = (source: string) => source.match(/<tr><td>/g)!.length;
  assertEquals(count(table(rows.slice(1))), 1000);
  assertEquals(count(table(rows)), 10);
  assertStringIncludes(table(rows), "1,001 rows, the first 10 shown");
});

/** Ids that look like numbers. */
const IDS = ["1e3", "007", "1234567.0001", "1234567.0002", "0x10", "-1"];

Deno.test("tablesHtml() shows the texts of a column of texts as they are, even if all look like numbers", () => {
  const csv = { name: "t", columns: ["id", "d"], rows: IDS.map((id) => [id, "0.123456"]) };
  const source = sourceOf({ ...csv, numbers: new Set(["d"]) });
  for (const id of IDS) assertStringIncludes(source, `<tr><td>${id}<td class="number">0.1235\n`);
});

Deno.test("tablesHtml() takes a column for numbers only if all its cells are written as numbers are", () => {
  const cellsOf = (ids: readonly string[]) =>
    sourceOf({ name: "t", columns: ["id"], rows: ids.map((id) => [id]) })
      .match(/(?<=<tr>)<td.*/g);
  for (const id of ["1e3", "007", "0x10", "1.50", " 1", "NaN", "Infinity"]) {
    assertEquals(cellsOf(["0.123456", id]), ["<td>0.123456", `<td>${id}`]);
  }
  assertEquals(cellsOf(["0.123456", "", "1e-7"])?.[0], '<td class="number">0.1235');
});

Deno.test("tablesHtml() shows texts without the apostrophe that keeps a spreadsheet from running them", () => {
  const source = table([["'=1+1", "1"], ["''=1+1", "1"]]);
  assertStringIncludes(source, '<tr><td>=1+1<td class="number">1');
  assertStringIncludes(source, '<tr><td>&#39;=1+1<td class="number">1');
});

Deno.test("tablesHtml() says what a row is", () => {
  const source = sourceOf({ name: "t", columns: ["a"], rows: [["eot"]], about: "One row." });
  assertStringIncludes(source, "<p>One row.</p>");
});

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

Deno.test("readBeginning() keeps the first 1000 rows of a longer table and counts all", async () => {
  const folder = await Deno.makeTempDir();
  const effects = madeTable({ name: "effects", columns: ["id", "token", "cte"] }, function* () {
    for (let row = 0; row < 6000; row++) {
      yield { id: `r${row}`, token: 'a "dog", here', cte: row % 2 === 0 ? row : undefined };
    }
  });
  try {
    await writeWhole(`${folder}/effects.csv`, csvPieces(effects));
    let taken = 0;
    const read = await readBeginning(folder, "effects", (cell) => taken += Number(cell("cte")));
    assertEquals([read.columns.length, read.rows.length, read.count], [3, 1000, 6000]);
    assertEquals(read.rows[999], ["r999", 'a "dog", here', ""]);
    assertEquals(taken, 3000 * 2999); // the sum of all even numbers below 6000
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function readBack(rows: readonly { readonly id: string; readonly d?: number }[]) {
  const folder = await Deno.makeTempDir();
  try {
    const text = tableToCsv({ name: "scores", columns: ["id", "d"], rows });
    await Deno.writeTextFile(`${folder}/scores.csv`, text);
    const [columns, ...records] = (await Array.fromAsync(csvRecords(folder, "scores"))).flat();
    const cells = cellsOf(columns!);
    return records.map((record) => ["id", "d"].map(cells(record)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("csvRecords() reads what tableToCsv() wrote, with quotes and without", async () => {
  assertEquals(await readBack([{ id: "a", d: -0.1 }, { id: "b" }]), [["a", "-0.1"], ["b", ""]]);
  const texts = [
    "a, b",
    'say "no"',
    "two\nlines",
    "=1+1",
    "'=1+1",
    "it's",
    "dog\r=1+1",
    "a\r\nb",
    "a\nb",
  ];
  const rows = await readBack(texts.map((id) => ({ id })));
  assertEquals(rows.map(([id]) => id), texts);
  assertEquals(await readBack([]), []);
});

Deno.test("csvRecords() names a missing table", async () => {
  await assertRejectsCode(
    () => Array.fromAsync(csvRecords("nowhere", "scores")),
    "run-edited",
    "nowhere/scores.csv",
  );
});

Deno.test("csvRecords() reads a long file piece by piece, whole records each, wherever quotes and line ends fall", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const texts = ["plain", 'say "no"', "two\r\nlines", "a, b", 'a\r\n"b"\r\nc', "🐕"];
    const rows = Array.from(
      { length: 60_000 },
      (_, i) => ({ id: texts[i % 6]!.repeat(i % 4), d: i }),
    );
    await writeWhole(`${folder}/long.csv`, csvPieces({ name: "long", columns: ["id", "d"], rows }));
    const records: string[][] = [];
    let pieces = 0;
    for await (const some of csvRecords(folder, "long")) {
      pieces++;
      for (const record of some) records.push(record);
    }
    assert(pieces > 4);
    assertEquals(records.length, 60_001);
    const written = rows.map(({ id, d }) => [id, `${d}`]);
    const wrong = written.findIndex((row, i) => row.join("|") !== records[i + 1]!.join("|"));
    assertEquals(wrong, -1, `${records[wrong + 1]}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
