/** estimates.csv: estimates of several results, one below the other. */

import { numberOrNone } from "../../study/columns.ts";
import { count, key, optional, type Row, table, text } from "../../tables/table.ts";

export const ESTIMATES = table(
  "estimates",
  "Estimates of the runs of a study, one below the other: all that they have over groups of rows, the scores once for each model, data and seed.",
  {
    model: key(text("The model's name in the study file.")),
    data: optional(key(text("The name of the data in the study file."))),
    experiment: optional(
      key(text("The name of the experiment; of the parts of an atlas with `/` and the part.")),
    ),
    seed: optional(key(count("The seed of the run."))),
    table: optional(key(text("The table: a CSV file of the run without its extension."))),
    negation: optional(
      key(text("The negated side, or `all` rows; empty in a table that is not by side.")),
    ),
    segment: optional(key(text("The group of rows; empty in a table that has none."))),
    part: optional(key(text(
      "The table's other keys, as `layer=3;head=2`, without those that are empty.",
    ))),
    quantity: key(text("The column of the estimate, in its own table.")),
    n: optional(count("The rows that it is over.")),
    value: numberOrNone("", "The estimate, with the unit of its column."),
    low: numberOrNone("", "Lower bound of its 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
    simultaneous_low: numberOrNone(
      "",
      "Lower bound of the interval that holds for all rows of its group at once.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    control: optional(
      text("The control that it is compared with, if the run has controls for it."),
    ),
    control_value: numberOrNone("", "What the control shows in its place."),
    specific: optional(text("Whether it is beyond the control: `yes` or `no`.")),
  },
);

/** A row of estimates.csv: an estimate of one of several results. */
export type EstimateRow =
  & Row<
    { model: string; quantity: string },
    never,
    | "seed"
    | "n"
    | "value"
    | "low"
    | "high"
    | "simultaneous_low"
    | "simultaneous_high"
    | "control_value"
  >
  & Readonly<
    Record<
      "data" | "experiment" | "table" | "negation" | "segment" | "part" | "control" | "specific",
      string | undefined
    >
  >;
