import { assertEquals } from "@std/assert";
import { joinLines } from "../../lib/tables/estimates.ts";

Deno.test("joinLines() keeps the order of the first, then has what only the second has, and meets repeated lines one by one", () => {
  const lines = (...names: string[]) => names.map((name, n) => ({ name, n }));
  const joined = joinLines(["name"], lines("a", "b", "a"), lines("c", "a", "a", "a"));
  assertEquals(joined.map(({ first, second }) => [first?.n, second?.n]), [
    [0, 1],
    [1, undefined],
    [2, 2],
    [undefined, 0],
    [undefined, 3],
  ]);
});

Deno.test("joinLines() joins by some columns, where an empty cell is as one that is not there", () => {
  const first = [{ negation: "foil", n: 1 }, { negation: "caption", head: undefined, n: 2 }];
  const counts = joinLines(["negation", "head"], first, [{ n: 3, negation: "caption" }])
    .map((row) => [row.first?.["n"], row.second?.["n"]]);
  assertEquals(counts, [[1, undefined], [2, 3]]);
});
