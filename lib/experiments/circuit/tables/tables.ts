/** The tables of `circuit`, made from the measured rows, and what follows from them for single rows. */

import { NO_SEGMENT, sidesOf } from "../faithfulness.ts";
import type { Steps } from "../../../stats/steps.ts";
import { SEGMENTS } from "../../../study/rows/score_rows.ts";
import { fillOnRequest, fillTable, type Table } from "../../../tables/table.ts";
import { type CircuitInput, circuitRun, type GivenRun } from "../measured.ts";
import {
  allNames,
  CIRCUIT_NODES,
  CIRCUIT_TABLE,
  type CircuitNodeRow,
  type CircuitRow,
  circuitRows,
  nodeRows,
  ownNodes,
} from "./circuit_table.ts";
import {
  CIRCUIT_SCORES,
  CIRCUIT_SETS,
  type CircuitScoreRow,
  type CircuitSetRow,
  nearestSet,
  scoreRows,
  setRows,
  setsIn,
} from "./sets.ts";
import type { RowEffects } from "../../../study/experiment/finding.ts";
import { effectOnD, sizeOfD } from "../../../study/effects/noise.ts";
import { cellsName, nodeText } from "../../../tables/nodes.ts";

export type CircuitTables = {
  readonly scores: Table<CircuitScoreRow>;
  readonly sets: Table<CircuitSetRow>;
  readonly circuit: Table<CircuitRow>;
  readonly nodes: Table<CircuitNodeRow>;
};

export interface CircuitContext extends GivenRun {
  readonly segments: readonly string[];
  /** Whether only circuit.csv is read. @default {false} */
  readonly isGroup?: boolean;
}

export function* circuitSteps(
  inputs: readonly CircuitInput[],
  context: CircuitContext,
): Steps<CircuitTables> {
  const run = inputs.length === 0 ? undefined : circuitRun(inputs, context);
  const shown = context.isGroup ? undefined : run;
  const { segments } = context;
  const segment = inputs[0]?.scores.segment === NO_SEGMENT
    ? NO_SEGMENT
    : segments.length === SEGMENTS.length
    ? "all"
    : segments.join("+");
  const sides = sidesOf(inputs.map(({ scores }) => scores), context);
  for (const side of sides) yield* side.draw();
  return {
    scores: fillOnRequest(CIRCUIT_SCORES, () => shown ? scoreRows(shown) : []),
    sets: fillTable(CIRCUIT_SETS, shown ? yield* setRows(shown, sides, context) : []),
    circuit: fillTable(CIRCUIT_TABLE, run ? yield* circuitRows(run, sides, segment) : []),
    nodes: fillTable(CIRCUIT_NODES, shown ? yield* nodeRows(shown, sides) : []),
  };
}

/** Of a circuit it and its nodes, by what d loses without each; without one the given sets, or what came nearest in the search. */
export function circuitRowEffects(
  tables: CircuitTables,
  inputs: readonly CircuitInput[],
): RowEffects {
  const isScored = inputs[0]?.scores.segment !== NO_SEGMENT;
  const scoreOf = new Map(tables.scores.rows.map(({ id, set, score }) => [`${id} ${set}`, score]));
  const isCircuit = tables.circuit.rows.length > 0;
  const effects = inputs.flatMap(({ scores }) => {
    const { id, d } = scores;
    const gain = (set: string) => {
      const effect = effectOnD(scores, scoreOf.get(`${id} ${set}`)!);
      return isScored ? effect : sizeOfD(d) === 0 ? 0 : effect / d; // without an image there is no d that the text knows
    };
    return partsOf(tables).map(({ part, set, without }) => (
      { id, part, effect: gain(set) - (without === undefined ? 0 : gain(without)) }
    ));
  });
  const of = isCircuit ? "the circuit, and what it loses without a node" : "sets of nodes";
  return {
    of: isScored ? of : `${of}, as shares of the embedding's change`,
    effects,
    asTheyAre: !isScored,
  };
}

/** What is shown of each row: the set that brings it about, less another one. */
function partsOf(
  { circuit, nodes: { rows }, sets }: CircuitTables,
): { readonly part: string; readonly set: string; readonly without?: string }[] {
  if (circuit.rows.length > 0) {
    const nodes = new Set(ownNodes(rows).map(cellsName));
    return [
      { part: "the circuit", set: "circuit" },
      ...[...nodes].map((node) => (
        { part: nodeText(node), set: "circuit", without: `circuit without ${node}` }
      )),
    ];
  }
  const shown = rows.length > 0
    ? nearestSet(sets.rows, allNames(rows).size) ?? []
    : setsIn(sets.rows, "all");
  return [...new Set(shown.map(({ set }) => set))].map((set) => ({ part: set, set }));
}
