import { assertEquals } from "@std/assert";
import { midranks, rankDrawn, ranksBeyond } from "../../lib/stats/ranks.ts";
import fixtures from "../fixtures/statistics/correlations.json" with { type: "json" };

Deno.test("midranks() equals SciPy's rankdata, ties included", () => {
  for (const { x, ranks_x } of fixtures) assertEquals([...midranks(x)], ranks_x);
});

Deno.test("rankDrawn() ranks drawn values as midranks() ranks the sample written out", () => {
  const values = [4, 1, 4, 9, 2];
  const counts = [2, 0, 1, 3, 1];
  const sample = [4, 4, 4, 9, 9, 9, 2];
  const ranks = rankDrawn(values)(Float64Array.from(counts));
  const written = midranks(sample);
  assertEquals([ranks[0], ranks[2], ranks[3], ranks[4]], [3, 3, 6, 1]);
  assertEquals([written[0], written[2], written[3], written[6]], [3, 3, 6, 1]);
});

Deno.test("ranksBeyond() ranks as midranks() does, but not values whose order is chance or unknown", () => {
  assertEquals(ranksBeyond([0.1, 0.4, 0.1, 0.1 + 1e-9], 1e-6), [1.5, 4, 1.5, 3]);
  assertEquals(ranksBeyond([0.1, 0.1 + 2e-6, 0.1], 1e-6), [1.5, 3, 1.5]);
  assertEquals(ranksBeyond([0.1, 0.1 + 9e-7, 0.1], 1e-6), undefined);
  assertEquals(ranksBeyond([1, NaN, 3], 1e-6), undefined);
});
