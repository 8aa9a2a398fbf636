/** The runs of all coalitions: the affirmative sentence, patched at the positions of each. */

import type { RunGroup } from "../../engine/changes/run_group.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import { pairGroups } from "../nodes/pair_groups.ts";
import { siteHook } from "../trace/cells.ts";
import { coalitionsOf, isIn, playersOf, type PlayingPair } from "./players.ts";

/** The hook points of the residual streams that are patched: those after every block but the last. */
export function patchedHooks(layers: number): string[] {
  return Array.from({ length: layers - 1 }, (_, i) => siteHook("resid", i + 1));
}

/**
 * The runs of every coalition at every layer between the first and the last.
 *
 * @returns For each pair its runs in the order layer, coalition.
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
