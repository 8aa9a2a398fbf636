/** A circuit: the shortest beginning of a ranking that is faithful enough, from which single nodes are dropped, or to which they are added. */

import { mostDeviation } from "../faithfulness.ts";
import type { NodeSet } from "../node_sets.ts";
import { beginning, type Ranking, type RankingName } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";
import { shortest, type ShortestOptions } from "./shortest.ts";

export interface FoundCircuit {
  /** The ranking with whose beginning the search began. */
  readonly ranking: RankingName;
  /** The number of nodes of that beginning. */
  readonly start: number;
  /** The places of the circuit's nodes: those of the beginning, unless nodes were dropped or added. */
  readonly nodes: readonly number[];
}

/** What is enough, the nodes' names, and where scores are kept. */
export interface FindOptions extends ShortestOptions {
  /** The names of all nodes, by place. */
  readonly nodeNames: readonly string[];
  /** The most nodes that are dropped or added. @default {MOST_CHANGES} */
  readonly mostChanges?: number;
}

/** The most nodes that are dropped or added. */
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
  const enough = mostDeviation(bound, runs.rounding);
  let now = beginning(ranking, size);
  for (let change = 1; change <= mostChanges; change++) {
    const before = runs.deviation(now);
    const isEnough = before <= enough;
    const next = [
      ...now.nodes.length > 1
        ? ranking.order.toReversed().flatMap((node) => without(now, node))
        : [],
      ...!isEnough && now.nodes.length < half
        ? ranking.order.flatMap((node) => added(now, node))
        : [],
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
  return { ranking: ranking.name, start: size, nodes: now.nodes };

  function without({ name, nodes }: NodeSet, node: number): NodeSet[] {
    if (!nodes.includes(node)) return [];
    return [{
      name: `${name} without ${nodeNames[node]}`,
      nodes: nodes.filter((other) => other !== node),
    }];
  }

  function added({ name, nodes }: NodeSet, node: number): NodeSet[] {
    if (nodes.includes(node)) return [];
    return [{ name: `${name} with ${nodeNames[node]}`, nodes: [...nodes, node] }];
  }
}

/** The first of the sets whose deviation is the least but for rounding. */
function nearestOf(sets: readonly NodeSet[], runs: SetRuns): NodeSet | undefined {
  const distances = sets.map((set) => runs.deviation(set));
  const least = Math.min(...distances) + runs.rounding;
  return sets[distances.findIndex((distance) => distance <= least)];
}
