/** Shapley shares of d: what each role of the sentence holds of it, layer by layer. */

import type { Role } from "../../data/align.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { signOf } from "../../study/effects/noise.ts";
import { oncePerPair, type PairedRuns } from "../../study/rows/once_per_group.ts";
import type { EvaluateRow, ScoredPair } from "../../study/rows/score_rows.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { pairGroups } from "../nodes/pair_runs.ts";
import { siteHook } from "../trace/trace.ts";

/**
 * The Shapley values of a game (Shapley 1953). They sum to the value of all players minus that of none, players that always add the same
 * have the same value, a player that adds nothing has 0, and the values of a sum of games are the sums of their values.
 *
 * @param players The number of players.
 * @param valueOf The value of a coalition; player i is in it if bit i is set.
 * @returns One value per player.
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

function sizeOf(coalition: number): number {
  let size = 0;
  for (let left = coalition; left > 0; left >>= 1) size += left & 1;
  return size;
}

/** What is measured for a row; JSON keeps it unchanged. */
export interface MeasuredShares {
  /** The roles among which d is shared, in the order of the sentence. */
  readonly roles: readonly Role[];
  /** Their shares in logits, layer by layer from 0, in the order of the roles; those of a layer sum to d. */
  readonly shares: readonly number[];
}

/**
 * Measures the shares of every row at every layer. Each distinct sentence pair runs once. What the method fixes is exact: the embeddings'
 * share is all the negator's, and that after the last block all the end token's. Kept of a row is S of its coalitions' runs, in the order
 * layer, coalition.
 */
export async function measureShares(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, kept, progress }: Pick<PairedRuns, "images" | "kept" | "progress">,
): Promise<MeasuredShares[]> {
  const { layers } = text.tower.shape;
  await text.tower.prepare(patchedHooks(layers));
  const scored = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => (layers - 1) * coalitionsOf(playersOf(pair)).length,
    run: (pairs) => runChanges(text, coalitionGroups(pairs, layers)),
  });
  return rows.map(({ scores, aligned }, row) => {
    const { roles } = playersOf(aligned);
    return { roles, shares: sharesOf(scores, scored[row]!, { players: roles.length, layers }) };
  });
}

function sharesOf(
  { negation, s_caption, s_foil, d }: EvaluateRow,
  scored: readonly number[],
  { players, layers }: { readonly players: number; readonly layers: number },
): number[] {
  const sign = signOf(negation);
  const [negated, affirmative] = sign === 1 ? [s_caption, s_foil] : [s_foil, s_caption];
  const all = 2 ** players - 1;
  const only = (owner: number) =>
    Array.from({ length: players }, (_, player) => player === owner ? d : 0);
  const between = Array.from(
    { length: layers - 1 },
    (_, i) =>
      shapleyValues(players, (coalition) => {
        if (coalition === 0) return affirmative;
        return coalition === all ? negated : scored[i * (all - 1) + coalition - 1]!;
      }).map((value) => sign * value + 0),
  ); // + 0: JSON does not keep -0
  return [only(0), ...between, only(players - 1)].flat();
}

/**
 * Finds the players of a minimal pair, by their roles in the order of the sentence, and the player of each position from the negator on.
 * Positions before it are equal in both runs, so that they belong to none.
 */
export function playersOf({ roles, negator }: Pick<AlignedPair, "roles" | "negator">) {
  const later = roles.slice(negator);
  const players = [...new Set(later)];
  return { roles: players, of: later.map((role) => players.indexOf(role)) };
}

/** The coalitions that need a run, at a layer between the first and the last: all but the empty one and that of all players. */
function coalitionsOf({ roles }: Pick<AlignedPair, "roles">): number[] {
  return Array.from({ length: 2 ** roles.length - 2 }, (_, i) => i + 1);
}

function isIn(coalition: number, player: number): boolean {
  return (coalition >> player & 1) === 1;
}

/** The hook points of the residual streams that are patched: those after every block but the last. */
export function patchedHooks(layers: number): string[] {
  return Array.from({ length: layers - 1 }, (_, i) => siteHook("resid", i + 1));
}

/**
 * The runs of every coalition at every layer between the first and the last. Returns for each pair its runs in the order layer, coalition.
 */
export function coalitionGroups(pairs: readonly AlignedPair[], layers: number): RunGroup[] {
  return pairGroups(
    pairs,
    (pair) => {
      const players = playersOf(pair);
      const positionsOf = (coalition: number) =>
        players.of.flatMap((player, i) => isIn(coalition, player) ? [pair.negator + i] : []);
      return patchedHooks(layers).flatMap((hook) =>
        coalitionsOf(players).map((coalition): ChangedRun => ({
          of: "affirmative",
          changes: [patch(hook, { position: positionsOf(coalition), from: "negated" })],
        }))
      );
    },
    (pair) => `${pair.negator} ${playersOf(pair).of}`,
  );
}
