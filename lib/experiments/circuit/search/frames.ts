/** Circuits that are chosen on the rows of all frames but one, so that this frame can score them. */

import { FEWEST_FRAMES, frameOfRow, framesOf } from "../../../study/held_out.ts";
import { sizeOfD } from "../../../study/effects/noise.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import type { NodeSet } from "../node_sets.ts";
import { chosenOn, type ChosenPart } from "./chosen_on.ts";

/** The circuit that is chosen without a frame. */
export interface ChosenWithout {
  readonly frame: string;
  /** Absent if none is found. */
  readonly set?: NodeSet;
}

/** The frames that are held out one after the other; none if too few have enough rows. */
export function heldOutFrames(rows: readonly ScoredPair[]): readonly string[] {
  const frames = framesOf(rows.map(({ scores }) => scores));
  return frames.length < FEWEST_FRAMES ? [] : frames;
}

/** Chooses a circuit without each frame, and runs all of them on all rows, as sets called `chosen without frame NAME`. */
export async function chosenOnFrames(
  part: ChosenPart,
  frames: readonly string[],
): Promise<readonly ChosenWithout[]> {
  const chosen: ChosenWithout[] = [];
  const frameOf = part.rows.map(({ scores }) => frameOfRow(scores));
  const shared = part.runs.part([...part.rows.keys()]); // most frames need the same sets
  for (const [number, frame] of frames.entries()) {
    const places = [...frameOf.keys()].filter((row) => frameOf[row] !== frame);
    const isKnown = places.some((row) => sizeOfD(part.rows[row]!.scores.d) > 0);
    const found = isKnown
      ? await chosenOn(part, {
        places,
        runs: shared.within(places),
        greedyPairs: part.greedy.pairs,
        kept: `frame ${number + 1}`,
      })
      : undefined;
    const set = found && { name: `chosen without frame ${frame}`, nodes: found.nodes };
    chosen.push({ frame, ...(set && { set }) });
  }
  await part.runs.run(chosen.flatMap(({ set }) => set ?? []), part.greedy.keptOf("frames"));
  return chosen;
}
