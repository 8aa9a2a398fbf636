import { assertEquals } from "@std/assert";
import { midranks, ranksBeyond } from "../../lib/stats/correlation.ts";
import fixtures from "../fixtures/statistics/correlations.json" with { type: "json" };

Deno.test("midranks() equals SciPy's rankdata, ties included", () => {
  for (const { x, ranks_x } of fixtures) assertEquals([...midranks(x)], ranks_x);
});

Deno.test("ranksBeyond() ranks as midranks() does, but not values whose order is chance or unknown", () => {
  assertEquals(ranksBeyond([0.1, 0.4, 0.1, 0.1 + 1e-9], 1e-6), [1.5, 4, 1.5, 3]);
  assertEquals(ranksBeyond([0.1, 0.1 + 2e-6, 0.1], 1e-6), [1.5, 3, 1.5]);
  assertEquals(ranksBeyond([0.1, 0.1 + 9e-7, 0.1], 1e-6), undefined);
  assertEquals(ranksBeyond([1, NaN, 3], 1e-6), undefined);
});
