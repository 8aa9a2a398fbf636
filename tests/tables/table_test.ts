import { assertEquals, assertThrows } from "@std/assert";
import {
  count,
  fillOnRequest,
  fillTable,
  number,
  optional,
  type RowOf,
  rowsOf,
  table,
  text,
} from "../../lib/tables/table.ts";
import { readRows, tableToCsv } from "../../lib/tables/csv.ts";

const COUNTS = table("counts", "", { n: count("") });

Deno.test("fillOnRequest() makes all rows when they are read, and keeps them", () => {
  let times = 0;
  const table = fillOnRequest(COUNTS, function* () {
    times++;
    yield* [{ n: 1 }, { n: 2 }];
  });
  assertEquals(times, 0);
  assertEquals(table.rows, [{ n: 1 }, { n: 2 }]);
  assertEquals(table.rows.length, 2);
  assertEquals(times, 1);
});

Deno.test("rowsOf() walks rows that are made on request any number of times, and those of a changed copy", () => {
  const table = fillOnRequest(COUNTS, () => [{ n: 1 }, { n: 2 }]);
  const walked = rowsOf(table);
  assertEquals([[...walked], [...walked]], [table.rows, table.rows]);
  const some = { ...table, rows: table.rows.filter(({ n }) => n > 1) };
  assertEquals([...rowsOf(some)], [{ n: 2 }]);
  assertEquals([...rowsOf({ rows: [3] })], [3]);
});

const EFFECTS = table("effects", "One row a cell.", {
  id: text("The row's id."),
  layer: count("The block's number from 1."),
  head: optional(count("The head's number from 1.")),
  effect: number("logit", "What it does."),
  note: optional(text("Words.")),
});

const ROWS: readonly RowOf<typeof EFFECTS>[] = [
  { id: "=a", layer: 1, head: undefined, effect: -0.1, note: undefined },
  { id: 'b "two", three', layer: 12, head: 3, effect: 1e-17, note: "x" },
];

Deno.test("readRows() reads back what tableToCsv() wrote, value for value", () => {
  for (const spreadsheet of [false, true]) {
    for (const id of ["=a", "'=a"]) {
      const rows = [{ ...ROWS[0]!, id }, ROWS[1]!];
      const csv = tableToCsv(fillTable(EFFECTS, rows), { spreadsheet });
      assertEquals(csv.split("\r\n")[1], `${spreadsheet ? "'" : ""}${id},1,,-0.1,`);
      assertEquals(readRows(EFFECTS, csv, "effects.csv", { spreadsheet }), rows);
    }
  }
});

Deno.test("readRows() ignores other columns, and refuses what a column cannot hold", () => {
  const read = (line: string, header = "more,id,layer,head,effect,note") =>
    readRows(EFFECTS, `${header}\r\n${line}\r\n`, "effects.csv");
  assertEquals(read("9,a,1,,0.5,"), [
    { id: "a", layer: 1, head: undefined, effect: 0.5, note: undefined },
  ]);
  for (
    const [line, column] of [
      ["9,a,one,,0.5,", "layer"],
      ["9,a,1,-2,0.5,", "head"],
      ["9,a,1,,,", "effect"],
      ["9,a,1,,NaN,", "effect"],
    ]
  ) {
    assertThrows(() => read(line!), Error, `"${column}"`);
  }
  assertThrows(() => read("a,1,,0.5", "id,layer,head,effect"), Error, '"note"');
});
