/** The circuit on the rows of each frame. */

import type { Steps } from "../../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../../../study/clusters.ts";
import { frameOfRow, framesOf } from "../../../study/held_out.ts";
import type { CircuitRun } from "../measured.ts";
import { rowError, rowMeasures } from "./row_measures.ts";
import type { CircuitFrameRow } from "./frame_schema.ts";
import type { SidesOfRun } from "./set_rows.ts";
import { type Side, sideOf } from "./sides.ts";

/** The rows of circuit_frames.csv: all rows, then the frames. */
export function* frameRows(
  run: CircuitRun,
  { sides, segment, ...options }: SidesOfRun & StatisticsOptions,
): Steps<CircuitFrameRow[]> {
  const { rows: scored, circuit, gainOf, heldOutGainOf, chosenOnFrames = [] } = run;
  if (circuit === undefined) return [];
  const frames = framesOf(scored);
  if (frames.length === 0) return [];
  const frameOf = scored.map(frameOfRow);
  const rowOf = (
    side: Side,
    { frame, places, heldOut, members }: {
      readonly frame: string;
      readonly places: readonly number[];
      readonly heldOut: ((row: number) => number) | undefined;
      readonly members?: readonly number[] | undefined;
    },
  ): CircuitFrameRow => {
    const gain = (row: number) => gainOf(row, circuit.tests.circuit);
    const { estimate, low, high } = side.share(gain);
    const error = side.share(rowError(side, gain));
    const outside = heldOut && side.share(heldOut);
    return {
      frame,
      segment,
      n: side.n,
      pairs: new Set(places.map((row) => clusterOf(scored[row]!))).size,
      faithfulness: estimate,
      low,
      high,
      ...rowMeasures(side, gain),
      row_error_low: error.low,
      row_error_high: error.high,
      held_out: outside?.estimate,
      held_out_low: outside?.low,
      held_out_high: outside?.high,
      held_out_members: members?.map((node) => run.model.names[node]!).join(", "),
    };
  };
  const all = { frame: "all", places: [...scored.keys()], heldOut: heldOutGainOf };
  const made = [rowOf(sides[0]!, all)];
  for (const frame of frames) {
    const places = all.places.filter((row) => frameOf[row] === frame);
    const side = sideOf(scored, places, { ...options, negation: "all" });
    yield* side.draw();
    const set = chosenOnFrames.find((chosen) => chosen.frame === frame)?.set;
    const heldOut = set && ((row: number) => gainOf(row, set));
    made.push(rowOf(side, { frame, places, heldOut, members: set?.nodes }));
  }
  return made;
}
