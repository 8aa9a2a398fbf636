/** The columns that the tables of `circuit` have alike. */

import type { Negation } from "../../../data/pairs.ts";
import { HEAD, high, low, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import {
  bounds,
  type Column,
  count,
  estimated,
  key,
  optional,
  text,
} from "../../../tables/table.ts";
import type { RankingName } from "../search/rank.ts";

/** A negated side, or both together. */
export type SideOrAll = Negation | "all";

export const SIDE: Column<SideOrAll> = key(text(
  "The rows of one negated side, `caption` or `foil`, or `all` rows.",
));
export const CHOSEN: Column<string> = key(text(
  "The segments of `--segments`, joined by `+`; `none` without images.",
));
export const SET: Column<string> = key(text("The set's name; `circuit_sets.json` has its nodes."));
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
  row_error: estimated(ROW_MEASURES.row_error, { interval: bounds("row_error_") }),
  row_error_low: low(SHARE),
  row_error_high: high(SHARE),
};

export const RANKING: Column<RankingName> = key(text(
  "How the nodes are ranked: `denoise`, `noise`, `direct` or `greedy`.",
));
