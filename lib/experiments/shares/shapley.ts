/** Shapley values: what each player adds to a coalition, averaged over all orders in which the players can join. */

/**
 * The Shapley values of a game (Shapley 1953). They sum to the value of all players minus that of none, players that always add the same
 * have the same value, a player that adds nothing has 0, and the values of a sum of games are the sums of their values.
 *
 * @param players The number of players.
 * @param valueOf The value of a coalition; player i is in it if bit i is set.
 * @returns One value per player.
 *
 * @example Two players, each of which is enough
 * ```ts
 * import { shapleyValues } from "negscope/experiments";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shapleyValues(2, (coalition) => coalition === 0 ? 0 : 1), [0.5, 0.5]);
 * ```
 */
export function shapleyValues(
  players: number,
  valueOf: (coalition: number) => number,
): number[] {
  const coalitions = 2 ** players;
  const values = Array.from({ length: coalitions }, (_, coalition) => valueOf(coalition));
  const shareOf = orderShares(players);
  return Array.from({ length: players }, (_, player) => {
    const bit = 1 << player;
    let sum = 0;
    for (let coalition = 0; coalition < coalitions; coalition++) {
      if ((coalition & bit) !== 0) continue;
      sum += shareOf[sizeOf(coalition)]! * (values[coalition | bit]! - values[coalition]!);
    }
    return sum;
  });
}

/** By size, the share of orders in which exactly the players of a coalition come before a given one: k! (n - k - 1)! / n!. */
function orderShares(players: number): number[] {
  const shares = [1 / players];
  for (let size = 1; size < players; size++) {
    shares.push(shares[size - 1]! * size / (players - size));
  }
  return shares;
}

/** The number of players in a coalition. */
function sizeOf(coalition: number): number {
  let size = 0;
  for (let left = coalition; left > 0; left >>= 1) size += left & 1;
  return size;
}
