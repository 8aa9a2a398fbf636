import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { clusterOfRow, ColumnDraws, equalClusters, VALSE } from "./draws.ts";
import { Shares } from "./simulate.ts";

Deno.test("VALSE has the 240 and 250 rows of the rephrased data in 199 and 98 pairs", () => {
  const rows = VALSE.map((design) => clusterOfRow(design).length);
  assertEquals(rows, [240, 250]);
  assertEquals(VALSE.map(({ sizes }) => sizes.length), [199, 98]);
  assertEquals(VALSE.map(({ sizes }) => Math.max(...sizes)), [6, 44]);
  assertEquals(clusterOfRow(equalClusters(2, 3)), [0, 0, 0, 1, 1, 1]);
});

Deno.test("ColumnDraws.dependent() has variance 1, of which the rows of a cluster share the intraclass correlation", () => {
  const clusters = clusterOfRow(equalClusters(4000, 2));
  for (const icc of [0, 0.4, 1]) {
    const column = new ColumnDraws(clusters, 3).dependent(icc);
    const mean = (of: (row: number) => number, rows: number) =>
      Array.from({ length: rows }, (_, row) => of(row)).reduce((sum, x) => sum + x, 0) / rows;
    // Four standard errors of 4000 products are .06, of 8000 squares about the same.
    assertAlmostEquals(mean((row) => column[row]!, 8000), 0, 0.07);
    assertAlmostEquals(mean((row) => column[row]! ** 2, 8000), 1, 0.09);
    assertAlmostEquals(mean((pair) => column[2 * pair]! * column[2 * pair + 1]!, 4000), icc, 0.09);
  }
});

Deno.test("Shares counts hits among the data sets that have a value, if these are a tenth of all", () => {
  const shares = new Shares();
  for (const isHit of [true, false, undefined, true]) shares.count(isHit);
  assertEquals([shares.printed, shares.hits], [3 / 4, 2 / 3]);
  for (let set = 0; set < 40; set++) shares.count(undefined);
  assert(shares.printed < 0.1);
  assertEquals(shares.hits, undefined);
});
