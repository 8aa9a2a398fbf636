import { assertEquals, assertThrows } from "@std/assert";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { readRows } from "../../lib/tables/read_rows.ts";
import {
  count,
  fillTable,
  number,
  optional,
  type RowOf,
  table,
  text,
} from "../../lib/tables/schema.ts";

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

Deno.test("fillTable() has the schema's name and the columns in its order", () => {
  const { name, columns, rows, schema } = fillTable(EFFECTS, ROWS);
  assertEquals([name, rows, schema], ["effects", ROWS, EFFECTS]);
  assertEquals(columns, ["id", "layer", "head", "effect", "note"]);
});

Deno.test("readRows() reads back what tableToCsv() wrote, value for value", () => {
  const csv = tableToCsv(fillTable(EFFECTS, ROWS));
  assertEquals(csv.split("\r\n")[1], "'=a,1,,-0.1,");
  assertEquals(readRows(EFFECTS, csv, "effects.csv"), [...ROWS]);
});

Deno.test("readRows() ignores other columns, and refuses what a column cannot hold", () => {
  const read = (line: string, header = "more,id,layer,head,effect,note") =>
    readRows(EFFECTS, `${header}\r\n${line}\r\n`, "effects.csv");
  assertEquals(read("9,a,1,,0.5,"), [
    { id: "a", layer: 1, head: undefined, effect: 0.5, note: undefined },
  ]);
  for (
    const [line, column] of [
      ["9,,1,,0.5,", "id"],
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
