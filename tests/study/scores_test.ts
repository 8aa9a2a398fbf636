import { assertEquals } from "@std/assert";
import { Scores } from "../../lib/study/scores.ts";
import { type EvaluateRow, segmentOf } from "../../lib/study/rows/score_rows.ts";

function scored(ds: readonly number[]): Scores {
  const rows = ds.map((d, i): EvaluateRow => ({
    ...{ id: `${i}`, image: "a.png", negation: "foil", caption: `${i}`, foil: `no ${i}` },
    ...{ s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 2 },
  }));
  return new Scores(rows, { seed: 0 });
}

Deno.test("Scores count a tie as one half in the accuracy of a side, before a change and under it", () => {
  const [before, after] = [scored([2, 5e-5, -2]), scored([2, 2, -1e-4])];
  assertEquals(after.sides.rows.map(({ negation, accuracy }) => [negation, accuracy]), [
    ...[["foil", 2.5 / 3], ["all", 2.5 / 3]],
  ]);
  const [foil] = after.compare(before).rows;
  assertEquals([foil!.accuracy_before, foil!.accuracy], [1.5 / 3, 2.5 / 3]);
});
