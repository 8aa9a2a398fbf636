/** The shortest beginning of a ranking that is faithful enough. */

import type { Phase } from "../../../study/experiment/experiment.ts";
import { mostDeviation } from "../faithfulness.ts";
import { beginning, type Ranking } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";

export interface Beginning {
  readonly ranking: Ranking;
  /** The number of its first nodes. */
  readonly size: number;
}

/** What is enough, and where scores are kept. */
export interface ShortestOptions {
  readonly half: number;
  /** The faithfulness that is enough; as much above 1 is enough too. */
  readonly bound: number;
  /** Where the scores of each part are kept. */
  readonly keptOf: Phase["keptOf"];
}

/** The sizes of beginnings that are run at once. */
const SIZES_AT_ONCE = 8;

/**
 * Finds the shortest beginning of a ranking that is enough: the faithfulness of all rows and of each side lies within the bounds. All
 * shorter ones are run; of two as short the one with the smaller deviation counts. If no beginning is enough, it is the one with the
 * least deviation; of several the shortest.
 */
export async function shortest(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { half, bound, keptOf }: ShortestOptions,
): Promise<Beginning> {
  const enough = mostDeviation(bound, runs.rounding);
  let nearest: Beginning = { ranking: rankings[0]!, size: 1 };
  let least = Infinity;
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const sizes = Array.from(
      { length: Math.min(SIZES_AT_ONCE, half - first + 1) },
      (_, i) => first + i,
    );
    const sets = sizes.flatMap((size) => rankings.map((ranking) => beginning(ranking, size)));
    await runs.run(sets, keptOf(`beginnings ${first}`));
    for (const size of sizes) {
      const distances = rankings.map((ranking) => runs.deviation(beginning(ranking, size)));
      const best = Math.min(...distances);
      const found = { ranking: rankings[distances.indexOf(best)]!, size };
      if (best <= enough) return found;
      if (best < least - runs.rounding) [nearest, least] = [found, best];
    }
  }
  return nearest;
}
