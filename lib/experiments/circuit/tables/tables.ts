/** The tables of `circuit`, made from the measured rows, and what follows from them for single rows. */

import { NO_SEGMENT, type Side, sidesOf, unchangedOf } from "../faithfulness.ts";
import type { Steps } from "../../../stats/steps.ts";
import { SEGMENTS } from "../../../study/rows/score_rows.ts";
import { fillOnRequest, fillTable, type Table } from "../../../tables/table.ts";
import { type CircuitInput, type CircuitRun, circuitRun, type GivenRun } from "../measured.ts";
import {
  CIRCUIT_FRAMES,
  CIRCUIT_TABLE,
  type CircuitFrameRow,
  type CircuitRow,
  circuitRows,
  frameRows,
} from "./circuit_table.ts";
import {
  allNames,
  CIRCUIT_MEASURES,
  CIRCUIT_NODES,
  type CircuitMeasureRow,
  type CircuitNodeRow,
  measureRows,
  nodeRows,
  ownNodes,
} from "./nodes.ts";
import {
  CIRCUIT_SCORES,
  CIRCUIT_SETS,
  type CircuitScoreRow,
  type CircuitSetRow,
  nearestSet,
  scoreRows,
  setRows,
} from "./sets.ts";
import type { RowEffects } from "../../../study/experiment/finding.ts";
import { sizeOfD } from "../../../study/effects/noise.ts";
import { cellsName, nodeText } from "../../../tables/nodes.ts";

export type CircuitTables = {
  readonly scores: Table<CircuitScoreRow>;
  readonly sets: Table<CircuitSetRow>;
  readonly circuit: Table<CircuitRow>;
  readonly frames: Table<CircuitFrameRow>;
  readonly nodes: Table<CircuitNodeRow>;
  readonly measures: Table<CircuitMeasureRow>;
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
  const whole = inputs.length === 0 ? undefined : circuitRun(inputs, context);
  const run = context.isGroup ? undefined : whole;
  const segment = inputs[0]?.scores.segment === NO_SEGMENT
    ? NO_SEGMENT
    : segmentsText(context.segments);
  const sides = sidesOf(inputs.map(({ scores }) => scores), context);
  for (const side of sides) yield* side.draw();
  function* rowsOf<Row>(
    made: (run: CircuitRun, sides: readonly Side[]) => Steps<Row[]>,
  ): Steps<Row[]> {
    return run === undefined ? [] : yield* made(run, sides);
  }
  return {
    scores: fillOnRequest(CIRCUIT_SCORES, () => run === undefined ? [] : scoreRows(run)),
    sets: fillTable(CIRCUIT_SETS, yield* rowsOf(setRows)),
    circuit: fillTable(CIRCUIT_TABLE, whole ? yield* circuitRows(whole, sides, segment) : []),
    frames: fillTable(
      CIRCUIT_FRAMES,
      yield* rowsOf((run, sides) => frameRows(run, sides, context)),
    ),
    nodes: fillTable(CIRCUIT_NODES, yield* rowsOf(nodeRows)),
    measures: fillTable(CIRCUIT_MEASURES, yield* rowsOf(measureRows)),
  };
}

/** Segments as a cell: `correct+incorrect`, or `all`. */
function segmentsText(segments: readonly string[]): string {
  return segments.length === SEGMENTS.length ? "all" : segments.join("+");
}

/** Of a circuit it and its nodes, by what d loses without each; without one the given sets, or what came nearest in the search. */
export function circuitRowEffects(
  tables: CircuitTables,
  inputs: readonly CircuitInput[],
): RowEffects {
  const isScored = inputs[0]?.scores.segment !== NO_SEGMENT;
  const scoreOf = new Map(tables.scores.rows.map(({ id, set, score }) => [`${id} ${set}`, score]));
  const parts = partsOf(tables);
  const effects = inputs.flatMap(({ scores }) => {
    const { id } = scores;
    const { sign, affirmative, negated } = unchangedOf(scores);
    const change = negated - affirmative;
    const unit = isScored ? sign : sizeOfD(change) === 0 ? Infinity : change; // those without an image have no d that the text knows
    const gain = (set: string) => (scoreOf.get(`${id} ${set}`)! - affirmative) / unit;
    return parts.map(({ part, set, without }) => (
      { id, part, effect: gain(set) - (without === undefined ? 0 : gain(without)) }
    ));
  });
  const of = tables.circuit.rows.length > 0
    ? "the circuit, and what it loses without a node"
    : "sets of nodes";
  return {
    of: isScored ? of : `${of}, as shares of the embedding's change`,
    effects,
    asTheyAre: !isScored,
  };
}

/** What is shown of each row: the set that brings it about, less another one. */
function partsOf(
  { circuit, nodes: { rows }, measures, sets }: CircuitTables,
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
  const count = allNames(rows).size;
  const shown = measures.rows.length > 0 ? nearestSet(sets.rows, count) ?? [] : sets.rows;
  return [...new Set(shown.map(({ set }) => set))].map((set) => ({ part: set, set }));
}
