/** A circuit: the shortest beginning of a ranking that is faithful enough, from which single nodes are dropped, or to which they are added. */

import type { Phase } from "../../../study/experiment/experiment.ts";
import { mostDeviation } from "../faithfulness.ts";
import type { NodeSet } from "../circuit_tests.ts";
import { beginning, type Ranking, type RankingName } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";

export interface FoundCircuit {
  /** The ranking with whose beginning the search began. */
  readonly ranking: RankingName;
  /** The number of nodes of that beginning. */
  readonly start: number;
  /** The places of the circuit's nodes: those of the beginning, unless nodes were dropped or added. */
  readonly nodes: readonly number[];
}

export interface FindOptions {
  /** The most nodes of a circuit. */
  readonly half: number;
  /** The faithfulness that is enough; as much above 1 is enough too. */
  readonly bound: number;
  readonly keptOf: Phase["keptOf"];
  readonly nodeNames: readonly string[];
  /** The most nodes that are dropped or added. @default {MOST_CHANGES} */
  readonly mostChanges?: number;
}

export const MOST_CHANGES = 32;

/** The name that the set at the end of a search has besides its own if it was the most changes that ended the search. */
export const LIMIT_NAME = "after the most changes";

/**
 * Finds a circuit. While no set is enough, each node is dropped and each other one added by itself, and the search goes on from the set
 * with the least deviation, as long as this is less than before. Once a set is enough, nodes are dropped as long as it stays so, each time
 * the one without which the deviation is least; of several, the last of the ranking. Undefined if no set that was run is enough.
 */
export async function findCircuit(
  runs: SetRuns,
  rankings: readonly Ranking[],
  options: FindOptions,
): Promise<FoundCircuit | undefined> {
  const { half, bound, keptOf, nodeNames, mostChanges = MOST_CHANGES } = options;
  const { ranking, size } = await shortest(runs, rankings, options);
  const { name, order } = ranking;
  const enough = mostDeviation(bound, runs.rounding);
  let now = beginning(ranking, size);
  for (let change = 1; change <= mostChanges; change++) {
    const before = runs.deviation(now);
    const isEnough = before <= enough;
    const { nodes } = now;
    const dropped = nodes.length > 1
      ? order.toReversed().filter((node) => nodes.includes(node))
      : [];
    const isAdding = !isEnough && nodes.length < half;
    const added = isAdding ? order.filter((node) => !nodes.includes(node)) : [];
    const next = [
      ...dropped.map((node): NodeSet => ({
        name: `${now.name} without ${nodeNames[node]}`,
        nodes: nodes.filter((one) => one !== node),
      })),
      ...added.map((node): NodeSet => (
        { name: `${now.name} with ${nodeNames[node]}`, nodes: [...nodes, node] }
      )),
    ];
    const kept = keptOf(`change ${change}`);
    await runs.run(next, kept);
    const best = nearestOf(next, runs);
    if (best === undefined) break;
    if (runs.deviation(best) > (isEnough ? enough : before - runs.rounding)) break;
    now = best;
    if (change === mostChanges) await runs.run([{ name: LIMIT_NAME, nodes: now.nodes }], kept);
  }
  if (runs.deviation(now) > enough) return undefined;
  return { ranking: name, start: size, nodes: now.nodes };
}

/** The first of the sets whose deviation is the least but for rounding. */
function nearestOf(sets: readonly NodeSet[], runs: SetRuns): NodeSet | undefined {
  const distances = sets.map((set) => runs.deviation(set));
  const least = Math.min(...distances) + runs.rounding;
  return sets[distances.findIndex((distance) => distance <= least)];
}

interface Beginning {
  readonly ranking: Ranking;
  readonly size: number;
}

const SIZES_AT_ONCE = 8;

/**
 * Finds the shortest beginning of a ranking that is enough: the faithfulness of all rows and of each side lies within the bounds. All
 * shorter ones are run; of two as short the one with the smaller deviation counts. If no beginning is enough, it is the one with the
 * least deviation; of several the shortest.
 */
async function shortest(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { half, bound, keptOf }: FindOptions,
): Promise<Beginning> {
  const enough = mostDeviation(bound, runs.rounding);
  let nearest: Beginning = { ranking: rankings[0]!, size: 1 };
  let least = Infinity;
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const count = Math.min(SIZES_AT_ONCE, half - first + 1);
    const sizes = Array.from({ length: count }, (_, i) => first + i);
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
