/** The shortest beginning of a ranking that is faithful enough. */

import type { Phase } from "../../experiment.ts";
import { beginning, type Ranking, type RankingName } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";

/** A circuit that was found. */
export interface FoundCircuit {
  /** The ranking whose beginning it is. */
  readonly ranking: RankingName;
  /** The places of its nodes. */
  readonly nodes: readonly number[];
}

/** What is enough, and where scores are kept. */
export interface ShortestOptions {
  /** The most nodes. */
  readonly half: number;
  /** The faithfulness that is enough. */
  readonly bound: number;
  /** Where the scores of each part are kept. */
  readonly keptOf: Phase["keptOf"];
}

/** The sizes of beginnings that are run at once. */
const SIZES_AT_ONCE = 8;

/**
 * Finds the shortest beginning of a ranking that reaches the bound. All shorter ones are run; of two as short the more faithful one
 * counts.
 *
 * @param runs Runs the sets.
 * @param rankings The rankings.
 * @param options What is enough.
 * @returns Undefined if no beginning is enough.
 */
export async function shortest(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { half, bound, keptOf }: ShortestOptions,
): Promise<FoundCircuit | undefined> {
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const sizes = Array.from(
      { length: Math.min(SIZES_AT_ONCE, half - first + 1) },
      (_, i) => first + i,
    );
    const sets = sizes.map((size) => rankings.map((ranking) => beginning(ranking, size)));
    await runs.run(sets.flat(), keptOf(`beginnings ${first}`));
    for (const ofSize of sets) {
      const reached = ofSize.map((set) => runs.faithfulness(set));
      const best = reached.reduce((most, f) => Math.max(most, f), -Infinity);
      if (best < bound) continue;
      const place = reached.indexOf(best);
      return { ranking: rankings[place]!.name, nodes: ofSize[place]!.nodes };
    }
  }
  return undefined;
}
