/** The tables of the rankings of `circuit`. */

import { FEWEST_CLUSTERS } from "../../../stats/effective_clusters.ts";
import { LAYER, N, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import { count, estimated, key, number, table, text } from "../../../tables/schema.ts";
import type { Column, Row } from "../../../tables/table.ts";
import type { RankingName } from "../search/rank.ts";
import {
  CHOSEN,
  FAITHFULNESS,
  HEAD_OR_NONE,
  NODE,
  SHARE,
  SIDE,
  type SideOrAll,
} from "./schemas.ts";
import type { EstimateNames } from "../../../tables/estimates.ts";

const RANKING: Column<RankingName> = key(text(
  "How the nodes are ranked: `denoise`, `noise`, `direct` or `greedy`.",
));

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

export const CURVE_AREAS = table(
  "curve_areas",
  "One row for each side and ranking: areas over the curve's shares from .001 to 1, by trapezoids on a linear axis.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: RANKING,
    n: N,
    ...estimate("cpr", "cpr_", "", "Area under the faithfulness; .999 if it is 1 everywhere.")
      .columns,
    ...estimate(
      "cmd",
      "cmd_",
      "",
      "Area under the distance of the faithfulness from 1; 0 if it is 1 everywhere.",
    ).columns,
  },
);

export const MEMBERSHIP = table(
  "membership",
  "One row for each ranking and node of the model, over all chosen rows.",
  {
    ranking: RANKING,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    rank: count(
      "The node's place in the ranking, from 1; nodes are ranked by the size of their effects.",
    ),
    share_of_samples: estimated(numberOrNone(
      "share",
      `In how many bootstrap samples of the clusters the node is in the beginning of the ranking that is enough: each sample ranks the nodes anew and chooses the size anew, the smallest of the sizes that were run at which the ranking of all rows is enough in the sample, over all rows and on each side. The way of ranking stays the same, and the sample's own beginnings are not run. Empty for \`greedy\`, whose search is not repeated, and below ${FEWEST_CLUSTERS} effective clusters.`,
    )),
    among: numberOrNone(
      "nodes",
      "That size with all rows: for the ranking of a circuit that is a beginning, its number of nodes.",
    ),
    ...estimate(
      "effect",
      "",
      SHARE,
      "What the ranking goes by, whatever its sign: the node's effect, as a share of d; empty for `greedy`.",
    ).columns,
    in_circuit: text<"yes" | "no">("Whether the node is in the circuit that was found."),
  },
);

/** A row of curve.csv. */
export type CurveRow = Row<
  { negation: SideOrAll; segment: string; ranking: RankingName },
  "fraction" | "nodes" | "n",
  "faithfulness" | "low" | "high"
>;

/** A row of curve_areas.csv. */
export type CurveAreaRow = Row<
  { negation: SideOrAll; segment: string; ranking: RankingName },
  "n",
  EstimateNames<"cpr" | "cmd">
>;

/** A row of membership.csv. */
export type MembershipRow = Row<
  { ranking: RankingName; node: "head" | "mlp"; in_circuit: "yes" | "no" },
  "layer" | "rank",
  "head" | "share_of_samples" | "among" | "effect" | "low" | "high"
>;
