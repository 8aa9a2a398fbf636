/** The tables of two runs beside each other. */

import { numberOrNone } from "../../study/columns.ts";
import { count, key, number, optional, table, text } from "../../tables/schema.ts";
import type { Row } from "../../tables/table.ts";
import { CONTROL_COLUMNS, type ControlCells } from "./controls.ts";
import type { Discordance, MapCeiling } from "./paired.ts";

export const CELL = {
  negation: optional(key(text("The negated side, or `all` rows."))),
  segment: optional(key(text("The group of rows."))),
  layer: optional(key(count("The block's number from 1; 0 for the embeddings."))),
  head: optional(key(count("The head's number from 1."))),
  role: optional(key(text("The token's role."))),
  other: optional(key(text(
    "The table's other keys, as in its CSV file: a text as it is, such as the row's id or the traced site, a number after the name of its column.",
  ))),
} as const;

const TABLE = key(text("The table: a CSV file of both runs without its extension."));
const QUANTITY = key(text("Its column, an estimate."));
const LOW = numberOrNone("", "Lower bound of the 95 % interval of the difference.");
const HIGH = numberOrNone("", "Upper bound of the same.");

export const CONTRAST = table(
  "contrast",
  "Of two runs: one row for each estimate that either has, in the order of the first: of all tables that both runs have, joined by their keys.",
  {
    table: TABLE,
    quantity: QUANTITY,
    ...CELL,
    first: numberOrNone("", "The first run's value."),
    second: numberOrNone("", "The second run's value."),
    difference: numberOrNone(
      "",
      "The second minus the first; 0 if that is no more than the rounding error of the estimate (1e-4 for logits), or if no row of a share of d differs by more.",
    ),
    low: LOW,
    high: HIGH,
    interval: text<"paired" | "independent" | "">(
      "`paired`: both values are means, accuracies or shares of d over the same rows, and the interval is that of their difference: over the same samples of clusters, of accuracies that of Bonett and Price (2012) on the number of independent rows that the clusters are worth; [0, 0] where no row differs. `independent`: it follows from the intervals of both values (Zou and Donner 2008), as if the runs were independent; on the same rows it is too wide where their values rise and fall together. Empty without an interval.",
    ),
    only_first: optional(count(
      "Of accuracies on the same rows: rows that only the first run has right.",
      "rows",
    )),
    only_second: optional(count("Rows that only the second run has right.", "rows")),
    p_value: numberOrNone(
      "",
      "McNemar's mid-p-value (Fagerland et al. 2013) of these two numbers, as if rows were independent.",
    ),
    p_clustered: numberOrNone(
      "",
      "The same where the rows of a cluster are exchanged together; where rows share sentences, this one holds.",
    ),
  },
);

/** contrast.csv of two runs with controls. */
export const CONTROLLED = {
  ...CONTRAST,
  columns: { ...CONTRAST.columns, ...CONTROL_COLUMNS },
};

/** A row of contrast.csv. */
export type ContrastRow =
  & Row<
    {
      table: string;
      quantity: string;
      negation: string | undefined;
      segment: string | undefined;
      role: string | undefined;
      other: string | undefined;
      interval: "paired" | "independent" | "";
    },
    never,
    | ("layer" | "head" | "first" | "second" | "difference" | "low" | "high")
    | keyof Discordance
  >
  & ControlCells;

export const CONTRAST_SUMMARY = table(
  "contrast_summary",
  "Of two runs: one row for each column that is compared.",
  {
    table: TABLE,
    quantity: QUANTITY,
    cells: count("Cells that either run has.", "cells"),
    n: count("Cells with a value in both.", "cells"),
    r: numberOrNone("", "Pearson's r over the n cells."),
    mean_absolute_difference: numberOrNone("", "Mean of |difference| over the n cells."),
    n_free: number("cells", "The n cells without those that the method fixes for every model."),
    r_free: numberOrNone("", "Pearson's r over the free cells."),
    n_map: count(
      "The free cells over all rows of a side or, where the estimate has none, over the rows that the model has right: the map.",
      "cells",
    ),
    r_map: numberOrNone("", "Pearson's r over the map."),
    ceiling: numberOrNone(
      "",
      "The r_map that two maps with the same true values would have, given how exact each is: the root of the product of their reliabilities. Errors that both share, as on the same rows, can lift r above it. Empty where not all of these cells follow from rows.",
    ),
    first_reliability: numberOrNone(
      "",
      "How well the first run's map agrees with itself: r between random halves of the clusters, the mean of 20 divisions, for all rows by Spearman and Brown's formula.",
    ),
    second_reliability: numberOrNone("", "The same of the second run."),
    mean_absolute_difference_free: numberOrNone("", "Mean of |difference| over the free cells."),
    n_intervals: count("The n cells whose difference has an interval.", "cells"),
    n_off_zero: count(
      "Those whose interval excludes 0; each holds by itself, so that 5 % would do so by chance.",
      "cells",
    ),
    largest_absolute_difference: numberOrNone(
      "",
      "Largest |difference|; the next columns have its interval and name its cell.",
    ),
    low: LOW,
    high: HIGH,
    negation: CELL.negation,
    segment: CELL.segment,
    layer: CELL.layer,
    head: CELL.head,
    role: CELL.role,
    other: CELL.other,
  },
);

/** A row of contrast_summary.csv. */
export type ContrastSummaryRow = Row<
  {
    table: string;
    quantity: string;
    negation: string | undefined;
    segment: string | undefined;
    role: string | undefined;
    other: string | undefined;
  },
  "cells" | "n" | "n_free" | "n_map" | "n_intervals" | "n_off_zero",
  | "r"
  | "mean_absolute_difference"
  | "r_free"
  | "r_map"
  | keyof MapCeiling
  | "mean_absolute_difference_free"
  | "largest_absolute_difference"
  | "low"
  | "high"
  | "layer"
  | "head"
>;

export type ContrastCell = Pick<ContrastRow, keyof typeof CELL>;
