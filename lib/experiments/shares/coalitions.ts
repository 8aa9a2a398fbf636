/** The players among whom d is shared, the roles of a sentence from the negator on, and the runs of all their coalitions. */

import type { Role } from "../../data/roles.ts";
import type { RunGroup } from "../../engine/changes/run_group.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { pairGroups } from "../nodes/pair_groups.ts";
import { siteHook } from "../trace/cells.ts";

export type PlayingPair = Pick<AlignedPair, "negated" | "affirmative" | "negator" | "roles">;

export interface Players {
  /** Their roles in the order of the sentence: the negator's first, that of the end token last. */
  readonly roles: readonly Role[];
  /** The player of each position from the negator on. */
  readonly of: readonly number[];
}

/** Finds the players of a minimal pair. Positions before the negator are equal in both runs, so that they belong to none. */
export function playersOf({ roles, negator }: Pick<PlayingPair, "roles" | "negator">): Players {
  const later = roles.slice(negator);
  const players = [...new Set(later)];
  return { roles: players, of: later.map((role) => players.indexOf(role)) };
}

/** The coalitions that need a run, at a layer between the first and the last: all but the empty one and that of all players. */
export function coalitionsOf({ roles }: Pick<Players, "roles">): number[] {
  return Array.from({ length: 2 ** roles.length - 2 }, (_, i) => i + 1);
}

export function isIn(coalition: number, player: number): boolean {
  return (coalition >> player & 1) === 1;
}

/** The hook points of the residual streams that are patched: those after every block but the last. */
export function patchedHooks(layers: number): string[] {
  return Array.from({ length: layers - 1 }, (_, i) => siteHook("resid", i + 1));
}

/**
 * The runs of every coalition at every layer between the first and the last. Returns for each pair its runs in the order layer, coalition.
 */
export function coalitionGroups(pairs: readonly PlayingPair[], layers: number): RunGroup[] {
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
