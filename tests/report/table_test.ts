import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ReportTable, tablesHtml } from "../../lib/report/table.ts";

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
