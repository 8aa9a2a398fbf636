import { assertEquals } from "@std/assert";
import { madeTable, rowsOf } from "../../lib/tables/table.ts";

Deno.test("madeTable() makes all rows when they are read, and keeps them", () => {
  let times = 0;
  const table = madeTable({ name: "counts", columns: ["n"] }, function* () {
    times++;
    yield* [{ n: 1 }, { n: 2 }];
  });
  assertEquals(times, 0);
  assertEquals(table.rows, [{ n: 1 }, { n: 2 }]);
  assertEquals(table.rows.length, 2);
  assertEquals(times, 1);
});

Deno.test("rowsOf() walks rows that are made on request any number of times, and those of a changed copy", () => {
  const table = madeTable({ name: "counts", columns: ["n"] }, () => [{ n: 1 }, { n: 2 }]);
  const walked = rowsOf(table);
  assertEquals([[...walked], [...walked]], [table.rows, table.rows]);
  const some = { ...table, rows: table.rows.filter(({ n }) => n > 1) };
  assertEquals([...rowsOf(some)], [{ n: 2 }]);
  assertEquals([...rowsOf({ rows: [3] })], [3]);
});
