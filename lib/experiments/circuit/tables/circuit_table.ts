/** The circuit on all rows and on each side, beside random circuits and the run of its file. */

import type { Steps } from "../../../stats/steps.ts";
import { N, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import { effectOnD } from "../../../study/effects/noise.ts";
import {
  FEWEST_NOUNS,
  frameOfRow,
  framesOf,
  type StatisticsOptions,
} from "../../../study/clusters.ts";
import type { ControlledRows } from "../../../tables/estimates.ts";
import { count, key, optional, type Row, table, text } from "../../../tables/table.ts";
import { largestDistance, mostDeviation, type OfRow, type Side, sideOf } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { type ScoredOn, scoredOn } from "../circuit_files.ts";
import { frameName } from "../search/find.ts";
import type { RankingName } from "../search/rank.ts";
import {
  CIRCUIT_SCORES,
  circuitCells,
  FAITHFULNESS,
  HELD_OUT,
  MEANING,
  ROW_ESTIMATES,
  ROW_MEASURES,
  SHARE,
  SIDE,
  type SideOrAll,
  SIZE,
} from "./sets.ts";
import { FEWEST_CLUSTERS } from "../../../stats/estimate.ts";

/** What is held out together. */
export type HeldOutBy = "nouns" | "pairs";

/** What the circuit brings about of d in each row. */
const OF_CIRCUIT: ControlledRows = {
  table: CIRCUIT_SCORES.name,
  valueOf: ({ set, score }, scores) =>
    set === "circuit" && scores !== undefined ? effectOnD(scores, score as number) : undefined,
};

export const CIRCUIT_TABLE = table(
  "circuit",
  "One row for each side: the circuit that was found, or that of `--circuit`; no rows if none was found.",
  {
    negation: SIDE,
    segment: key(text("The segments of `--segments`, joined by `+`; `none` without images.")),
    ranking: text<RankingName | "given">(
      "The ranking that the search began with, or `given` for a circuit of `--circuit`, for which columns of the search are empty.",
    ),
    start: optional(
      count(
        "Number of its first nodes with which the search began, before it dropped and added some.",
        "nodes",
      ),
    ),
    nodes: SIZE,
    n: N,
    ...estimate("faithfulness", "", SHARE, MEANING, { control: { of: OF_CIRCUIT, isShare: true } })
      .columns,
    enough: text<"yes" | "no" | "">(
      "Whether `faithfulness` is at least `--faithfulness`, and at most as much above 1; empty if unknown.",
    ),
    ...ROW_ESTIMATES,
    ...HELD_OUT.columns,
    held_out_by: optional(text<HeldOutBy>(
      `What is in one half: all rows of a subject noun (\`nouns\`, of at least ${FEWEST_NOUNS}, or with \`--cluster noun\`), or of a sentence pair (\`pairs\`).`,
    )),
    random: count(
      "Number of other random circuits with as many heads in each block and as many MLPs: all that there are, up to 100.",
      "circuits",
    ),
    random_fixed: text(
      "The heads of blocks, and MLPs, that all of them have, as the circuit does.",
    ),
    random_reaching: count(
      "How many are as near to 1: their |1 - faithfulness|, of `all` rows the largest of these and of each side, is at most the circuit's, up to rounding.",
      "circuits",
    ),
    random_mean: numberOrNone(SHARE, "Their mean faithfulness."),
    faithfulness_there: numberOrNone(
      SHARE,
      "Of a circuit of `--circuit`, its faithfulness in the run that found it, over all rows.",
    ),
    low_there: numberOrNone(SHARE, "The lower bound of that interval."),
    high_there: numberOrNone(SHARE, "The upper bound of that interval."),
    scored_on: text<ScoredOn>(
      "`chosen`: `faithfulness` is of the rows and the model that the circuit was chosen on, which tends to make it too large; `same_data`: of other rows of the same files, perhaps some of those; `other`: of another model or other files. Empty if the file does not say.",
    ),
  },
);

/** A row of circuit.csv. */
export type CircuitRow = Row<
  {
    negation: SideOrAll;
    segment: string;
    ranking: RankingName | "given";
    enough: "yes" | "no" | "";
    held_out_by: HeldOutBy | undefined;
    random_fixed: string;
    scored_on: ScoredOn;
  },
  "nodes" | "n" | "random" | "random_reaching",
  | "start"
  | ("faithfulness" | "low" | "high")
  | ("row_error" | "row_error_low" | "row_error_high" | "rows_near")
  | ("held_out" | "held_out_low" | "held_out_high" | "random_mean")
  | ("faithfulness_there" | "low_there" | "high_there")
>;

export function* circuitRows(
  run: CircuitRun,
  sides: readonly Side[],
  segment: string,
): Steps<CircuitRow[]> {
  const { circuit, gainOf, heldOutGain, search, given, bound, here } = run;
  if (circuit === undefined) return [];
  const { ranking, start, tests } = circuit;
  const gain = gainOf(tests.circuit);
  const cells = sides.map((side) => circuitCells(side, gain, heldOutGain));
  const random: (number | undefined)[][] = []; // by random circuit and side
  for (const set of tests.random) {
    yield;
    random.push(sides.map(({ share }) => share(gainOf(set)).estimate));
  }
  return sides.map((side, i) => {
    const { faithfulness } = cells[i]!;
    const distanceOf = (shares: readonly (number | undefined)[]) =>
      largestDistance(side.cells.negation === "all" ? shares : [shares[i]]);
    const most = distanceOf(cells.map((side) => side.faithfulness)) + side.rounding;
    const mean = random.reduce((sum, shares) => sum + (shares[i] ?? NaN), 0) / random.length;
    return {
      ...side.cells,
      segment,
      ...cells[i]!,
      ranking,
      start,
      nodes: tests.circuit.nodes.length,
      enough: enoughText(largestDistance([faithfulness]), mostDeviation(bound, side.rounding)),
      held_out_by: search && (search.heldOut === "noun" ? "nouns" : "pairs"),
      random: random.length,
      random_fixed: tests.randomFixed.join(", "),
      random_reaching: random.filter((shares) => distanceOf(shares) <= most).length,
      random_mean: Number.isFinite(mean) ? mean : undefined,
      faithfulness_there: given?.faithfulness?.estimate,
      low_there: given?.faithfulness?.low,
      high_there: given?.faithfulness?.high,
      scored_on: given === undefined ? "chosen" : scoredOn(given.chosenOn, here),
    };
  });
}

/** Whether a distance from 1 is small enough; empty if it is unknown. */
function enoughText(distance: number, most: number): "yes" | "no" | "" {
  if (Number.isNaN(distance)) return "";
  return distance <= most ? "yes" : "no";
}

export const CIRCUIT_FRAMES = table(
  "circuit_frames",
  `The circuit on \`all\` rows and on those of each frame, which is the negated sentence without what it is about, with ${FEWEST_CLUSTERS} sentence pairs or more; no rows if fewer than two have as many.`,
  {
    frame: key(text("The frame, such as `there is no … in the photo`; or `all`.")),
    n: N,
    ...FAITHFULNESS.columns,
    ...ROW_MEASURES,
    ...HELD_OUT.columns,
  },
);

/** A row of circuit_frames.csv. */
export type CircuitFrameRow = Row<
  { frame: string },
  "n",
  | ("faithfulness" | "low" | "high" | "row_error" | "rows_near")
  | ("held_out" | "held_out_low" | "held_out_high")
>;

/** The rows of circuit_frames.csv: all rows, then the frames. */
export function* frameRows(
  { rows, circuit, gainOf, heldOutGain, sets }: CircuitRun,
  [whole]: readonly Side[],
  options: StatisticsOptions,
): Steps<CircuitFrameRow[]> {
  const frames = framesOf(rows);
  if (circuit === undefined || frames.length === 0) return [];
  const gain = gainOf(circuit.tests.circuit);
  const cellsOf = (frame: string, side: Side, heldOut: OfRow | undefined): CircuitFrameRow => {
    const { row_error_low: _, row_error_high: __, ...cells } = circuitCells(side, gain, heldOut);
    return { frame, n: side.cells.n, ...cells };
  };
  const made: CircuitFrameRow[] = [cellsOf("all", whole!, heldOutGain)];
  const frameOf = rows.map(frameOfRow);
  for (const frame of frames) {
    const ofFrame = [...rows.keys()].filter((row) => frameOf[row] === frame);
    const side = sideOf(rows, ofFrame, { ...options, negation: "all" });
    yield* side.draw();
    const set = sets.find(({ name }) => name === frameName(frame));
    made.push(cellsOf(frame, side, set && gainOf(set)));
  }
  return made;
}
