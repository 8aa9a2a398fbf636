/** What came nearest where a search found no circuit. */

import { NEGATIONS } from "../../../data/pairs.ts";
import { largestDistance } from "../faithfulness.ts";
import type { CircuitSetRow } from "./schemas.ts";

/** A set of a search without a circuit, with its rows of all rows and of each side. */
export type NearestSet = readonly [CircuitSetRow, ...CircuitSetRow[]];

/**
 * The set of up to half of the nodes whose largest |1 - faithfulness|, of all rows and of each side, is the least; of several the one with
 * the fewest nodes. Undefined if there is no such set of at least one node, or its faithfulness is unknown.
 */
export function nearestSet(rows: readonly CircuitSetRow[], count: number): NearestSet | undefined {
  const bySet = Map.groupBy(rows, ({ set }) => set);
  const small = [...bySet.values()].filter(([first]) =>
    first!.nodes > 0 && first!.nodes <= count / 2
  ).toSorted(([a], [b]) => a!.nodes - b!.nodes);
  const sides = ["all", ...NEGATIONS] as const;
  let [least, nearest]: [number, NearestSet | undefined] = [Infinity, undefined];
  for (const ofSet of small) {
    const [first, ...others] = sides.flatMap((side) =>
      ofSet.filter(({ negation, faithfulness }) => negation === side && faithfulness !== undefined)
    );
    if (first === undefined) continue;
    const known: NearestSet = [first, ...others];
    const distance = largestDistance(known.map(({ faithfulness }) => faithfulness));
    if (distance < least) [least, nearest] = [distance, known];
  }
  return nearest;
}
