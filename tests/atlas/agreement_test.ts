import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { agreementOf, type SideOfMethod } from "../../lib/atlas/agreement.ts";
import { seededRandom } from "../../lib/stats/random.ts";

const ROWS = 40;
const D = Array.from({ length: ROWS }, (_, row) => row % 3 === 0 ? -2 : 4);
const SIDE = {
  negation: "foil" as const,
  d: D,
  clusters: D.map((_, row) => `${Math.floor(row / 2)}`),
};

/** A method whose parts have given shares of d in every row, but for noise. */
function method(
  name: SideOfMethod["method"],
  shares: readonly number[],
  { noise = 0, isMean = false, seed = 1 } = {},
): SideOfMethod {
  const random = seededRandom(seed);
  const values = new Map(shares.map((share, i) => [
    `head 1.${i + 1}`,
    D.map((d) => (isMean ? share : share * d) + noise * (random.below(2001) / 1000 - 1)),
  ]));
  return { method: name, values, isMean };
}

Deno.test("agreementOf() is Spearman's rho of the sizes of shares, with ties and signs", () => {
  const first = method("ablate", [0.1, -0.2, 0.3, 0.4, 0, 0.0004]); // ranks 3 4 5 6 1.5 1.5
  const second = method("total", [0.2, 0.1, -0.5, 0.6, 0.0001, 0]); // ranks 4 3 5 6 1.5 1.5
  const [row, ...rest] = agreementOf([first, second], SIDE, 0);
  assertEquals(rest, []);
  // The ranks less their mean 3.5: the sum of their products is 16, that of the squares 17 in both.
  assertAlmostEquals(row!.rho!, 16 / 17, 1e-12);
  assertEquals([row!.first, row!.second, row!.parts], ["ablate", "total", 6]);
  for (const value of [row!.samples_low, row!.samples_high]) { // every sample has the same shares
    assertAlmostEquals(value!, 16 / 17, 1e-12);
  }
  for (const value of [row!.ceiling, row!.first_reliability, row!.second_reliability]) {
    assertAlmostEquals(value!, 1, 1e-12);
  }
});

Deno.test("agreementOf() orders heads by what attention they pay, not by its size", () => {
  const attend = method("attend", [-0.9, 0.1, 0.5], { isMean: true });
  const [same] = agreementOf([attend, method("knockout", [0, 0.1, 0.5])], SIDE, 0);
  assertAlmostEquals(same!.rho!, 1, 1e-12);
  const [opposite] = agreementOf([attend, method("knockout", [0.9, 0.5, 0.1])], SIDE, 0);
  assertAlmostEquals(opposite!.rho!, -1, 1e-12);
});

Deno.test("agreementOf() has a ceiling that noise lowers, and none where a method only has noise", () => {
  const shares = Array.from({ length: 30 }, (_, i) => i / 30);
  const exact = method("ablate", shares);
  const noisy = method("total", shares, { noise: 6, seed: 2 });
  const [row] = agreementOf([exact, noisy], SIDE, 0);
  assertAlmostEquals(row!.first_reliability!, 1, 1e-12);
  assert(row!.second_reliability! < 0.97 && row!.second_reliability! > 0.5, "noise");
  assertAlmostEquals(row!.ceiling!, Math.sqrt(row!.second_reliability!), 1e-12);
  assert(Math.abs(row!.rho! - row!.ceiling!) < 0.1, "the true order is the same");
  assert(row!.samples_low! < row!.rho!);
  const [none] = agreementOf([exact, method("total", shares.map(() => 0))], SIDE, 0);
  assertEquals([none!.rho, none!.samples_low, none!.ceiling], [undefined, undefined, undefined]);
});

Deno.test("agreementOf() compares the parts that both methods measure, and gives no samples for few clusters", () => {
  const heads = method("attend", [0.1, 0.2, 0.3], { isMean: true });
  const all = method("total", [0.1, 0.2, 0.3, 9]);
  const few = { ...SIDE, clusters: D.map((_, row) => `${row % 4}`) };
  const [row] = agreementOf([heads, all], few, 0);
  assertEquals([row!.parts, row!.samples_low, row!.samples_high], [3, undefined, undefined]);
  assertAlmostEquals(row!.rho!, 1, 1e-12);
});
