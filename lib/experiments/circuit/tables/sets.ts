/** The sets of nodes that were run: their scores and their faithfulness, and which comes nearest to 1 where no circuit was found. */

import { type Negation, NEGATIONS } from "../../../data/pairs.ts";
import { HEAD, ID, N, NEGATION, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import {
  type Column,
  count,
  estimated,
  key,
  number,
  optional,
  type Row,
  table,
  text,
} from "../../../tables/table.ts";
import { withoutBounds } from "../../../stats/estimate.ts";
import { FEWEST_FRAMES } from "../../../study/clusters.ts";
import { SCORE_NOISE } from "../../../study/effects/noise.ts";
import { largestDistance, type OfRow, ofSides, type Side } from "../faithfulness.ts";
import type { Steps } from "../../../stats/steps.ts";
import type { CircuitRun, SegmentOrNone } from "../measured.ts";
import { halfName } from "../search/find.ts";

/** A negated side, or both together. */
export type SideOrAll = Negation | "all";

export const SIDE: Column<SideOrAll> = key(text(
  "The rows of one negated side, `caption` or `foil`, or `all` rows.",
));
const SET: Column<string> = key(text("The set's name; `circuit_sets.json` has its nodes."));
export const NODE: Column<"head" | "mlp"> = key(text("`head` or `mlp`, at all positions."));
export const HEAD_OR_NONE = optional(HEAD);
export const SIZE = count("Number of nodes in the set.", "nodes");
export const SHARE = "share of d";
export const MEANING =
  "Faithfulness: the sum over rows of what the set brings about of d, in the direction of the row's d, divided by the sum of |d|. Without images, sum of <e_C - e_a, e_n - e_a> / sum of |e_n - e_a|^2.";
export const FAITHFULNESS = estimate("faithfulness", "", SHARE, MEANING);
/** How a set does in single rows. */
export const ROW_MEASURES = {
  row_error: estimated(numberOrNone(
    SHARE,
    "The sum over rows of |d_C - d|, divided by the sum of |d|; d_C is d with the set.",
  )),
  rows_near: estimated(
    numberOrNone("share of rows", "The share of the rows with d_C / d from .8 to 1.2."),
  ),
};

/** The same with the interval of the row error. */
export const ROW_ESTIMATES = {
  ...ROW_MEASURES,
  ...estimate("row_error", "row_error_", SHARE, ROW_MEASURES.row_error.definition).columns,
};

/** Of the circuit on rows that had no part in its choice. */
export const HELD_OUT = estimate(
  "held_out",
  "held_out_",
  SHARE,
  `Faithfulness on rows that had no part in the choice: of circuits that are chosen on each half of the rows and scored on the other, empty if a half has none; of a frame, of one that is chosen on all other frames, if there are ${FEWEST_FRAMES} or more.`,
);

/** How far d with a set may be from d, as a share of d, in a row that counts as near. */
const NEAR = 0.2;

/** Ratios are quotients of scores in float32; one that misses a bound by less is on it. */
const ROUNDING = 1e-9;

/** The cells of the circuit, also on rows that had no part in its choice. */
export function circuitCells(side: Side, gain: OfRow, heldOut: OfRow | undefined) {
  const { low: row_error_low, high: row_error_high } = side.share(rowError(side, gain));
  return {
    ...FAITHFULNESS.cells(side.share(gain)),
    ...rowMeasures(side, gain),
    ...{ row_error_low, row_error_high },
    ...HELD_OUT.cells(heldOut ? side.share(heldOut) : withoutBounds(undefined)),
  };
}

/** |d with a set - d|. */
function rowError({ sizes }: Side, gain: OfRow): OfRow {
  return (row) => sizes.has(row) ? Math.abs(gain(row) - sizes.get(row)!) : 0;
}

/** Measures a set in the rows of a side whose d is more than a rounding error; empty if there is none. */
function rowMeasures(
  side: Side,
  gain: OfRow,
): Readonly<Record<keyof typeof ROW_MEASURES, number | undefined>> {
  const { sizes } = side;
  if (sizes.size === 0) {
    return { row_error: undefined, rows_near: undefined };
  }
  const errors = [...sizes.keys()].map(rowError(side, gain));
  const wrong = errors.reduce((sum, error) => sum + error, 0);
  const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const ratios = Array.from(sizes, ([row, size]) => gain(row) / size);
  const near = ratios.filter((ratio) => Math.abs(ratio - 1) <= NEAR + ROUNDING);
  return {
    row_error: errors.every((error) => error <= SCORE_NOISE) ? 0 : wrong / whole, // as a share of d has it
    rows_near: near.length / ratios.length,
  };
}

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

export const CIRCUIT_SETS = table(
  "circuit_sets",
  "One row for each side and set of nodes that was run.",
  {
    negation: SIDE,
    set: SET,
    nodes: SIZE,
    n: N,
    ...FAITHFULNESS.columns,
    ...ROW_MEASURES,
    members: text("The set's nodes, with a comma and a space between them."),
  },
);

/** A row of circuit_sets.csv. */
export type CircuitSetRow = Row<
  { negation: SideOrAll; set: string; members: string },
  "nodes" | "n",
  "faithfulness" | "low" | "high" | "row_error" | "rows_near"
>;

/** The rows of circuit_scores.csv, in the order row, set. */
export function* scoreRows({ rows, sets, scoreOf }: CircuitRun): Generator<CircuitScoreRow> {
  for (const [row, { id, negation, segment }] of rows.entries()) {
    for (const set of sets) {
      yield { id, negation, segment, set: set.name, score: scoreOf(row, set) };
    }
  }
}

export function setRows(
  { sets, model, gainOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CircuitSetRow[]> {
  return ofSides(sides, sets, (side, set) => ({
    ...side.cells,
    set: set.name,
    nodes: new Set(set.nodes).size,
    ...FAITHFULNESS.cells(side.share(gainOf(set))),
    ...rowMeasures(side, gainOf(set)),
    members: set.nodes.map((node) => model.names[node]!).join(", "),
  }));
}

/** A set with its row of all rows and those of each side. */
type NearestSet = readonly [CircuitSetRow, ...CircuitSetRow[]];

/**
 * The set of up to half of the nodes whose largest |1 - faithfulness|, of all rows and of each side, is the least; of several the one with
 * the fewest nodes. Undefined if there is no such set of at least one node, or its faithfulness is unknown.
 */
export function nearestSet(rows: readonly CircuitSetRow[], count: number): NearestSet | undefined {
  const bySet = Map.groupBy(rows, ({ set }) => set);
  const small = [...bySet.values()].filter(([first]) =>
    first!.nodes > 0 && first!.nodes <= count / 2
  ).toSorted(([a], [b]) => a!.nodes - b!.nodes);
  const sides = ["all", ...NEGATIONS] as const;
  let [least, nearest]: [number, NearestSet | undefined] = [Infinity, undefined];
  for (const ofSet of small) {
    const [first, ...others] = sides.flatMap((side) =>
      ofSet.filter(({ negation, faithfulness }) => negation === side && faithfulness !== undefined)
    );
    if (first === undefined) continue;
    const known: NearestSet = [first, ...others];
    const distance = largestDistance(known.map(({ faithfulness }) => faithfulness));
    if (distance < least) [least, nearest] = [distance, known];
  }
  return nearest;
}

export function chosenOnHalves(rows: readonly CircuitSetRow[]): CircuitSetRow[] {
  return ([1, 2] as const).flatMap((half) =>
    rows.find(({ negation, set }) => negation === "all" && set === halfName(half)) ?? []
  );
}
