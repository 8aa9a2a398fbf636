import { assertEquals } from "@std/assert";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { readBeginning } from "../../lib/report/read_run.ts";
import { csvPieces } from "../../lib/tables/csv.ts";
import { madeTable } from "../../lib/tables/table.ts";

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
