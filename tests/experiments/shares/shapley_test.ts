import { assertAlmostEquals, assertEquals } from "@std/assert";
import { shapleyValues } from "../../../lib/experiments/shares/index.ts";
import { seededRandom } from "../../../lib/stats/random.ts";

/** Sums of at most 16 differences in float64. */
const ROUNDING = 1e-12;

function assertShares(found: readonly number[], expected: readonly number[]): void {
  assertEquals(found.length, expected.length);
  found.forEach((value, i) => assertAlmostEquals(value, expected[i]!, ROUNDING));
}

/** A game with reproducible values; the empty coalition has 0. */
function randomGame(players: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 2 ** players }, (_, i) => i === 0 ? 0 : random.below(1000) / 100);
}

function ordersOf(players: readonly number[]): number[][] {
  if (players.length === 0) return [[]];
  return players.flatMap((first) =>
    ordersOf(players.filter((other) => other !== first)).map((rest) => [first, ...rest])
  );
}

Deno.test("shapleyValues() gives the published values of the glove game, the airport game and a weighted vote", () => {
  const has = (coalition: number, player: number) => (coalition >> player & 1) === 1;
  // One left glove, two right ones; a pair is worth 1.
  const gloves = (own: number) => Number(has(own, 0) && (has(own, 1) || has(own, 2)));
  assertShares(shapleyValues(3, gloves), [2 / 3, 1 / 6, 1 / 6]);
  // A runway costs what its largest user needs: 1, 2 or 3 (Littlechild and Owen 1973).
  const costs = [1, 2, 3];
  const runway = (own: number) => Math.max(0, ...costs.filter((_, player) => has(own, player)));
  assertShares(shapleyValues(3, runway), [1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 1]);
  // Votes 2, 1, 1, 1 with a majority of 3 (Shapley and Shubik 1954): the large voter decides in half of all orders.
  const votes = [2, 1, 1, 1];
  const passes = (own: number) =>
    Number(votes.reduce((sum, vote, player) => sum + (has(own, player) ? vote : 0), 0) >= 3);
  assertShares(shapleyValues(4, passes), [1 / 2, 1 / 6, 1 / 6, 1 / 6]);
});

Deno.test("shapleyValues() is the mean over all orders of what a player adds to those before it", () => {
  for (const players of [2, 3, 4, 5]) {
    const game = randomGame(players, players);
    const orders = ordersOf([...Array(players).keys()]);
    const expected = new Array<number>(players).fill(0);
    for (const order of orders) {
      let coalition = 0;
      for (const player of order) {
        const joined = coalition | 1 << player;
        expected[player]! += (game[joined]! - game[coalition]!) / orders.length;
        coalition = joined;
      }
    }
    assertShares(shapleyValues(players, (coalition) => game[coalition]!), expected);
  }
});
