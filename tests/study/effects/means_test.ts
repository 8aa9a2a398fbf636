import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import {
  meanDifference,
  meanEffect,
  meanOver,
  SharesOfD,
} from "../../../lib/study/effects/means.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { effectOnD, lostOfD, residualsDiffer, signOf } from "../../../lib/study/effects/noise.ts";

Deno.test("meanEffect() counts effects as 0 if none is larger than the rounding of S", () => {
  const bootstrap = new ClusterBootstrap([..."abcdefghijkl"], { seed: 0 });
  const twice = (effects: readonly number[]) => meanEffect(bootstrap, [...effects, ...effects]);
  const idle = twice([-4e-7, -6e-7, -2e-7, -4e-7, -5e-7, -1e-4]);
  assertEquals(idle, { estimate: 0, low: 0, high: 0 });
  assert(twice([-4e-4, -6e-4, -2e-4, -4e-4, -5e-4, -1e-4]).high! < 0);
  assert(twice([0, 0, 0, 0, 0, 1.1e-4]).estimate! > 0);
});

const LINES = Array.from({ length: 24 }, (_, i) => ({
  id: `row_${i}`,
  layer: 1 + i % 2,
  effect: i === 3 ? undefined : (i * 7) % 5,
}));

Deno.test("meanOver() averages the rows of each group that have a value, in the order of the rows", () => {
  const { name, columns, rows: means } = meanOver(LINES, { by: ["layer"], of: "effect" });
  assertEquals([name, columns], ["mean_effect", ["layer", "n", "mean", "low", "high"]]);
  assertEquals(means.map(({ layer, n }) => [layer, n]), [[1, 12], [2, 11]]);
  const seeded = [0, 1].map((seed) => meanOver(LINES, { by: ["layer"], of: "effect", seed }).rows);
  assertEquals(seeded[0], means);
  assertNotEquals(seeded[1], means);
  const first = LINES.filter(({ layer }) => layer === 1).map(({ effect }) => effect!);
  assertAlmostEquals(means[0]!.mean!, first.reduce((sum, x) => sum + x) / 12, 1e-12);
  for (const { mean, low, high } of means) {
    assertEquals([low! < mean!, mean! < high!], [true, true]);
  }
});

Deno.test("meanOver() has a row without a mean for a group without values, and tells the nearest of columns that no row has", () => {
  const empty = [{ layer: 1, effect: undefined as number | undefined }];
  assertEquals(meanOver(empty, { by: ["layer"], of: "effect" }).rows, [
    { layer: 1, n: 0, mean: undefined, low: undefined, high: undefined },
  ]);
  assertEquals(meanOver(LINES.slice(0, 0), { by: ["layer"], of: "effect" }).rows, []);
  const says = 'Cannot find column "efect": the nearest are "effect", "id", "layer"';
  for (const [by, of] of [["efect", "effect"], ["layer", "efect"]]) {
    const mean = () => meanOver(LINES, { by: [by as "layer"], of: of as "effect" });
    assertThrowsCode(mean, "name-unknown", says);
  }
});

Deno.test("meanOver() keeps rows together that share an id or a sentence pair", () => {
  const twice = [...LINES, ...LINES.map((row) => ({ ...row, id: `${row.id}_again` }))];
  const pairs = twice.map(({ id }): Pair => {
    const noun = `thing ${id.replace("_again", "")}`;
    const caption = `There is no ${noun}.`;
    return { id, image: "", negation: "caption", caption, foil: `There is a ${noun}.` } as Pair;
  });
  const interval = (own: typeof LINES, options: { pairs?: readonly Pair[] } = {}) => {
    const { low, high } = meanOver(own, { by: [], of: "effect", ...options }).rows[0]!;
    return [low!, high!];
  };
  const once = interval(LINES);
  const doubled = interval(twice, { pairs }); // no new information
  doubled.forEach((bound, i) => assertAlmostEquals(bound, once[i]!, 1e-12));
  const apart = interval(twice);
  assertEquals(apart[1]! - apart[0]! < once[1]! - once[0]!, true);
  const sameIds = interval([...LINES, ...LINES]);
  sameIds.forEach((bound, i) => assertAlmostEquals(bound, once[i]!, 1e-12));
});

const random = seededRandom(7);
const D = Array.from({ length: 40 }, () => random.below(1000) / 100 - 5);
const bootstrap = new ClusterBootstrap(D.map((_, row) => `${Math.floor(row / 2)}`), { seed: 1 });

function shareOf(effects: readonly (number | undefined)[], d = D) {
  return new SharesOfD(bootstrap, d).add(effects);
}

Deno.test("SharesOfD gives 1 to a part that brings about d in every row, though half of the rows are wrong", () => {
  assert(D.some((d) => d > 1) && D.some((d) => d < -1));
  const { estimate, low, high } = shareOf(D);
  for (const value of [estimate, low, high]) assertAlmostEquals(value!, 1, 1e-12);
  assertAlmostEquals(shareOf(D.map((d) => -d / 4)).estimate!, -0.25, 1e-12);
});

Deno.test("SharesOfD takes effects within the rounding error of S for 0, and gives no share of a d within it", () => {
  const { estimate, low, high } = shareOf(D.map((_, row) => row % 3 === 0 ? 1e-4 : -9e-5));
  assertEquals([estimate, low, high], [0, 0, 0]);
  assert(shareOf(D.map(() => 1.1e-4)).estimate !== 0);
  assertEquals(shareOf(D, D.map(() => 1e-4)).estimate, undefined);
  for (const rounding of [2e-6, -2e-6]) { // its sign says nothing: such a row counts in neither sum
    const d = D.map((_, row) => row % 2 === 0 ? rounding : 3);
    assertAlmostEquals(shareOf(d.map((own) => own === 3 ? 3 : 5), d).estimate!, 1, 1e-12);
  }
});

Deno.test("SharesOfD widens intervals to hold for all effects at once", () => {
  const shares = new SharesOfD(bootstrap, D);
  const noises = Array.from({ length: 30 }, () => D.map(() => random.below(200) / 100 - 1));
  const added = noises.map((effects) => shares.add(effects));
  for (const own of added) {
    const { estimate, low, high } = own.simultaneous();
    assertEquals(estimate, own.estimate);
    assert(low! < own.low! && high! > own.high!);
  }
  const alone = shareOf(noises[0]!);
  const { low, high } = alone.simultaneous();
  assert(high! - low! < added[0]!.simultaneous().high! - added[0]!.simultaneous().low!);
});

Deno.test("residualsDiffer() is true of vectors that differ by more than float32 rounding of their length", () => {
  const other = Float32Array.of(30, -40, 0);
  const moved = (change: number) => Float32Array.of(30, -40, change);
  assertEquals(residualsDiffer(moved(5.1e-4), other), true); // 1e-5 of 50 is 5e-4
  assertEquals(residualsDiffer(moved(4.9e-4), other), false);
  assertEquals(residualsDiffer(new Float32Array(3), new Float32Array(3)), false);
});

Deno.test("effectOnD() and lostOfD() count a changed score with the sign of the negated one in d", () => {
  const scores = { s_caption: 20, s_foil: 17 }; // d = 3
  const caption = { ...scores, negation: "caption" } as const;
  const foil = { ...scores, negation: "foil" } as const;
  assertEquals([17, 18, 20].map((changed) => effectOnD(caption, changed)), [0, 1, 3]);
  assertEquals([20, 19, 17].map((changed) => effectOnD(foil, changed)), [0, 1, 3]);
  assertEquals([20, 19, 17].map((changed) => lostOfD(caption, changed)), [0, 1, 3]);
  assertEquals([17, 18, 20].map((changed) => lostOfD(foil, changed)), [0, 1, 3]);
  for (const { negation } of [caption, foil]) {
    const [negated, affirmative] = negation === "caption" ? [20, 17] : [17, 20];
    assertEquals(signOf(negation) * (negated - affirmative), 3);
  }
});

Deno.test("meanDifference() is the mean of negated minus affirmative, of every component", () => {
  assertEquals(
    [...meanDifference([
      { negated: [4, 1, 0], affirmative: [1, 1, 2] },
      { negated: [3, 0, 0], affirmative: [2, 4, 0] },
    ])],
    [2, -2, -1],
  );
});
