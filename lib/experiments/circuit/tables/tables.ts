/** The tables of `circuit`, made from the measured rows. */

import type { Steps } from "../../../stats/steps.ts";
import { SEGMENTS } from "../../../study/rows/score_rows.ts";
import { fillOnRequest, fillTable, type Table } from "../../../tables/table.ts";
import {
  type CircuitInput,
  type CircuitRun,
  circuitRun,
  type GivenRun,
  NO_SEGMENT,
} from "../measured.ts";
import {
  CIRCUIT_FRAMES,
  CIRCUIT_TABLE,
  type CircuitFrameRow,
  type CircuitRow,
  circuitRows,
  frameRows,
} from "./circuit_table.ts";
import { CIRCUIT_MEASURES, type CircuitMeasureRow, measureRows } from "./measures.ts";
import { CIRCUIT_NODES, type CircuitNodeRow, nodeRows } from "./nodes.ts";
import {
  CIRCUIT_SCORES,
  CIRCUIT_SETS,
  type CircuitScoreRow,
  type CircuitSetRow,
  scoreRows,
  setRows,
} from "./sets.ts";
import { type Side, sidesOf } from "./sides.ts";

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
  const options = { ...context, segment };
  const sides = sidesOf(inputs.map(({ scores }) => scores), options);
  for (const side of sides) yield* side.draw();
  function* rowsOf<Row>(
    made: (run: CircuitRun, sides: readonly Side[]) => Steps<Row[]>,
  ): Steps<Row[]> {
    return run === undefined ? [] : yield* made(run, sides);
  }
  return {
    scores: fillOnRequest(CIRCUIT_SCORES, () => run === undefined ? [] : scoreRows(run)),
    sets: fillTable(CIRCUIT_SETS, yield* rowsOf(setRows)),
    circuit: fillTable(CIRCUIT_TABLE, whole ? yield* circuitRows(whole, sides) : []),
    frames: fillTable(
      CIRCUIT_FRAMES,
      yield* rowsOf((run, sides) => frameRows(run, sides, options)),
    ),
    nodes: fillTable(CIRCUIT_NODES, yield* rowsOf(nodeRows)),
    measures: fillTable(CIRCUIT_MEASURES, yield* rowsOf(measureRows)),
  };
}

/** Segments as a cell: `correct+incorrect`, or `all`. */
function segmentsText(segments: readonly string[]): string {
  return segments.length === SEGMENTS.length ? "all" : segments.join("+");
}
