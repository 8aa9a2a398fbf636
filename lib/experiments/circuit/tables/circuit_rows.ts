/** The circuit, what each of its nodes adds, and whether it has everything that counts. */

import type { Steps } from "../../../stats/steps.ts";
import type { CircuitRun } from "../measured.ts";
import { nodeCells } from "../node_sets.ts";
import type { CircuitRow, CompletenessRow, MinimalityRow } from "./schemas.ts";
import type { FiledCircuit } from "../set_files.ts";
import type { SidesOfRun } from "./set_rows.ts";

/** The sides, and the circuit of another run. */
export interface CircuitSides extends SidesOfRun {
  /** The circuit of `--circuit`, with what its run says of it. */
  readonly given: FiledCircuit | undefined;
}

/** The rows of circuit.csv. */
export function* circuitRows(
  { circuit, gainOf }: CircuitRun,
  { sides, segment, given }: CircuitSides,
): Steps<CircuitRow[]> {
  if (circuit === undefined) return [];
  const { ranking, tests } = circuit;
  const there = given?.faithfulness;
  const rows: CircuitRow[] = [];
  for (const { negation, n, share } of sides) {
    const own = share((row) => gainOf(row, tests.circuit));
    const reached: number[] = [];
    for (const set of tests.random) {
      yield;
      reached.push(share((row) => gainOf(row, set)).estimate ?? NaN);
    }
    const mean = reached.reduce((sum, f) => sum + f, 0) / reached.length;
    rows.push({
      ...{ negation, segment, ranking, nodes: tests.circuit.nodes.length, n },
      ...{ faithfulness: own.estimate, low: own.low, high: own.high },
      random: reached.length,
      random_reaching: reached.filter((f) => f >= own.estimate!).length,
      random_mean: Number.isFinite(mean) ? mean : undefined,
      faithfulness_there: there?.estimate,
      low_there: there?.low,
      high_there: there?.high,
    });
  }
  return rows;
}

/** The rows of minimality.csv, in the order side, node. */
export function* minimalityRows(
  { circuit, model, gainOf }: CircuitRun,
  { sides, segment, given }: CircuitSides,
): Steps<MinimalityRow[]> {
  if (circuit === undefined) return [];
  const { circuit: whole, drops } = circuit.tests;
  const rows: MinimalityRow[] = [];
  for (const { negation, n, share } of sides) {
    for (const { node, set } of drops) {
      yield;
      const { estimate, low, high } = share((row) => gainOf(row, whole) - gainOf(row, set));
      rows.push({
        ...{ negation, segment, ...nodeCells(model.nodes[node]!), n, drop: estimate, low, high },
        drop_there: given?.drops?.[model.names[node]!]?.estimate,
      });
    }
  }
  return rows;
}

/** The rows of completeness.csv, in the order side, subset. */
export function* completenessRows(
  { circuit, gainOf }: CircuitRun,
  { sides, segment }: SidesOfRun,
): Steps<CompletenessRow[]> {
  if (circuit === undefined) return [];
  const rows: CompletenessRow[] = [];
  for (const { negation, n, share } of sides) {
    for (const [i, { removed, circuit: own, model }] of circuit.tests.subsets.entries()) {
      yield;
      const { estimate, low, high } = share((row) => gainOf(row, model) - gainOf(row, own));
      rows.push({
        ...{ negation, segment, subset: i + 1, nodes: removed.length, n },
        circuit: share((row) => gainOf(row, own)).estimate,
        model: share((row) => gainOf(row, model)).estimate,
        ...{ difference: estimate, low, high },
      });
    }
  }
  return rows;
}
