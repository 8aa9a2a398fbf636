import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Negation, Pair } from "../../../lib/data/pairs.ts";
import { rowsOfShard, sampleRows } from "../../../lib/study/rows/left_out.ts";

/** Rows as in VALSE, whose file begins with one side. */
function rowsOf(captions: number, foils: number): Pair[] {
  const sides = [...Array(captions).fill("caption"), ...Array(foils).fill("foil")] as Negation[];
  return sides.map((negation, i) => ({
    ...{ id: `${i}`, image: "a.png", negation },
    ...{ caption: `There is no ${i}.`, foil: `There is a ${i}.` },
  }));
}

const sides = (rows: readonly Pair[]) =>
  (["caption", "foil"] as const).map((side) => rows.filter((row) => row.negation === side).length);

Deno.test("sampleRows() gives each negated side its share, though the file begins with one", () => {
  const rows = rowsOf(256, 249);
  assertEquals(sides(sampleRows(rows, 24, 0)), [12, 12]);
  assertEquals(sides(sampleRows(rows, 101, 0)), [51, 50]);
  assertEquals(sides(sampleRows(rowsOf(990, 10), 20, 0)), [19, 1]); // at least one
  assertEquals(sides(sampleRows(rowsOf(10, 990), 20, 0)), [1, 19]);
  assertEquals(sides(sampleRows(rowsOf(1, 99), 2, 0)), [1, 1]);
  assertEquals(sides(sampleRows(rowsOf(99, 1), 2, 0)), [1, 1]);
  assertEquals(sides(sampleRows(rowsOf(0, 9), 4, 0)), [0, 4]);
  assertEquals(sides(sampleRows(rowsOf(9, 0), 4, 0)), [4, 0]);
  assertEquals(sampleRows(rows, 1, 0).length, 1);
});

Deno.test("sampleRows() keeps the order of the file, all rows where they are few, and depends on the seed alone", () => {
  const rows = rowsOf(60, 40);
  const ids = (limit: number, seed: number) => sampleRows(rows, limit, seed).map(({ id }) => +id);
  assertEquals(ids(30, 7), ids(30, 7).toSorted((a, b) => a - b));
  assertNotEquals(ids(30, 7), ids(30, 8));
  assertEquals(new Set(ids(30, 7)).size, 30);
  for (let limit = 1; limit < 100; limit++) {
    assert(new Set(ids(limit, 3)).isSubsetOf(new Set(ids(limit + 1, 3))), `${limit}`);
  }
  for (const limit of [100, 101, undefined]) assert(sampleRows(rows, limit, 0) === rows);
});

Deno.test("rowsOfShard() takes every n-th row from the k-th", () => {
  const rows = rowsOf(3, 4);
  const ids = (k: number) => rowsOfShard(rows, { k, n: 3 }).map(({ id }) => id);
  assertEquals([1, 2, 3].map(ids), [["0", "3", "6"], ["1", "4"], ["2", "5"]]);
});
