/** The faithfulness of the first nodes of each ranking, and the areas under it. */

import type { Steps } from "../../../stats/steps.ts";
import { N } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import type { EstimateNames } from "../../../tables/estimates.ts";
import { count, key, number, optional, type Row, table, text } from "../../../tables/table.ts";
import { areaUnder, FRACTIONS } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { beginnings, type RankingName } from "../search/rank.ts";
import { CHOSEN, RANKING, SIDE, type SideOrAll } from "./columns.ts";
import { ofSides, type Side } from "./sides.ts";

const VALUE = estimate("value", "", "", "The value.");

export const CURVE = table(
  "curve",
  "One row for each side, ranking and share of nodes that are kept, the first of the ranking; then the areas over the shares from .001 to 1, by trapezoids on a linear axis.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: RANKING,
    measure: key(text<"faithfulness" | "cpr" | "cmd">(
      "`faithfulness` as in circuit_sets.csv; `cpr`: the area under it, .999 if it is 1 everywhere; `cmd`: the area under its distance from 1, 0 if it is 1 everywhere.",
    )),
    fraction: optional(
      key(
        number("share of nodes", "Of `faithfulness`, the share of nodes that are kept, as in MIB."),
      ),
    ),
    nodes: optional(
      count("That share of all nodes, rounded to the nearest whole number.", "nodes"),
    ),
    n: N,
    ...VALUE.columns,
  },
);

/** A row of curve.csv. */
export type CurveRow = Row<
  {
    negation: SideOrAll;
    segment: string;
    ranking: RankingName;
    measure: "faithfulness" | "cpr" | "cmd";
  },
  "n",
  "fraction" | "nodes" | EstimateNames<"value", "">
>;

export function* curveRows(
  { search, gainOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CurveRow[]> {
  const rankings = search?.rankings ?? [];
  const points = rankings.flatMap((ranking) =>
    beginnings(ranking).map((set, i) => ({ ranking, fraction: FRACTIONS[i]!, set }))
  );
  const curves = yield* ofSides(
    sides,
    points,
    ({ cells, share }, { ranking, fraction, set }): CurveRow => ({
      ...cells,
      ranking: ranking.name,
      measure: "faithfulness",
      fraction,
      nodes: set.nodes.length,
      ...VALUE.cells(share(gainOf(set))),
    }),
  );
  const areas = yield* ofSides(sides, rankings, ({ cells, shares }, ranking): CurveRow[] => {
    const gains = beginnings(ranking).map(gainOf);
    const area = (measure: "cpr" | "cmd", of: (f: number) => number): CurveRow => ({
      ...cells,
      ranking: ranking.name,
      measure,
      ...{ fraction: undefined, nodes: undefined },
      ...VALUE.cells(shares(gains, (curve) => areaUnder(curve.map(of)))),
    });
    return [area("cpr", (f) => f), area("cmd", (f) => Math.abs(1 - f))];
  });
  return [...curves, ...areas.flat()];
}
