import { assertEquals, assertNotEquals } from "@std/assert";
import {
  controlCount,
  fitLayer,
  foldCount,
  type Split,
  splitInto,
  splitPairs,
} from "../../../lib/experiments/probe/fit.ts";
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
      const own = fits.flatMap((fit) => fit?.fold === fold ? fit.control : []);
      const mean = own.reduce((sum, share) => sum + share, 0) / own.length;
      assertEquals(Math.round(mean * 1e9) / 1e9, 0.5, `fold ${fold} of ${count} pairs`);
    }
  }
});

Deno.test("splitPairs() depends on the seed, and not on the order of the keys or on repeated ones", () => {
  const sorted = (given: readonly string[], seed: number) =>
    [...splitPairs(given, { folds: 5, seed })].sort(([a], [b]) => a < b ? -1 : 1);
  const made = sorted(keys(23), 7);
  assertEquals(sorted([...keys(23).toReversed(), "pair 3"], 7), made);
  assertNotEquals(sorted(keys(23), 8), made);
});

Deno.test("foldCount() is five by default, or fewer so that each fold has two pairs", () => {
  assertEquals([4, 5, 6, 9, 10, 1000].map((pairs) => foldCount(keys(pairs))), [2, 2, 3, 4, 5, 5]);
  assertEquals([20, 2].map((folds) => foldCount(keys(40), { folds })), [20, 2]);
});

Deno.test("foldCount() refuses folds of a single pair, and says how many folds there can be", () => {
  const few = assertThrowsCode(
    () => foldCount(keys(9), { folds: 5 }),
    "rows-too-few: pairs (9) out to 5 folds",
  );
  assertEquals(few.message.includes("--folds 4"), true, few.message);
  assertThrowsCode(() => foldCount(keys(5), { folds: 3 }), "rows-too-few: at most 2 folds");
  const none = assertThrowsCode(() => foldCount(keys(3)), "rows-too-few: at least 4 distinct");
  assertEquals(none.message.includes("--folds"), false, none.message);
});

/** The folds of pairs by key, of nouns with so many pairs each. */
function ofNouns(sizes: readonly number[], options: { folds?: number; seed: number }) {
  const nouns = new Map(
    sizes.flatMap((size, noun) => keys(size).map((key) => [`${noun} ${key}`, `noun ${noun}`])),
  );
  return { nouns, splits: splitPairs(nouns.keys(), { ...options, groups: nouns }) };
}

Deno.test("splitPairs() keeps the pairs of a noun in one fold, and folds as even as nouns allow", () => {
  for (const few of [[3, 1], [1]]) {
    assertThrowsCode(() => ofNouns(few, { folds: 2, seed: 0 }), "rows-too-few: of a subject noun");
  }
  assertEquals(ofNouns([2, 2], { folds: 2, seed: 0 }).splits.size, 4);
  const sizes = [30, 9, 7, 7, 5, 4, 4, 3, 2, 2, 1, 1, 1];
  for (let seed = 0; seed < 10; seed++) {
    const { nouns, splits } = ofNouns(sizes, { seed });
    const folds = Map.groupBy(nouns.keys(), (key) => splits.get(key)!.fold);
    const nounsOf = [...folds.values()].map((keys) => new Set(keys.map((key) => nouns.get(key)!)));
    assertEquals(nounsOf.reduce((sum, { size }) => sum + size, 0), sizes.length); // no noun on both sides
    assertEquals([...folds.values()].map(({ length }) => length).sort(), [11, 11, 12, 12, 30]);
    for (const keys of folds.values()) {
      const ofNoun = Map.groupBy(keys, (key) => nouns.get(key)!);
      for (let control = 0; control < 10; control++) {
        const swapped = [...ofNoun.values()].map((own) =>
          new Set(own.map((key) => splits.get(key)!.swapped[control]))
        );
        assertEquals(swapped.map(({ size }) => size), swapped.map(() => 1)); // a noun as a whole
        const exchanged = swapped.filter((own) => own.has(true)).length;
        assertEquals(Math.abs(2 * exchanged - swapped.length), swapped.length % 2);
      }
    }
  }
});

Deno.test("splitInto() has the given folds, with labels exchanged in half of each, and leaves pairs without a fold to all training parts", () => {
  const foldOf = new Map(keys(24).map((key) => [key, [0, 0, 1, -1][Number(key.slice(5)) % 4]!]));
  const splits = splitInto(foldOf, 3);
  for (const [key, { fold }] of splits) assertEquals(fold, foldOf.get(key));
  for (const fold of [0, 1, -1]) {
    const own = [...splits.values()].filter((split) => split.fold === fold);
    for (let control = 0; control < 10; control++) assertEquals(excess(own, control), 0);
  }
  const pairs = keys(24).map(() => ({ negated: [1, 3], affirmative: [-1, 3] }));
  const fits = finish(fitLayer(pairs, keys(24).map((key) => splits.get(key)!)));
  assertEquals(
    fits.map((fit) => fit?.fold),
    keys(24).map((key) => [0, 1].find((fold) => fold === foldOf.get(key))),
  );
});
