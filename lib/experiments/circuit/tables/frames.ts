/** The circuit on the rows of each frame. */

import { FEWEST_CLUSTERS } from "../../../stats/estimate.ts";
import type { Steps } from "../../../stats/steps.ts";
import { N } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import { FEWEST_FRAMES, frameOfRow, framesOf } from "../../../study/clusters.ts";
import type { EstimateNames } from "../../../tables/estimates.ts";
import { key, optional, type Row, table, text } from "../../../tables/table.ts";
import type { CircuitRun } from "../measured.ts";
import { FAITHFULNESS, ROW_ESTIMATES, SHARE } from "./columns.ts";
import { circuitCells } from "./row_measures.ts";
import { type OfRow, type Side, sideOf, type SideOptions } from "./sides.ts";

export const CIRCUIT_FRAMES = table(
  "circuit_frames",
  `The circuit on \`all\` rows and on those of each frame, which is the negated sentence without what it is about, with ${FEWEST_CLUSTERS} sentence pairs or more; no rows if fewer than two have as many.`,
  {
    frame: key(text("The frame, such as `there is no … in the photo`; or `all`.")),
    n: N,
    ...FAITHFULNESS.columns,
    ...ROW_ESTIMATES,
    ...estimate(
      "held_out",
      "held_out_",
      SHARE,
      `Faithfulness on the frame's rows of a circuit that is chosen on all other frames, if there are ${FEWEST_FRAMES} or more; of \`all\`, as in circuit.csv.`,
    ).columns,
    held_out_members: optional(text("The nodes of that circuit.")),
  },
);

/** A row of circuit_frames.csv. */
export type CircuitFrameRow = Row<
  { frame: string; held_out_members: string | undefined },
  "n",
  | ("faithfulness" | "low" | "high" | "rows_near")
  | EstimateNames<"row_error" | "held_out">
>;

/** The rows of circuit_frames.csv: all rows, then the frames. */
export function* frameRows(
  { rows, model, circuit, gainOf, heldOutGain, search }: CircuitRun,
  [whole]: readonly Side[],
  options: SideOptions,
): Steps<CircuitFrameRow[]> {
  const frames = framesOf(rows);
  if (circuit === undefined || frames.length === 0) return [];
  const gain = gainOf(circuit.tests.circuit);
  const cellsOf = (frame: string, side: Side, heldOut: OfRow | undefined) => ({
    frame,
    n: side.cells.n,
    ...circuitCells(side, gain, heldOut),
  });
  const made: CircuitFrameRow[] = [
    { ...cellsOf("all", whole!, heldOutGain), held_out_members: undefined },
  ];
  const frameOf = rows.map(frameOfRow);
  for (const frame of frames) {
    const ofFrame = [...rows.keys()].filter((row) => frameOf[row] === frame);
    const side = sideOf(rows, ofFrame, { ...options, negation: "all" });
    yield* side.draw();
    const { set } = search?.chosenOnFrames?.find((chosen) => chosen.frame === frame) ?? {};
    made.push({
      ...cellsOf(frame, side, set && gainOf(set)),
      held_out_members: set?.nodes.map((node) => model.names[node]!).join(", "),
    });
  }
  return made;
}
