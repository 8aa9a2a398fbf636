import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ColumnDraws } from "../simulation/draws.ts";
import { pearson } from "../../lib/stats/correlation.ts";
import { noiseCeiling, splitHalfReliability } from "../../lib/stats/noise_ceiling.ts";
import { randomHalves } from "../../lib/stats/random_halves.ts";

const [CELLS, PAIRS, SETS] = [60, 24, 60];

/** A map: the mean of some rows in each cell. */
function mapOf(rows: readonly (readonly number[])[]) {
  return (isCounted: (row: number) => boolean) => {
    const counted = rows.filter((_, row) => isCounted(row));
    return Array.from(
      { length: CELLS },
      (_, cell) => counted.reduce((sum, row) => sum + row[cell]!, 0) / counted.length,
    );
  };
}

Deno.test("splitHalfReliability() and noiseCeiling() give back the correlation of two true maps from that of noisy ones", () => {
  const draws = new ColumnDraws(Array.from({ length: PAIRS }, (_, row) => row), 3);
  const keys = Array.from({ length: PAIRS }, (_, row) => `${row}`);
  const [truth, noises] = [0.6, [3, 5]];
  let [r, ceiling, found] = [0, 0, 0];
  const reliabilities = [0, 0];
  for (let set = 0; set < SETS; set++) {
    const one = Array.from({ length: CELLS }, () => draws.normal());
    const other = one.map((x) => truth * x + Math.sqrt(1 - truth ** 2) * draws.normal());
    const halves = randomHalves(keys, { seed: set, divisions: 8 });
    const maps = [one, other].map((map, i) =>
      mapOf(keys.map(() => map.map((x) => x + noises[i]! * draws.normal())))
    );
    const [a, b] = maps.map((map) => splitHalfReliability(halves, map, pearson));
    const [x, y] = maps.map((map) => map(() => true));
    r += pearson(x!, y!)! / SETS;
    ceiling += noiseCeiling(a, b)! / SETS;
    found += pearson(x!, y!)! / noiseCeiling(a, b)! / SETS;
    reliabilities[0]! += a! / SETS;
    reliabilities[1]! += b! / SETS;
  }
  // A true variance of 1 beside one of noise^2 / 24 of the mean. 60 sets of 60 cells: r has an error of about .015.
  const expected = noises.map((noise) => 1 / (1 + noise ** 2 / PAIRS));
  assertAlmostEquals(reliabilities[0]!, expected[0]!, 0.03);
  assertAlmostEquals(reliabilities[1]!, expected[1]!, 0.05);
  assertAlmostEquals(ceiling, Math.sqrt(expected[0]! * expected[1]!), 0.03);
  assertAlmostEquals(r, truth * ceiling, 0.04);
  assert(r < 0.5, `${r}`); // far below the truth
  assertAlmostEquals(found, truth, 0.05);
});

Deno.test("noiseCeiling() and splitHalfReliability() are empty where a map is no more than noise, or a half has no correlation", () => {
  assertEquals(noiseCeiling(0.25, 1), 0.5);
  for (const [one, other] of [[undefined, 1], [1, undefined], [0, 1], [0.5, -0.1]]) {
    assertEquals(noiseCeiling(one, other), undefined);
  }
  const map = () => [1, 2, 3];
  assertEquals(splitHalfReliability([], map, pearson), undefined);
  assertAlmostEquals(splitHalfReliability([[true, false]], map, pearson)!, 1, 1e-15);
  assertEquals(splitHalfReliability([[true, false]], () => [1, 1, 1], pearson), undefined);
});
