import { assert, assertEquals } from "@std/assert";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { readBeginning, readBrowsed } from "../../lib/report/read_run.ts";
import { csvPieces } from "../../lib/tables/csv.ts";
import { madeTable } from "../../lib/tables/table.ts";

/** Writes evaluate.csv with d from 0 upwards, and effects.csv with two cells for each row. */
async function withTables(
  { rows, foil = "No dog." }: { readonly rows: number; readonly foil?: string },
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const sentences = { negation: "foil", caption: 'A "dog", here.', foil };
  const evaluate = madeTable({
    name: "evaluate",
    columns: ["id", "image", "segment", "negation", "caption", "foil", "s_caption", "s_foil", "d"],
  }, function* () {
    for (let d = 0; d < rows; d++) {
      const scores = { segment: "correct", s_caption: d, s_foil: 0, d };
      yield { id: `r${d}`, image: "a.png", ...sentences, ...scores };
    }
  });
  const effects = madeTable({
    name: "effects",
    columns: ["id", "layer", "head", "position", "role", "token", "cte"],
  }, function* () {
    for (let row = 0; row < rows; row++) {
      const cell = { id: `r${row}`, layer: 0, head: undefined, role: "negator", token: "no" };
      yield* [{ ...cell, position: 0, cte: row }, { ...cell, position: 1, cte: undefined }];
    }
  });
  try {
    await writeWhole(`${folder}/evaluate.csv`, csvPieces(evaluate));
    await writeWhole(`${folder}/effects.csv`, csvPieces(effects));
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readBeginning() keeps the first 1000 rows of a longer table and counts all", () =>
  withTables({ rows: 6000 }, async (folder) => {
    const { columns, rows, count } = await readBeginning(folder, "effects");
    assertEquals([columns.length, rows.length, count], [7, 1000, 12_000]);
    assertEquals(rows[999], ["r499", "0", "", "1", "negator", "no", ""]);
  }));

Deno.test("readBeginning() gives the bytes of a file of at most 1000 rows", () =>
  withTables({ rows: 3 }, async (folder) => {
    const { csv } = await readBeginning(folder, "evaluate");
    assertEquals(csv, await Deno.readTextFile(`${folder}/evaluate.csv`));
  }));

Deno.test("readBrowsed() reads rows at equal distances of a long table, in their order", () =>
  withTables({ rows: 5995 }, async (folder) => {
    const { rows, count } = await readBrowsed(folder);
    assertEquals([rows.length, count], [1000, 5995]);
    assertEquals([0, 1, 999].map((i) => rows[i]!.d), [0, 6, 5994]);
    assertEquals(rows[999], {
      ...{ id: "r5994", image: "a.png", negation: "foil", segment: "correct" },
      ...{ caption: 'A "dog", here.', foil: "No dog.", s_caption: 5994, s_foil: 0, d: 5994 },
    });
  }));

Deno.test("readBrowsed() has fewer rows of long sentences, still at equal distances with both ends", () =>
  withTables({ rows: 900, foil: "a".repeat(500) }, async (folder) => {
    const { rows, choice } = await readBrowsed(folder);
    const distances = rows.slice(1).map(({ d }, i) => d! - rows[i]!.d!);
    assert(rows.length > 300 && rows.length < 500, `${rows.length}`);
    assertEquals([rows[0]!.d, rows.at(-1)!.d, choice], [0, 899, "by d"]);
    assertEquals(new Set(distances), new Set([2, 3])); // on average 899 / (n - 1)
  }));

Deno.test("readBrowsed() finds the rows of a run without images in any table with ids", () =>
  withTables({ rows: 3 }, async (folder) => {
    const { rows, count } = await readBrowsed(folder, "effects");
    assertEquals([rows.map(({ id, d }) => [id, d]), count], [
      [["r0", undefined], ["r1", undefined], ["r2", undefined]],
      3,
    ]);
  }));
