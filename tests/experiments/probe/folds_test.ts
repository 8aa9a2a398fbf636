import { assertEquals, assertNotEquals } from "@std/assert";
import { fitLayer } from "../../../lib/experiments/probe/fit.ts";
import {
  controlCount,
  foldCount,
  type Split,
  splitPairs,
} from "../../../lib/experiments/probe/folds.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { assertThrowsCode } from "../../error_codes.ts";

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `pair ${i}`);
}

/** How many more pairs have exchanged labels than true ones. */
function excess(splits: readonly Split[], control: number): number {
  return splits.reduce((sum, { swapped }) => sum + (swapped[control] ? 1 : -1), 0);
}

Deno.test("splitPairs() makes folds whose sizes differ by two at most, with one pair alone if their number is odd", () => {
  const sizes = (count: number, folds: number) => {
    const splits = [...splitPairs(keys(count), { folds, seed: 1 }).values()];
    return [...Map.groupBy(splits, ({ fold }) => fold)].map(([, { length }]) => length).sort();
  };
  assertEquals(sizes(23, 5), [4, 4, 4, 5, 6]);
  assertEquals(sizes(9, 3), [2, 3, 4]);
  assertEquals(sizes(10, 5), [2, 2, 2, 2, 2]);
});

Deno.test("splitPairs() exchanges the labels of half of each fold and of half of each training part, to a pair if their size is odd", () => {
  for (const [count, folds] of [[4, 2], [9, 3], [15, 5], [18, 3], [23, 5], [30, 4]] as const) {
    const splits = [...splitPairs(keys(count), { folds, seed: count }).values()];
    for (let fold = 0; fold < folds; fold++) {
      const parts = [
        splits.filter((own) => own.fold === fold),
        splits.filter((own) => own.fold !== fold),
      ];
      for (const part of parts) {
        for (let control = 0; control < controlCount(count); control++) {
          assertEquals(Math.abs(excess(part, control)), part.length % 2, `${count} / ${folds}`);
        }
      }
    }
  }
});

/** The labellings of all controls, each as the pairs that have the labels of the first one. */
function labellings(splits: readonly Split[]): string[] {
  return splits[0]!.swapped.map((first, control) =>
    splits.map(({ swapped }) => swapped[control] === first ? "=" : "!").join("")
  );
}

Deno.test("splitPairs() makes no control twice, nor with its complement, and all that there are if they are fewer than ten", () => {
  const expected = [[4, 2], [5, 4], [6, 4], [7, 8], [8, 8], [9, 10], [10, 10], [12, 10], [40, 10]];
  for (const [count, controls] of expected) {
    assertEquals(controlCount(count!), controls);
    for (let seed = 0; seed < 20; seed++) {
      const made = labellings([...splitPairs(keys(count!), { seed }).values()]);
      assertEquals([made.length, new Set(made).size], [controls, controls], `${count} / ${seed}`);
    }
  }
});

Deno.test("splitPairs() draws each of the labellings equally often", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 400; seed++) {
    const splits = splitPairs(keys(10), { seed });
    for (const each of labellings([...splits.values()])) {
      counts.set(each, (counts.get(each) ?? 0) + 1);
    }
  }
  assertEquals(counts.size, 16);
  // 10 of 16 in each of 400 draws: 250 times with a standard deviation of 9.7; four of these
  for (const [each, times] of counts) assertEquals(Math.abs(times - 250) < 39, true, each);
});

Deno.test("splitPairs() gives controls of 0.5 even where all pairs are alike, so that any majority would be learnt", () => {
  for (const [count, folds] of [[9, 3], [12, 3], [15, 5], [23, 5]] as const) {
    const splits = [...splitPairs(keys(count), { folds, seed: 0 }).values()];
    const pairs = splits.map(() => ({ negated: [1, 3], affirmative: [-1, 3] }));
    const fits = finish(fitLayer(pairs, splits));
    for (let fold = 0; fold < folds; fold++) {
      const own = fits.filter((fit) => fit.fold === fold).flatMap(({ control }) => control);
      const mean = own.reduce((sum, share) => sum + share, 0) / own.length;
      assertEquals(Math.round(mean * 1e9) / 1e9, 0.5, `fold ${fold} of ${count} pairs`);
    }
  }
});

Deno.test("splitPairs() leaves it to chance which labels of the pair that is alone are exchanged", () => {
  const alone = Array.from({ length: 40 }, (_, seed) => {
    const splits = [...splitPairs(keys(9), { folds: 3, seed }).values()];
    return excess(splits, 0);
  });
  const swapped = alone.filter((sum) => sum === 1).length;
  assertEquals(alone.filter((sum) => sum === -1).length, 40 - swapped);
  assertEquals(swapped > 8 && swapped < 32, true, `${swapped} of 40`); // beyond these 1 in 5,000 of fair draws
});

Deno.test("splitPairs() depends on the seed, and not on the order of the keys or on repeated ones", () => {
  const sorted = (given: readonly string[], seed: number) =>
    [...splitPairs(given, { folds: 5, seed })].sort(([a], [b]) => a < b ? -1 : 1);
  const made = sorted(keys(23), 7);
  assertEquals(sorted([...keys(23).toReversed(), "pair 3"], 7), made);
  assertNotEquals(sorted(keys(23), 8), made);
});

Deno.test("foldCount() is five by default, or fewer so that each fold has two pairs", () => {
  assertEquals([4, 5, 6, 9, 10, 1000].map((pairs) => foldCount(pairs)), [2, 2, 3, 4, 5, 5]);
  assertEquals([foldCount(40, 20), foldCount(40, 2)], [20, 2]);
});

Deno.test("foldCount() refuses folds of a single pair, and says how many folds there can be", () => {
  const few = assertThrowsCode(() => foldCount(9, 5), "rows-too-few", "pairs (9) out to 5 folds");
  assertEquals(few.message.includes("--folds 4"), true, few.message);
  const none = assertThrowsCode(() => foldCount(3), "rows-too-few", "at least 4 distinct");
  assertEquals(none.message.includes("--folds"), false, none.message);
  assertThrowsCode(
    () => splitPairs(keys(1), { seed: 0 }),
    "rows-too-few",
    "pairs (1) out to 2 folds",
  );
});
