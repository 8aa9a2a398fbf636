import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { SharesOfD } from "../../../lib/study/effects/means.ts";

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

Deno.test("SharesOfD divides the sum of sign(d) x effect by the sum of |d|, over the rows with an effect", () => {
  const three = new SharesOfD(new ClusterBootstrap([..."abc"], { seed: 1 }), [2, 9, -4]);
  assertEquals(three.add([3, undefined, -1]).estimate, (3 + 1) / (2 + 4));
  const positive = D.map(Math.abs);
  const effects = D.map((_, row) => row / 10);
  const { estimate, low, high } = shareOf(effects, positive);
  const ratio = bootstrap.ratio(effects, positive);
  assertEquals([estimate, low, high], [ratio.estimate, ratio.low, ratio.high]);
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
