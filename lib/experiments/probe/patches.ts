/** Patched runs at the end token: along a direction that was fitted to other pairs, and of the whole vector. */

import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { add, type ChangedRun, edit } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { innerProduct } from "../../stats/columns.ts";
import { type GroupResult, inParts } from "../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { siteHook } from "../trace/cells.ts";
import type { Directions } from "./fit.ts";
import type { EndResiduals } from "./residuals.ts";

const PAIRS_AT_ONCE = 32;

export const ALONG = ["means", "probe"] as const;

/** The affirmative runs with h + w w·(negated - affirmative) in place of h, in the order layer, direction w. */
export function alongRuns(
  { affirmative: { pooled: position } }: AlignedPair,
  residuals: EndResiduals,
  directions: readonly Directions[],
): ChangedRun[] {
  return residuals.negated.flatMap((negated, block) =>
    ALONG.map((name): ChangedRun => {
      const direction = directions[block]![name];
      const length = innerProduct(direction, negated) -
        innerProduct(direction, residuals.affirmative[block]!);
      const added = direction.map((x) => x * length);
      return {
        of: "affirmative",
        changes: [add(siteHook("resid", block + 1), added, { position })],
      };
    })
  );
}

/** The affirmative runs with the negated run's vector in each block but the last, where the run is the negated one, whose score is known. */
export function fullRuns(
  { affirmative: { pooled } }: AlignedPair,
  { negated }: EndResiduals,
): ChangedRun[] {
  return negated.slice(0, -1).map((vector, block): ChangedRun => ({
    of: "affirmative",
    changes: [
      edit(siteHook("resid", block + 1), (value) => value.row(0).row(pooled).data.set(vector)),
    ],
  }));
}

/** Runs changes of the affirmative sentences of some pairs. */
export function runPatches(
  text: TextTower,
  pairs: readonly AlignedPair[],
  runsOf: (pair: AlignedPair) => ChangedRun[],
): AsyncIterable<GroupResult[]> {
  return inParts(pairs, PAIRS_AT_ONCE, (part) => {
    const groups = part.map((pair): RunGroup => (
      { sentences: { affirmative: pair.affirmative }, runs: runsOf(pair) }
    ));
    return runChanges(text, groups);
  });
}
