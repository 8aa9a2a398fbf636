/** The runs of many pairs. */

import type { RunGroup } from "../../engine/changes/run_group.ts";
import type { ChangedRun } from "../../hooks/interventions.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";

/** Groups of runs, one for each pair. Pairs with one key share a list of runs, which is then planned once. */
export function pairGroups<Pair extends Pick<AlignedPair, "negated" | "affirmative">>(
  pairs: readonly Pair[],
  runsOf: (pair: Pair) => readonly ChangedRun[],
  keyOf: (pair: Pair) => string | number = () => "",
): RunGroup[] {
  const known = new Map<string | number, readonly ChangedRun[]>();
  return pairs.map((pair) => {
    const { negated, affirmative } = pair;
    const key = keyOf(pair);
    const runs = known.get(key) ?? runsOf(pair);
    known.set(key, runs);
    return { sentences: { negated, affirmative }, runs };
  });
}
