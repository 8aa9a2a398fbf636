import { assertEquals } from "@std/assert";
import { SUMMARY } from "../../lib/study/evaluate/summary.ts";
import { readCsvRows } from "../../lib/tables/csv.ts";
import { joinFiles, joinRows } from "../../lib/tables/estimates.ts";

Deno.test("joinRows() keeps the order of the first, then has what only the second has, and meets repeated rows one by one", () => {
  const joined = joinRows(["a", "b", "a"], ["c", "a", "A", "a"], (text) => text.toLowerCase());
  assertEquals(joined.map(({ first, second }) => [first, second]), [
    ["a", "a"],
    ["b", undefined],
    ["a", "A"],
    [undefined, "c"],
    [undefined, "a"],
  ]);
});

Deno.test("joinFiles() joins by the keys that both files have, whatever their order", () => {
  const rows = (text: string) => readCsvRows(text, "summary.csv");
  const first = rows("negation,n\nfoil,1\ncaption,2\n");
  const second = rows("n,negation\n3,caption\n");
  const counts = joinFiles(SUMMARY, first, second).map((row) => [
    row.first?.count("n"),
    row.second?.count("n"),
  ]);
  assertEquals(counts, [[1, undefined], [2, 3]]);
});
