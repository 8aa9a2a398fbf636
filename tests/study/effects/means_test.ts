import { assert, assertEquals } from "@std/assert";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { type AffectedRow, effectGroups, meanEffect } from "../../../lib/study/effects/means.ts";

const SEED = { seed: 0 };

Deno.test("effectGroups() has each segment of a side and all of its rows, foil-negated first", () => {
  const rows: readonly AffectedRow[] = [
    { negation: "caption", segment: "correct", cluster: "a" },
    { negation: "foil", segment: "incorrect", cluster: "c" },
    { negation: "foil", segment: "ambiguous", cluster: "d" },
    { negation: "foil", segment: "correct", cluster: "b" },
    { negation: "foil", segment: "correct", cluster: "e" },
  ];
  const groups = effectGroups(rows, SEED);
  assertEquals(groups.map(({ negation, segment, n }) => `${negation} ${segment} ${n}`), [
    ...["foil correct 2", "foil ambiguous 1", "foil incorrect 1", "foil all 4"],
    ...["caption correct 1", "caption all 1"],
  ]);
  // mean() asks for a value by the row's index among all rows.
  const means = groups.map(({ mean }) => mean((row) => [9, 1, 4, 2, 5][row]!).estimate);
  assertEquals(means, [3.5, 4, 1, 3, 9, 9]);
});

Deno.test("effectGroups() resamples clusters for intervals, not rows", () => {
  const row = (cluster: string): AffectedRow => (
    { negation: "foil", segment: "correct", cluster }
  );
  // Twelve clusters of four equal rows: the number of those of 1 among the drawn is binomial, at most 2 in 79 of 4096 samples.
  const clusters = [..."abcdefghijkl"].flatMap((cluster) => new Array<string>(4).fill(cluster));
  const [group] = effectGroups(clusters.map(row), SEED);
  const { estimate, low, high } = group!.mean((row) => row < 24 ? 1 : 0);
  assertEquals(estimate, 0.5);
  assert(low! < 0.25 && high! > 0.75); // 48 rows drawn alone would stay within .35 and .65
  const [few] = effectGroups(clusters.slice(0, 32).map(row), SEED);
  assertEquals(few!.mean(() => 1), { estimate: 1, low: undefined, high: undefined });
});

Deno.test("meanEffect() counts effects as 0 if none is larger than the rounding of S", () => {
  const bootstrap = new ClusterBootstrap([..."abcdefghijkl"], SEED);
  const twice = (effects: readonly number[]) => meanEffect(bootstrap, [...effects, ...effects]);
  const idle = twice([-4e-7, -6e-7, -2e-7, -4e-7, -5e-7, -1e-4]);
  assertEquals(idle, { estimate: 0, low: 0, high: 0 });
  assert(twice([-4e-4, -6e-4, -2e-4, -4e-4, -5e-4, -1e-4]).high! < 0);
  assert(twice([0, 0, 0, 0, 0, 1.1e-4]).estimate! > 0);
});

Deno.test("effectGroups() of no rows is empty", () => {
  assertEquals(effectGroups([], SEED), []);
});
