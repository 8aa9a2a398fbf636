/** The players among whom d is shared: the roles of a sentence from the negator on. */

import type { Role } from "../../data/roles.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";

/** The parts of a pair that decide its players. */
export type PlayingPair = Pick<AlignedPair, "negated" | "affirmative" | "negator" | "roles">;

/** The players of a pair. */
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

/** Whether a player is in a coalition. */
export function isIn(coalition: number, player: number): boolean {
  return (coalition >> player & 1) === 1;
}
