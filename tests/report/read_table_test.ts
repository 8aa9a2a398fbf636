import { assert, assertEquals } from "@std/assert";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { csvPieces, tableToCsv } from "../../lib/tables/csv.ts";
import { cellsOf, csvRecords } from "../../lib/report/read_run.ts";
import { assertRejectsCode } from "../error_codes.ts";

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
