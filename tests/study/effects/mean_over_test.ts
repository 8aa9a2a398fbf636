import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { meanOver } from "../../../lib/study/effects/means.ts";

const rows = Array.from({ length: 24 }, (_, i) => ({
  id: `row_${i}`,
  layer: 1 + i % 2,
  effect: i === 3 ? undefined : (i * 7) % 5,
}));

Deno.test("meanOver() averages the rows of each group that have a value, in the order of the rows", () => {
  const { name, columns, rows: means } = meanOver(rows, { by: ["layer"], of: "effect" });
  assertEquals([name, columns], ["mean_effect", ["layer", "n", "mean", "low", "high"]]);
  assertEquals(means.map(({ layer, n }) => [layer, n]), [[1, 12], [2, 11]]);
  const seeded = [0, 1].map((seed) => meanOver(rows, { by: ["layer"], of: "effect", seed }).rows);
  assertEquals(seeded[0], means);
  assertNotEquals(seeded[1], means);
  const first = rows.filter(({ layer }) => layer === 1).map(({ effect }) => effect!);
  assertAlmostEquals(means[0]!.mean!, first.reduce((sum, x) => sum + x) / 12, 1e-12);
  for (const { mean, low, high } of means) {
    assertEquals([low! < mean!, mean! < high!], [true, true]);
  }
});

Deno.test("meanOver() has a row without a mean for a group without values", () => {
  const empty = [{ layer: 1, effect: undefined as number | undefined }];
  assertEquals(meanOver(empty, { by: ["layer"], of: "effect" }).rows, [
    { layer: 1, n: 0, mean: undefined, low: undefined, high: undefined },
  ]);
});

Deno.test("meanOver() keeps rows together that share an id or a sentence pair", () => {
  const twice = [...rows, ...rows.map((row) => ({ ...row, id: `${row.id}_again` }))];
  const pairs = twice.map(({ id }): Pair => {
    const noun = `thing ${id.replace("_again", "")}`;
    const caption = `There is no ${noun}.`;
    return { id, image: "", negation: "caption", caption, foil: `There is a ${noun}.` } as Pair;
  });
  const interval = (own: typeof rows, options: { pairs?: readonly Pair[] } = {}) => {
    const { low, high } = meanOver(own, { by: [], of: "effect", ...options }).rows[0]!;
    return [low!, high!];
  };
  const once = interval(rows);
  const doubled = interval(twice, { pairs }); // no new information
  doubled.forEach((bound, i) => assertAlmostEquals(bound, once[i]!, 1e-12));
  const apart = interval(twice);
  assertEquals(apart[1]! - apart[0]! < once[1]! - once[0]!, true);
  const sameIds = interval([...rows, ...rows]);
  sameIds.forEach((bound, i) => assertAlmostEquals(bound, once[i]!, 1e-12));
});
