import { assertAlmostEquals, assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/stats/random.ts";
import { LargestDeviations } from "../../lib/stats/simultaneous.ts";

/** About normal: the sum of 12 uniform numbers less 6. */
function normals(n: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const uniform = () => random.below(2 ** 30) / 2 ** 30;
  return Float64Array.from({ length: n }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  });
}

Deno.test("LargestDeviations reaches as far as the largest of independent normal deviations does", () => {
  const samples = 4000;
  for (const [cells, reach] of [[1, 1.960], [24, 3.070]] as const) { // SciPy: norm.ppf((1 + .95 ** (1 / cells)) / 2)
    const deviations = new LargestDeviations(samples);
    for (let cell = 0; cell < cells; cell++) {
      const own = normals(samples, cell + 1).map((value) => 5 + 3 * value);
      assertAlmostEquals(deviations.add(5, own), 3, 0.12);
    }
    assertAlmostEquals(deviations.reach(1e6), reach, 0.1);
  }
});

Deno.test("LargestDeviations counts cells that deviate together only once, and constant ones not at all", () => {
  const samples = normals(1000, 1);
  const [one, many] = [new LargestDeviations(1000), new LargestDeviations(1000)];
  one.add(0, samples);
  for (const scale of [1, -2, 1e-9]) many.add(0, samples.map((value) => value * scale));
  assertEquals(many.add(1, new Float64Array(1000).fill(1)), 0);
  assertAlmostEquals(many.reach(20), one.reach(20), 1e-9);
});

Deno.test("LargestDeviations leaves out samples without the statistic", () => {
  const samples = normals(1000, 1);
  const some = samples.map((value, i) => i % 2 === 0 ? value : NaN);
  const deviations = new LargestDeviations(1000);
  assertAlmostEquals(deviations.add(0, some), 1, 0.1);
  assertEquals(Number.isFinite(deviations.reach(20)), true);
});

Deno.test("LargestDeviations reaches as far as Student's t of few clusters where the normal distribution would", () => {
  const deviations = new LargestDeviations(4000);
  deviations.add(0, normals(4000, 1));
  // SciPy: t.ppf(.975, 17) sqrt(18 / 17) is 2.171 where the normal quantile is 1.960; the samples' own quantile varies by 3 %.
  assertAlmostEquals(deviations.reach(18) / deviations.reach(1e9), 2.171 / 1.96, 0.01);
  assertAlmostEquals(deviations.reach(18), 2.171, 0.1);
});
