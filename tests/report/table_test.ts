import { assertEquals, assertStringIncludes } from "@std/assert";
import { tableHtml } from "../../lib/report/table.ts";

function table(rows: readonly (readonly string[])[]): string {
  return tableHtml({ name: "trace", columns: ["role", "cte"], rows }).source;
}

Deno.test("tableHtml() shows numbers to four digits, aligned to the right, and texts and empty cells as they are", () => {
  const source = table([["<eot>", "-0.123456"], ["sot", ""], ["negator", "12345.678"]]);
  assertStringIncludes(source, '<tr><td>&lt;eot&gt;<td class="number">−0.1235');
  assertStringIncludes(source, '<tr><td>sot<td class="number">\n');
  assertStringIncludes(source, '<td class="number">12350');
  assertStringIncludes(source, '<th scope="col">role<th scope="col" class="number">cte');
  assertStringIncludes(source, "3 rows");
  assertStringIncludes(source, '<a href="trace.csv">');
});

Deno.test("tableHtml() shows up to 1000 rows, and only the first ten of a longer table, and says so", () => {
  const rows = Array.from({ length: 1001 }, (_, i) => ["eot", `${i}`]);
  const count = (source: string) => source.match(/<tr><td>/g)!.length;
  assertEquals(count(table(rows.slice(1))), 1000);
  assertEquals(count(table(rows)), 10);
  assertStringIncludes(table(rows), "1,001 rows, the first 10 shown");
});
