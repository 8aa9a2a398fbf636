/** The tables of `circuit`, made from the measured rows. */

import { fillOnRequest, fillTable } from "../../../tables/schema.ts";
import type { Table } from "../../../tables/table.ts";
import type { StatisticsOptions } from "../../../study/clusters.ts";
import type { Sources } from "../../../reading/sources.ts";
import { SEGMENTS } from "../../../study/rows/score.ts";
import type { Steps } from "../../../stats/steps.ts";
import { circuitRows, completenessRows, minimalityRows } from "./circuit_rows.ts";
import { areaRows, curveRows } from "./curve_rows.ts";
import { type CircuitInput, circuitRun, type GivenSets, NO_SEGMENT } from "../measured.ts";
import { CIRCUIT_FRAMES, type CircuitFrameRow } from "./frame_schema.ts";
import { frameRows } from "./frame_rows.ts";
import { membershipRows } from "./membership.ts";
import * as rankings from "./ranking_schemas.ts";
import * as schemas from "./schemas.ts";
import { scoreRows, setRows } from "./set_rows.ts";
import { type GivenSearch, searchChoice } from "../options.ts";
import { sidesOf } from "./sides.ts";

export type CircuitTables = {
  readonly scores: Table<schemas.CircuitScoreRow>;
  readonly sets: Table<schemas.CircuitSetRow>;
  readonly circuit: Table<schemas.CircuitRow>;
  readonly frames: Table<CircuitFrameRow>;
  readonly minimality: Table<schemas.MinimalityRow>;
  readonly completeness: Table<schemas.CompletenessRow>;
  readonly curve: Table<rankings.CurveRow>;
  readonly areas: Table<rankings.CurveAreaRow>;
  readonly membership: Table<rankings.MembershipRow>;
};

/** What the tables are made from besides the rows. */
export interface CircuitContext extends GivenSets, GivenSearch, StatisticsOptions {
  readonly segments: readonly string[];
  readonly seed: number;
  /** Whether only circuit.csv is read. @default {false} */
  readonly isGroup?: boolean;
  /** Checksums of the model and the data. @default {those of nothing} */
  readonly sources?: Sources;
}

export function* circuitSteps(
  inputs: readonly CircuitInput[],
  context: CircuitContext,
): Steps<CircuitTables> {
  const whole = inputs.length === 0 ? undefined : circuitRun(inputs, context);
  const run = context.isGroup ? undefined : whole;
  const sides = sidesOf(inputs.map(({ scores }) => scores), context);
  for (const side of sides) yield* side.draw();
  const how = {
    sides,
    segment: inputs[0]?.scores.segment === NO_SEGMENT ? NO_SEGMENT : segmentsText(context.segments),
    given: context.circuit,
    ...{ bound: searchChoice(context).bound, sources: context.sources ?? { model: [], data: [] } },
  };
  return {
    scores: fillOnRequest(schemas.CIRCUIT_SCORES, () => run === undefined ? [] : scoreRows(run)),
    sets: fillTable(schemas.CIRCUIT_SETS, run ? yield* setRows(run, how) : []),
    circuit: fillTable(schemas.CIRCUIT_TABLE, whole ? yield* circuitRows(whole, how) : []),
    frames: fillTable(
      CIRCUIT_FRAMES,
      run ? yield* frameRows(run, { ...how, seed: context.seed, cluster: context.cluster }) : [],
    ),
    minimality: fillTable(schemas.MINIMALITY, run ? yield* minimalityRows(run, how) : []),
    completeness: fillTable(schemas.COMPLETENESS, run ? yield* completenessRows(run, how) : []),
    curve: fillTable(rankings.CURVE, run ? yield* curveRows(run, how) : []),
    areas: fillTable(rankings.CURVE_AREAS, run ? yield* areaRows(run, how) : []),
    membership: fillTable(rankings.MEMBERSHIP, run ? yield* membershipRows(run, how) : []),
  };
}

/** Segments as a cell: `correct+incorrect`, or `all`. */
function segmentsText(segments: readonly string[]): string {
  return segments.length === SEGMENTS.length ? "all" : segments.join("+");
}
