import { assertEquals } from "@std/assert";
import { type AffectedRow, effectGroups } from "../../lib/subject/effect_groups.ts";

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
  const [group] = effectGroups(["a", "b", "a", "a"].map(row), SEED);
  // Of two clusters, a quarter of the samples has only one, {1, 2, 6} with the mean 3, and a quarter only the other, 7.
  assertEquals(group!.mean((row) => [1, 7, 2, 6][row]!), { estimate: 4, low: 3, high: 7 });
});

Deno.test("effectGroups() of no rows is empty", () => {
  assertEquals(effectGroups([], SEED), []);
});
