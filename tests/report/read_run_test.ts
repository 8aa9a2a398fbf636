import { assertEquals } from "@std/assert";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { readBeginning, readBrowsed, TracedCells } from "../../lib/report/read_run.ts";
import { csvPieces } from "../../lib/tables/csv.ts";
import { madeTable } from "../../lib/tables/table.ts";

/** Writes evaluate.csv with d from 0 upwards, and effects.csv with two cells for each row. */
async function withTables(
  { rows, head }: { readonly rows: number; readonly head?: number },
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const sentences = { negation: "foil", caption: 'A "dog", here.', foil: "No dog." };
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
      const cell = { id: `r${row}`, layer: 0, head, role: "negator", token: "no" };
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

Deno.test("readBrowsed() reads the rows with the lowest and the highest d of a long table, in their order", () =>
  withTables({ rows: 6000 }, async (folder) => {
    const { rows, count } = await readBrowsed(folder);
    assertEquals([rows.length, count], [1000, 6000]);
    assertEquals([0, 499, 500, 999].map((i) => rows[i]!.d), [0, 499, 5500, 5999]);
    assertEquals(rows[999], {
      ...{ id: "r5999", image: "a.png", negation: "foil", segment: "correct" },
      ...{ caption: 'A "dog", here.', foil: "No dog.", s_caption: 5999, s_foil: 0, d: 5999 },
    });
  }));

Deno.test("TracedCells takes the cells of the chosen rows only, and none of a run with single heads", async () => {
  await withTables({ rows: 3000 }, async (folder) => {
    const traced = new TracedCells(new Set(["r1", "r2999"]));
    assertEquals(traced.cells, undefined);
    await readBeginning(folder, "effects", traced);
    assertEquals([...traced.cells!.keys()], ["r1", "r2999"]);
    const cell = { layer: 0, role: "negator", token: "no" };
    assertEquals(traced.cells!.get("r2999"), [
      { ...cell, position: 0, cte: 2999 },
      { ...cell, position: 1, cte: undefined },
    ]);
  });
  await withTables({ rows: 3, head: 2 }, async (folder) => {
    const traced = new TracedCells(new Set(["r1"]));
    await readBeginning(folder, "effects", traced);
    assertEquals(traced.cells, undefined);
  });
});
