/** Parts outside a circuit that can take the place of one of its parts. */

import type { KeptRows } from "../../../study/rows/once_per_group.ts";
import { MOST_OF_NONE } from "../../../study/effects/named_shares.ts";
import type { ModelNodes, NodeSet } from "../node_sets.ts";
import type { SetRuns } from "./run_sets.ts";

/** A place of a node in the circuit, and that of one outside with which in its place the circuit is enough. */
export interface StandIn {
  readonly node: number;
  readonly by: number;
}

/** The most runs with another node in place of one of the circuit. */
const MOST_SWAPS = 40;

/** The most runs that {@linkcode findStandIns} makes of each sentence pair. */
export function standInRuns(size: number): number {
  return 2 * size + MOST_SWAPS;
}

/**
 * Looks for stand-ins of the nodes that the circuit needs and the whole model does not: without such a node the model stays nearer to 1 by
 * more than half of what the circuit loses. Nodes of its kind outside the circuit are tried in the order of the ranking.
 */
export async function findStandIns(
  runs: SetRuns,
  { nodes: circuit, order, enough, model: { nodes, names }, kept }: {
    readonly nodes: readonly number[];
    readonly order: readonly number[];
    /** The largest deviation of a circuit. */
    readonly enough: number;
    readonly model: ModelNodes;
    readonly kept: (part: string) => KeptRows;
  },
): Promise<StandIn[]> {
  const without = circuit.map((node) => ({
    node,
    circuit: named(`circuit without ${names[node]}`, circuit.filter((one) => one !== node)),
    model: named(`model without ${names[node]}`, order.filter((one) => one !== node)),
  }));
  await runs.run(without.flatMap(({ circuit, model }) => [circuit, model]), kept("without"));
  const whole = runs.deviation({ name: "circuit", nodes: circuit });
  const swaps = without.flatMap(({ node, circuit: left, model }) => {
    const loss = runs.deviation(left) - whole;
    if (loss < MOST_OF_NONE || runs.deviation(model) > loss / 2) return [];
    return order.filter((by) => !circuit.includes(by) && nodes[by]!.kind === nodes[node]!.kind)
      .map((by) => ({
        ...{ node, by, most: Math.min(enough, whole + loss / 2) },
        set: named(`circuit with ${names[by]} for ${names[node]}`, [...left.nodes, by]),
      }));
  }).slice(0, MOST_SWAPS);
  await runs.run(swaps.map(({ set }) => set), kept("swaps"));
  return swaps.filter(({ set, most }) => runs.deviation(set) <= most)
    .map(({ node, by }) => ({ node, by }));
}

function named(name: string, nodes: readonly number[]): NodeSet {
  return { name, nodes };
}
