/** The sets of nodes that were run: their scores and their faithfulness, and which comes nearest to 1 where no circuit was found. */

import { type Negation, NEGATIONS } from "../../../data/pairs.ts";
import type { Steps } from "../../../stats/steps.ts";
import { ID, N, NEGATION } from "../../../study/columns.ts";
import { number, type Row, table, text } from "../../../tables/table.ts";
import { largestDistance } from "../faithfulness.ts";
import type { CircuitRun, SegmentOrNone } from "../measured.ts";
import { halfName } from "../search/held_out.ts";
import { CHOSEN, FAITHFULNESS, ROW_MEASURES, SET, SIDE, type SideOrAll, SIZE } from "./columns.ts";
import { rowMeasures } from "./row_measures.ts";
import { ofSides, type Side } from "./sides.ts";

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
    segment: CHOSEN,
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
  { members: string; negation: SideOrAll; segment: string; set: string },
  "nodes" | "n",
  "row_error" | "rows_near" | "faithfulness" | "low" | "high"
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
export type NearestSet = readonly [CircuitSetRow, ...CircuitSetRow[]];

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
