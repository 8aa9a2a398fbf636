/** The sets of nodes that were run: their scores and their faithfulness, and which comes nearest to 1 where no circuit was found. */

import { sumOf } from "../../stats/columns.ts";
import type { Negation } from "../../data/pairs.ts";
import { ID, N, NEGATION, numberOrNone } from "../../study/columns.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import { count, estimated, key, number, type Row, table, text } from "../../tables/table.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { frameOfRow, framesOf, type StatisticsOptions } from "../../study/clusters.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import { areaUnder, type OfRow, Side } from "./faithfulness.ts";
import type { Steps } from "../../stats/steps.ts";
import type { CircuitRun, NodeSet, SegmentOrNone } from "./circuit_run.ts";
import { beginnings } from "./search.ts";

/** A negated side, or both together. */
export type SideOrAll = Negation | "all";

export const SIDE = key(text<SideOrAll>(
  "The rows of one negated side, `caption` or `foil`, or `all` rows.",
));
const SET = key(text("The set's name; `circuit_sets.json` has its nodes."));
export const SIZE = count("Number of nodes in the set.", "nodes");
export const SHARE = "share of d";
export const MEANING =
  "Faithfulness: the sum over rows of what the set brings about of d, in the direction of the row's d, divided by the sum of |d|. Without images, sum of <e_C - e_a, e_n - e_a> / sum of |e_n - e_a|^2.";

export const CIRCUIT_SCORES = table(
  "circuit_scores",
  "One row for each chosen row of the data and each set of nodes that was run.",
  {
    id: ID,
    negation: NEGATION,
    segment: text<SegmentOrNone>(
      "The row's segment: `correct`, `ambiguous` or `incorrect`; `none` without images.",
    ),
    set: SET,
    score: number(
      "logit",
      "S of the negated sentence in which each node outside the set has the values of the affirmative run, at all positions. Without images, 100 x the inner product of its embedding with e_n - e_a, all of unit length.",
    ),
  },
);

/** A row of circuit_scores.csv. */
export type CircuitScoreRow = Row<
  { id: string; negation: Negation; segment: SegmentOrNone; set: string },
  "score"
>;

/** The rows of circuit_scores.csv, in the order row, set. */
export function* scoreRows(run: CircuitRun): Generator<CircuitScoreRow> {
  const sets = run.sets.map(({ name, ...set }) => [name, run.scores.of({ name, ...set })] as const);
  for (const [row, { id, negation, segment }] of run.rows.entries()) {
    for (const [set, scores] of sets) {
      yield { id, negation, segment, set, score: scores[row]! };
    }
  }
}

const VALUE = estimate("value", SHARE, MEANING, { prefix: "" });

export const CIRCUIT_SETS = table(
  "circuit_sets",
  `One row for each side and set of nodes that was run; then for each frame with ${FEWEST_CLUSTERS} sentence pairs or more, if two have as many, the circuit on its rows; then the areas under the curve of each ranking.`,
  {
    negation: SIDE,
    frame: key(text(
      "`all`, or a frame: the negated sentence without what it is about, such as `there is no … in the photo`.",
    )),
    set: key(text(
      "The set's name, such as `denoise 3` for the first three nodes of a ranking; of an area the ranking's.",
    )),
    measure: key(text<"faithfulness" | "cpr" | "cmd">(
      "`faithfulness`; `cpr`: the area under that of a ranking's first nodes over the shares of nodes (.999 if it is 1 everywhere); `cmd`: the area under its distance from 1.",
    )),
    nodes: SIZE,
    n: N,
    ...VALUE.columns,
    row_error: estimated(numberOrNone(
      SHARE,
      "The sum over rows of |d_C - d|, divided by the sum of |d|; d_C is d with the set.",
    )),
    rows_near: estimated(
      numberOrNone("share of rows", "The share of the rows with d_C / d from .8 to 1.2."),
    ),
    members: text("The set's nodes, with a comma and a space between them; empty for an area."),
  },
);

/** A row of circuit_sets.csv. */
export type CircuitSetRow = Row<
  {
    negation: SideOrAll;
    frame: string;
    set: string;
    measure: "faithfulness" | "cpr" | "cmd";
    members: string;
  },
  "nodes" | "n",
  "value" | "low" | "high" | "row_error" | "rows_near"
>;

export function* setRows(
  run: CircuitRun,
  sides: readonly Side[],
  options: StatisticsOptions,
): Steps<CircuitSetRow[]> {
  const { rows, sets, model, circuit, search } = run;
  const rowOf = (side: Side, set: NodeSet, frame = "all"): CircuitSetRow => ({
    ...side.cells,
    ...{ frame, set: set.name, measure: "faithfulness", nodes: new Set(set.nodes).size },
    ...VALUE.cells(side.share(run.gainOf(set))),
    ...rowMeasures(side, run.gainOf(set)),
    members: set.nodes.map((node) => model.names[node]!).join(", "),
  });
  const made: CircuitSetRow[] = [];
  for (const side of sides) {
    for (const set of sets) {
      yield;
      made.push(rowOf(side, set));
    }
  }
  const frameOf = rows.map(frameOfRow);
  for (const frame of circuit === undefined ? [] : framesOf(rows)) {
    const ofFrame = [...rows.keys()].filter((row) => frameOf[row] === frame);
    const side = new Side(rows, ofFrame, { ...options, negation: "all" });
    yield* side.draw();
    made.push(rowOf(side, circuit!.tests.circuit, frame));
  }
  for (const side of sides) {
    for (const ranking of search?.rankings ?? []) {
      yield;
      const gains = beginnings(ranking).map((set) => run.gainOf(set));
      const area = (measure: "cpr" | "cmd", of: (f: number) => number): CircuitSetRow => ({
        ...side.cells,
        ...{ frame: "all", set: ranking.name, measure, nodes: ranking.order.length, members: "" },
        ...VALUE.cells(side.shares(gains, (curve) => areaUnder(curve.map(of)))),
        ...{ row_error: undefined, rows_near: undefined },
      });
      made.push(area("cpr", (f) => f), area("cmd", (f) => Math.abs(1 - f)));
    }
  }
  return made;
}

/** How far d with a set may be from d, as a share of d, in a row that counts as near. */
const NEAR = 0.2;

/** Ratios are quotients of scores in float32; one that misses a bound by less is on it. */
const ROUNDING = 1e-9;

/** Measures a set in the rows of a side whose d is more than a rounding error; empty if there is none. */
function rowMeasures({ sizes }: Side, gain: OfRow) {
  const known = Array.from(sizes, ([row, size]) => ({ size, gain: gain(row) }));
  if (known.length === 0) return { row_error: undefined, rows_near: undefined };
  const errors = known.map(({ size, gain }) => Math.abs(gain - size));
  const wrong = sumOf(errors);
  const whole = sumOf(known.map(({ size }) => size));
  const near = known.filter(({ size, gain }) => Math.abs(gain / size - 1) <= NEAR + ROUNDING);
  return {
    row_error: errors.every((error) => error <= SCORE_NOISE) ? 0 : wrong / whole, // as a share of d has it
    rows_near: near.length / known.length,
  };
}

/** The faithfulness of each set over all rows and on each side, in any frame. */
export function setsIn(rows: readonly CircuitSetRow[], side?: SideOrAll): CircuitSetRow[] {
  return rows.filter(({ negation, frame, measure }) =>
    frame === "all" && measure === "faithfulness" && (side ?? negation) === negation
  );
}
