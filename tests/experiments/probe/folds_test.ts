import { assertEquals, assertNotEquals } from "@std/assert";
import { CONTROLS, splitPairs } from "../../../lib/experiments/probe/folds.ts";

const KEYS = Array.from({ length: 23 }, (_, i) => `pair ${i}`);

Deno.test("splitPairs() makes folds of equal size, and for each control exchanges the labels of half of each fold", () => {
  const splits = [...splitPairs(KEYS, { folds: 5, seed: 1 }).values()];
  const folds = Map.groupBy(splits, ({ fold }) => fold);
  assertEquals([...folds.values()].map(({ length }) => length).sort(), [4, 4, 5, 5, 5]);
  for (const own of folds.values()) {
    for (let control = 0; control < CONTROLS; control++) {
      assertEquals(own.filter(({ swapped }) => swapped[control]).length, 2);
    }
  }
  const labellings = new Set(
    Array.from({ length: CONTROLS }, (_, i) => splits.map(({ swapped }) => swapped[i]).join()),
  );
  assertEquals(labellings.size, CONTROLS);
});

Deno.test("splitPairs() depends on the seed, and not on the order of the keys or on repeated ones", () => {
  const sorted = (keys: readonly string[], seed: number) =>
    [...splitPairs(keys, { folds: 5, seed })].sort(([a], [b]) => a < b ? -1 : 1);
  const made = sorted(KEYS, 7);
  assertEquals(sorted([...KEYS.toReversed(), "pair 3"], 7), made);
  assertNotEquals(sorted(KEYS, 8), made);
});

Deno.test("splitPairs() makes as many folds as there are pairs, if these are fewer", () => {
  const splits = splitPairs(["a", "b", "c"], { folds: 5, seed: 0 });
  assertEquals(new Set([...splits.values()].map(({ fold }) => fold)), new Set([0, 1, 2]));
});
