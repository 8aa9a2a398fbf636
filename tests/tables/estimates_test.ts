import { assertEquals } from "@std/assert";
import { joinLines, joinRows } from "../../lib/tables/estimates.ts";

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

Deno.test("joinLines() joins by some columns, where an empty cell is as one that is not there", () => {
  const first = [{ negation: "foil", n: 1 }, { negation: "caption", head: undefined, n: 2 }];
  const counts = joinLines(["negation", "head"], first, [{ n: 3, negation: "caption" }])
    .map((row) => [row.first?.["n"], row.second?.["n"]]);
  assertEquals(counts, [[1, undefined], [2, 3]]);
});
