/** The tables of `circuit`. */

import type { Negation } from "../../../data/pairs.ts";
import { FEWEST_CLUSTERS } from "../../../stats/effective_clusters.ts";
import {
  HEAD,
  high,
  ID,
  LAYER,
  low,
  N,
  NEGATION,
  numberOrNone,
  SEGMENT,
} from "../../../subject/columns.ts";
import { count, number, optional, type RowOf, table, text } from "../../../tables/schema.ts";
import type { Column } from "../../../tables/table.ts";
import type { SameOrOther, ScoredOn } from "../origin.ts";
import type { RankingName } from "../search/rank.ts";

/** A negated side, or both together. */
export type SideOrAll = Negation | "all";

const SIDE: Column<SideOrAll> = text(
  "The rows of one negated side, `caption` or `foil`, or `all` rows.",
);
const CHOSEN: Column<string> = text(
  "The segments of the rows, those of `--segments`; several are joined by `+`.",
);
const SET: Column<string> = text("The set's name; `circuit_sets.json` has its nodes.");
const RANKING: Column<RankingName> = text(
  "How the nodes are ranked: `denoise`, `noise`, `direct` or `greedy`.",
);
const NODE: Column<"head" | "mlp"> = text("`head` or `mlp`, at all positions.");
const HEAD_OR_NONE = optional(HEAD);
const SIZE = count("Number of nodes in the set.", "nodes");
const SHARE = "share of d";
const FAITHFULNESS = numberOrNone(
  SHARE,
  "Faithfulness: the sum over rows of sign (score - S of the affirmative sentence), divided by the sum of d.",
);

/** circuit_scores.csv. */
export const CIRCUIT_SCORES = table(
  "circuit_scores",
  "One row for each chosen row of the data and each set of nodes that was run.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    set: SET,
    score: number(
      "logit",
      "S of the negated sentence in which each node outside the set has the values of the affirmative run, at all positions.",
    ),
  },
);

/** circuit_sets.csv. */
export const CIRCUIT_SETS = table(
  "circuit_sets",
  "One row for each side and set of nodes that was run.",
  {
    negation: SIDE,
    segment: CHOSEN,
    set: SET,
    nodes: SIZE,
    n: N,
    faithfulness: FAITHFULNESS,
    low: low(SHARE),
    high: high(SHARE),
    members: text("The set's nodes, with a comma and a space between them."),
  },
);

/** circuit.csv. */
export const CIRCUIT_TABLE = table(
  "circuit",
  "One row for each side: the circuit that was found, or that of `--circuit`. Without rows if none was found.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: text<RankingName | "given">(
      "The ranking whose beginning it is, or `given` for the circuit of `--circuit`.",
    ),
    nodes: SIZE,
    n: N,
    faithfulness: FAITHFULNESS,
    low: low(SHARE),
    high: high(SHARE),
    held_out: numberOrNone(
      SHARE,
      "Faithfulness on rows that had no part in the choice: a circuit is chosen on each half of the sentence pairs, drawn with the seed, and scored on the other half; both halves together. Empty if a half has no circuit or the sum of its d may be 0, and for a circuit of `--circuit`.",
    ),
    held_out_low: low(SHARE),
    held_out_high: high(SHARE),
    random: count(
      "Number of random circuits with as many heads in each block and the same MLPs; 0 if there is no other such circuit.",
      "circuits",
    ),
    random_reaching: count("Of these, how many are at least as faithful.", "circuits"),
    random_mean: numberOrNone(SHARE, "Their mean faithfulness."),
    faithfulness_there: numberOrNone(
      SHARE,
      "Its faithfulness in the run that found it, over all of that run's rows; of a circuit of `--circuit` only.",
    ),
    low_there: numberOrNone(SHARE, "The lower bound of that interval."),
    high_there: numberOrNone(SHARE, "The upper bound of that interval."),
    model_there: text<SameOrOther>(
      "Whether the model files of that run are the `same` as here or `other` ones, by their checksums; empty if the file does not say.",
    ),
    rows_there: text<SameOrOther>("The same of the rows: the files of the data, and the ids."),
    scored_on: text<ScoredOn>(
      "`chosen`: `faithfulness` is that of the rows and the model that the circuit was chosen on, which tends to make it too large; `same_data`: other rows of the same files, some of which may be among those; `other`: another model or other files. Empty if the file of `--circuit` does not say.",
    ),
  },
);

/** minimality.csv. */
export const MINIMALITY = table(
  "minimality",
  "One row for each side and node of the circuit: how much faithfulness falls without it.",
  {
    negation: SIDE,
    segment: CHOSEN,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    n: N,
    drop: numberOrNone(
      SHARE,
      "Faithfulness of the circuit minus that of the circuit without the node.",
    ),
    low: low(SHARE),
    high: high(SHARE),
    simultaneous_low: numberOrNone(
      SHARE,
      "Lower bound of the 95 % interval that holds for all nodes of the circuit at once (max-t).",
    ),
    simultaneous_high: numberOrNone(SHARE, "Upper bound of the same."),
    drop_there: numberOrNone(
      SHARE,
      "The drop in the run that found the circuit; of a circuit of `--circuit` only.",
    ),
  },
);

/** completeness.csv. */
export const COMPLETENESS = table(
  "completeness",
  "One row for each side and random subset of the circuit, which is taken out of the circuit and out of the whole model.",
  {
    negation: SIDE,
    segment: CHOSEN,
    subset: count("The subset's number from 1."),
    nodes: count("Number of nodes that are taken out.", "nodes"),
    n: N,
    circuit: numberOrNone(SHARE, "Faithfulness of the circuit without the subset."),
    model: numberOrNone(SHARE, "Faithfulness of all nodes without the subset."),
    difference: numberOrNone(
      SHARE,
      "By how much `model` is above `circuit`: near 0 if the circuit has all that stands in for the subset.",
    ),
    low: low(SHARE),
    high: high(SHARE),
  },
);

/** curve.csv. */
export const CURVE = table(
  "curve",
  "One row for each side, ranking and share of nodes that are kept, the first of the ranking.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: RANKING,
    fraction: number("share of nodes", "The share of nodes that are kept, as in MIB."),
    nodes: count("The share of all nodes, rounded to the nearest whole number.", "nodes"),
    n: N,
    faithfulness: FAITHFULNESS,
    low: low(SHARE),
    high: high(SHARE),
  },
);

/** curve_areas.csv. */
export const CURVE_AREAS = table(
  "curve_areas",
  "One row for each side and ranking: areas over the curve's shares from .001 to 1, by trapezoids on a linear axis.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: RANKING,
    n: N,
    cpr: numberOrNone("", "Area under the faithfulness; .999 if it is 1 everywhere."),
    cpr_low: low(""),
    cpr_high: high(""),
    cmd: numberOrNone(
      "",
      "Area under the distance of the faithfulness from 1; 0 if it is 1 everywhere.",
    ),
    cmd_low: low(""),
    cmd_high: high(""),
  },
);

/** membership.csv. */
export const MEMBERSHIP = table(
  "membership",
  "One row for each ranking and node of the model, over all chosen rows.",
  {
    ranking: RANKING,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    rank: count("The node's place in the ranking, from 1."),
    share_of_samples: numberOrNone(
      "share",
      `In how many bootstrap samples of the clusters the node is in the beginning of the ranking that is enough: each sample ranks the nodes anew and chooses the size anew, the smallest of the sizes that were run at which the ranking of all rows is enough in the sample. The way of ranking stays the same, and the sample's own beginnings are not run. Empty for \`greedy\`, whose search is not repeated, and below ${FEWEST_CLUSTERS} effective clusters.`,
    ),
    among: numberOrNone(
      "nodes",
      "That size with all rows: for the ranking of the circuit, its number of nodes.",
    ),
    effect: numberOrNone(
      SHARE,
      "What the ranking goes by: the node's effect, a ratio of sums; empty for `greedy`.",
    ),
    low: low(SHARE),
    high: high(SHARE),
    in_circuit: text<"yes" | "no">("Whether the node is in the circuit that was found."),
  },
);

/** A row of circuit_scores.csv. */
export type CircuitScoreRow = RowOf<typeof CIRCUIT_SCORES>;

/** A row of circuit_sets.csv. */
export type CircuitSetRow = RowOf<typeof CIRCUIT_SETS>;

/** A row of circuit.csv. */
export type CircuitRow = RowOf<typeof CIRCUIT_TABLE>;

/** A row of minimality.csv. */
export type MinimalityRow = RowOf<typeof MINIMALITY>;

/** A row of completeness.csv. */
export type CompletenessRow = RowOf<typeof COMPLETENESS>;

/** A row of curve.csv. */
export type CurveRow = RowOf<typeof CURVE>;

/** A row of curve_areas.csv. */
export type CurveAreaRow = RowOf<typeof CURVE_AREAS>;

/** A row of membership.csv. */
export type MembershipRow = RowOf<typeof MEMBERSHIP>;
