/** The scores and the faithfulness of every set that was run. */

import type { Steps } from "../../../stats/steps.ts";
import type { CircuitRun } from "../measured.ts";
import type { CircuitScoreRow, CircuitSetRow } from "./schemas.ts";
import { rowMeasures } from "./row_measures.ts";
import type { Side } from "./sides.ts";

/** The rows' sides, and the name of their segments. */
export interface SidesOfRun {
  readonly sides: readonly Side[];
  readonly segment: string;
}

/** The rows of circuit_scores.csv, in the order row, set. */
export function* scoreRows({ rows, sets, scoreOf }: CircuitRun): Generator<CircuitScoreRow> {
  for (const [row, { id, negation, segment }] of rows.entries()) {
    for (const set of sets) {
      yield { id, negation, segment, set: set.name, score: scoreOf(row, set) };
    }
  }
}

/** The rows of circuit_sets.csv, in the order side, set. */
export function* setRows(
  { sets, model, gainOf }: CircuitRun,
  { sides, segment }: SidesOfRun,
): Steps<CircuitSetRow[]> {
  const rows: CircuitSetRow[] = [];
  for (const side of sides) {
    const { negation, n, share } = side;
    for (const set of sets) {
      yield;
      const gain = (row: number) => gainOf(row, set);
      const { estimate, low, high } = share(gain);
      const members = set.nodes.map((node) => model.names[node]!).join(", ");
      rows.push({
        negation,
        segment,
        set: set.name,
        nodes: new Set(set.nodes).size,
        n,
        faithfulness: estimate,
        low,
        high,
        ...rowMeasures(side, gain),
        members,
      });
    }
  }
  return rows;
}
