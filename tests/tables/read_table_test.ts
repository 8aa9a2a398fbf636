import { assertEquals } from "@std/assert";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { columnOf, readCsvTable } from "../../lib/tables/read_table.ts";
import { assertRejectsCode } from "../error_codes.ts";

async function readBack(rows: readonly { readonly id: string; readonly d?: number }[]) {
  const folder = await Deno.makeTempDir();
  try {
    const text = tableToCsv({ name: "scores", columns: ["id", "d"], rows });
    await Deno.writeTextFile(`${folder}/scores.csv`, text);
    const table = await readCsvTable(folder, "scores");
    return table.rows.map((row) => [columnOf(table, "id")(row), columnOf(table, "d")(row)]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readCsvTable() reads what tableToCsv() wrote, with quotes and without", async () => {
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

Deno.test("readCsvTable() names a missing table", async () => {
  await assertRejectsCode(
    () => readCsvTable("nowhere", "scores"),
    "table-unreadable",
    "nowhere/scores.csv",
  );
});
