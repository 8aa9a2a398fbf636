/** A circuit: the shortest beginning of a ranking that is enough, from which nodes are dropped or to which they are added. */

import { mostDeviation } from "../faithfulness.ts";
import { modelNodes, type NodeSet } from "../circuit_tests.ts";
import { beginning, type Ranking, type RankingName, type SearchContext } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";

export interface FoundCircuit {
  /** The ranking with whose beginning the search began. */
  readonly ranking: RankingName;
  /** The number of nodes of that beginning. */
  readonly start: number;
  /** The places of the circuit's nodes: those of the beginning, unless nodes were dropped or added. */
  readonly nodes: readonly number[];
}

export const MOST_CHANGES = 32;

/** The name that the set at the end of a search has besides its own if it was the most changes that ended the search. */
export const LIMIT_NAME = "after the most changes";

/** The name of the set that comes nearest to 1 where none is enough. */
export const NEAREST_NAME = "nearest";

/**
 * Finds a circuit of up to half of the nodes. While no set is enough, each node is dropped and each other one added by itself, and the
 * search goes on from the set with the least deviation, as long as this is less than before. Once a set is enough, nodes are dropped as
 * long as it stays so, each time the one without which the deviation is least; of several, the last of the ranking. Undefined if no set
 * that was run is enough.
 *
 * @param mostChanges The most nodes that are dropped or added.
 */
export async function findCircuit(
  runs: SetRuns,
  rankings: readonly Ranking[],
  { faithfulness, text }: Pick<SearchContext, "faithfulness" | "text">,
  mostChanges = MOST_CHANGES,
): Promise<FoundCircuit | undefined> {
  const { names } = modelNodes(text.tower.shape);
  const half = Math.floor(names.length / 2);
  const enough = mostDeviation(faithfulness, runs.rounding);
  const { ranking: { name, order }, set } = await shortest(runs, rankings, { half, enough });
  let now = set;
  for (let change = 1; change <= mostChanges; change++) {
    const before = runs.deviation(now);
    const isEnough = before <= enough;
    const { nodes } = now;
    const dropped = nodes.length > 1 ? order.toReversed().filter((one) => nodes.includes(one)) : [];
    const isAdding = !isEnough && nodes.length < half;
    const added = isAdding ? order.filter((node) => !nodes.includes(node)) : [];
    const next = [
      ...dropped.map((node): NodeSet => without(now, node, names)),
      ...added.map((node): NodeSet => (
        { name: `${now.name} with ${names[node]}`, nodes: [...nodes, node] }
      )),
    ];
    await runs.run(next, `change ${change}`);
    const best = runs.nearest(next);
    if (best === undefined) break;
    if (runs.deviation(best) > (isEnough ? enough : before - runs.rounding)) break;
    now = best;
    if (change === mostChanges) await runs.run([{ ...now, name: LIMIT_NAME }], LIMIT_NAME);
  }
  if (runs.deviation(now) > enough) {
    await runs.run([{ ...now, name: NEAREST_NAME }], NEAREST_NAME);
    return undefined;
  }
  return { ranking: name, start: set.nodes.length, nodes: now.nodes };
}

function without({ name, nodes }: NodeSet, node: number, names: readonly string[]): NodeSet {
  return { name: `${name} without ${names[node]}`, nodes: nodes.filter((one) => one !== node) };
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
  { half, enough }: { readonly half: number; readonly enough: number },
): Promise<{ readonly ranking: Ranking; readonly set: NodeSet }> {
  const ofSize = (size: number) =>
    rankings.map((ranking) => ({ ranking, set: beginning(ranking, size) }));
  let [nearest, least] = [ofSize(1)[0]!, Infinity];
  for (let first = 1; first <= half; first += SIZES_AT_ONCE) {
    const count = Math.min(SIZES_AT_ONCE, half - first + 1);
    const sizes = Array.from({ length: count }, (_, i) => ofSize(first + i));
    await runs.run(sizes.flat().map(({ set }) => set), `beginnings ${first}`);
    for (const found of sizes) {
      const distances = found.map(({ set }) => runs.deviation(set));
      const best = Math.min(...distances);
      const own = found[distances.indexOf(best)]!;
      if (best <= enough) return own;
      if (best < least - runs.rounding) [nearest, least] = [own, best];
    }
  }
  return nearest;
}
