/** The runs of many pairs. */

import type { RunGroup } from "../../engine/changes/run_group.ts";
import type { ChangedRun } from "../../hooks/interventions.ts";
import type { GroupResult } from "../../study/rows/once_per_group.ts";
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

/** Runs a few pairs at a time, and gives all results of a pair together, so that an interrupted run loses no more than these. */
export async function* inParts(
  pairs: readonly AlignedPair[],
  size: number,
  run: (part: readonly AlignedPair[]) => AsyncIterable<readonly GroupResult[]>,
): AsyncGenerator<GroupResult[]> {
  for (let first = 0; first < pairs.length; first += size) {
    const part = pairs.slice(first, first + size);
    const ofPairs = part.map((): GroupResult[] => []);
    for await (const results of run(part)) {
      for (const result of results) {
        ofPairs[result.index]!.push({ ...result, index: first + result.index });
      }
    }
    yield* ofPairs;
  }
}

/** The results of runs that come after so many others of the same pair. */
export async function* placedFrom(
  first: number,
  runs: AsyncIterable<readonly GroupResult[]>,
): AsyncGenerator<GroupResult[]> {
  for await (const results of runs) {
    yield results.map((result) => ({ ...result, place: first + result.place }));
  }
}
