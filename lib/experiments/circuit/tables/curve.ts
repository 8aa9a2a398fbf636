/** The faithfulness of the first nodes of each ranking, and the areas under it. */

import type { Steps } from "../../../stats/steps.ts";
import { N } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import type { EstimateNames } from "../../../tables/estimates.ts";
import { count, key, number, table } from "../../../tables/schema.ts";
import type { Row } from "../../../tables/table.ts";
import { areaUnder, FRACTIONS } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { beginnings, type RankingName } from "../search/rank.ts";
import { CHOSEN, FAITHFULNESS, RANKING, SIDE, type SideOrAll } from "./columns.ts";
import { ofSides, type Side } from "./sides.ts";

export const CURVE = table(
  "curve",
  "One row for each side, ranking and share of nodes that are kept, the first of the ranking.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: RANKING,
    fraction: key(number("share of nodes", "The share of nodes that are kept, as in MIB.")),
    nodes: count("The share of all nodes, rounded to the nearest whole number.", "nodes"),
    n: N,
    ...FAITHFULNESS.columns,
  },
);

/** A row of curve.csv. */
export type CurveRow = Row<
  { negation: SideOrAll; segment: string; ranking: RankingName },
  "fraction" | "nodes" | "n",
  "faithfulness" | "low" | "high"
>;

const CPR = estimate("cpr", "cpr_", "", "Area under the faithfulness; .999 if it is 1 everywhere.");
const CMD = estimate(
  "cmd",
  "cmd_",
  "",
  "Area under the distance of the faithfulness from 1; 0 if it is 1 everywhere.",
);

export const CURVE_AREAS = table(
  "curve_areas",
  "One row for each side and ranking: areas over the curve's shares from .001 to 1, by trapezoids on a linear axis.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: RANKING,
    n: N,
    ...CPR.columns,
    ...CMD.columns,
  },
);

/** A row of curve_areas.csv. */
export type CurveAreaRow = Row<
  { negation: SideOrAll; segment: string; ranking: RankingName },
  "n",
  EstimateNames<"cpr" | "cmd">
>;

export function curveRows(
  { search, gainOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CurveRow[]> {
  const points = (search?.rankings ?? []).flatMap((ranking) =>
    beginnings(ranking).map((set, i) => ({ ranking, fraction: FRACTIONS[i]!, set }))
  );
  return ofSides(sides, points, ({ cells, share }, { ranking, fraction, set }) => ({
    ...cells,
    ranking: ranking.name,
    fraction,
    nodes: set.nodes.length,
    ...FAITHFULNESS.cells(share(gainOf(set))),
  }));
}

export function areaRows(
  { search, gainOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CurveAreaRow[]> {
  return ofSides(sides, search?.rankings ?? [], ({ cells, shares }, ranking) => {
    const gains = beginnings(ranking).map(gainOf);
    const area = (of: (f: number) => number) => shares(gains, (curve) => areaUnder(curve.map(of)));
    return {
      ...cells,
      ranking: ranking.name,
      ...CPR.cells(area((f) => f)),
      ...CMD.cells(area((f) => Math.abs(1 - f))),
    };
  });
}
