/** The tables of `circuit`: sets of nodes, and the circuit with its tests. */

import type { Negation } from "../../../data/pairs.ts";
import { HEAD, high, ID, LAYER, low, N, NEGATION, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import { FEWEST_NOUNS } from "../../../study/held_out.ts";
import {
  bounds,
  count,
  estimated,
  key,
  number,
  optional,
  table,
  text,
} from "../../../tables/schema.ts";
import type { Column, Row } from "../../../tables/table.ts";
import type { SegmentOrNone } from "../measured.ts";
import type { SameOrOther, ScoredOn } from "../origin.ts";
import type { RankingName } from "../search/rank.ts";
import type { EstimateNames } from "../../../tables/estimates.ts";

/** What is held out together. */
export type HeldOutBy = "nouns" | "pairs";

/** A negated side, or both together. */
export type SideOrAll = Negation | "all";

/** The rows of a side, or all. */
export const SIDE: Column<SideOrAll> = key(text(
  "The rows of one negated side, `caption` or `foil`, or `all` rows.",
));
/** The segments of the rows. */
export const CHOSEN: Column<string> = key(text(
  "The segments of the rows, those of `--segments`; several are joined by `+`. `none` without images, where all rows are used.",
));
const SET: Column<string> = key(text("The set's name; `circuit_sets.json` has its nodes."));
export const NODE: Column<"head" | "mlp"> = key(text("`head` or `mlp`, at all positions."));
/** The head; empty for an MLP. */
export const HEAD_OR_NONE = optional(HEAD);
const SIZE = count("Number of nodes in the set.", "nodes");
export const SHARE = "share of d";
const MEANING =
  "Faithfulness: the sum over rows of what the set brings about of d, in the direction of the row's d, divided by the sum of |d|. Without images that of the embedding: the sum of <e_C - e_a, e_n - e_a>, divided by the sum of |e_n - e_a|^2.";
/** What a set brings about. */
export const FAITHFULNESS = estimate("faithfulness", "", SHARE, MEANING);
/** How a set does in single rows. */
export const ROW_MEASURES = {
  row_error: estimated(numberOrNone(
    SHARE,
    "The sum over rows of |d_C - d|, divided by the sum of |d|; d_C is d with the set, so that errors of single rows do not cancel out.",
  )),
  rows_near: estimated(
    numberOrNone("share of rows", "The share of the rows with d_C / d from .8 to 1.2."),
  ),
  ratio_p5: numberOrNone(SHARE, "The 5th percentile of d_C / d over the rows."),
  ratio_p95: numberOrNone(SHARE, "The 95th percentile of the same."),
};

/** The same with the interval of the row error. */
export const ROW_ESTIMATES = {
  ...ROW_MEASURES,
  row_error: estimated(ROW_MEASURES.row_error, { interval: bounds("row_error_") }),
  row_error_low: low(SHARE),
  row_error_high: high(SHARE),
};

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
      "S of the negated sentence in which each node outside the set has the values of the affirmative run, at all positions. Without images, 100 x the inner product of its embedding with e_n - e_a, the difference of those of the negated and the affirmative sentence, all of unit length.",
    ),
  },
);

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

export const CIRCUIT_TABLE = table(
  "circuit",
  "One row for each side: the circuit that was found, or that of `--circuit`. Without rows if none was found; `circuit.json` then has what came nearest.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: text<RankingName | "given">(
      "The ranking with whose beginning the search began, or `given` for the circuit of `--circuit`.",
    ),
    start: optional(
      count(
        "Number of nodes of that beginning; the circuit has its nodes but for those that the search dropped or added. Empty for a circuit of `--circuit`.",
        "nodes",
      ),
    ),
    nodes: SIZE,
    n: N,
    ...estimate("faithfulness", "", SHARE, MEANING, { control: "" }).columns,
    enough: text<"yes" | "no" | "">(
      "Whether `faithfulness` is at least `--faithfulness` and at most as much above 1, as it is in all rows of a circuit that was found; empty if it is unknown.",
    ),
    ...ROW_ESTIMATES,
    ...estimate(
      "held_out",
      "held_out_",
      SHARE,
      "Faithfulness on rows that had no part in the choice: a circuit is chosen on each half of the rows, drawn with the seed, and scored on the other half; both halves together. Empty if a half has no circuit, and for a circuit of `--circuit`.",
    ).columns,
    held_out_by: optional(text<HeldOutBy>(
      `What is in one half: all rows of a subject noun (\`nouns\`, if the data has at least ${FEWEST_NOUNS}, or with \`--cluster noun\`), or of a sentence pair (\`pairs\`). Empty for a circuit of \`--circuit\`.`,
    )),
    random: count(
      "Number of different random circuits with as many heads in each block and as many MLPs, none of them the circuit; 0 if there is no other.",
      "circuits",
    ),
    random_all: text<"yes" | "no">(
      "Whether these are all that there are; else they are drawn with the seed.",
    ),
    random_fixed: text(
      "The heads of blocks, and MLPs, that are the same in all random circuits as the circuit has all of them; with a comma and a space between them.",
    ),
    random_reaching: count(
      "Of these, how many are as near to 1: their |1 - faithfulness| is at most that of the circuit, up to rounding; in the row of `all` rows the largest one, of all rows and of each side.",
      "circuits",
    ),
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
    without: numberOrNone(SHARE, "Faithfulness of the circuit without the node."),
    drop: estimated(
      numberOrNone(
        SHARE,
        "Faithfulness of the circuit minus that without the node; below 0 for a node that takes away from d.",
      ),
      { interval: bounds(""), simultaneous: bounds("simultaneous_") },
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

export const COMPLETENESS = table(
  "completeness",
  "One row for each side and subset of the circuit, which is taken out of the circuit and out of the whole model: all subsets if there are no more than 10, else 10 different random ones.",
  {
    negation: SIDE,
    segment: CHOSEN,
    subset: key(count("The subset's number from 1.")),
    nodes: count("Number of nodes that are taken out.", "nodes"),
    n: N,
    circuit: numberOrNone(SHARE, "Faithfulness of the circuit without the subset."),
    model: numberOrNone(SHARE, "Faithfulness of all nodes without the subset."),
    ...estimate(
      "difference",
      "",
      SHARE,
      "By how much `model` is above `circuit`: near 0 if the circuit has all that stands in for the subset.",
    ).columns,
  },
);

/** A row of circuit_scores.csv. */
export type CircuitScoreRow = Row<
  { id: string; negation: Negation; segment: SegmentOrNone; set: string },
  "score"
>;

/** A row of circuit_sets.csv. */
export type CircuitSetRow = Row<
  { members: string; negation: SideOrAll; segment: string; set: string },
  "nodes" | "n",
  "row_error" | "rows_near" | "ratio_p5" | "ratio_p95" | "faithfulness" | "low" | "high"
>;

/** A row of circuit.csv. */
export type CircuitRow = Row<
  {
    random_all: "yes" | "no";
    random_fixed: string;
    model_there: SameOrOther;
    rows_there: SameOrOther;
    scored_on: ScoredOn;
    held_out_by: HeldOutBy | undefined;
    negation: SideOrAll;
    segment: string;
    ranking: RankingName | "given";
    enough: "" | "yes" | "no";
  },
  "random" | "random_reaching" | "nodes" | "n",
  | "random_mean"
  | "faithfulness_there"
  | "low_there"
  | "high_there"
  | "rows_near"
  | "ratio_p5"
  | "ratio_p95"
  | "start"
  | "faithfulness"
  | "low"
  | "high"
  | EstimateNames<"row_error" | "held_out">
>;

/** A row of minimality.csv. */
export type MinimalityRow = Row<
  { negation: SideOrAll; segment: string; node: "head" | "mlp" },
  "layer" | "n",
  | "head"
  | "without"
  | "drop"
  | "low"
  | "high"
  | "simultaneous_low"
  | "simultaneous_high"
  | "drop_there"
>;

/** A row of completeness.csv. */
export type CompletenessRow = Row<
  { negation: SideOrAll; segment: string },
  "subset" | "nodes" | "n",
  "circuit" | "model" | "difference" | "low" | "high"
>;
