/** The row type of a comparison with the published figures. */

import { LAYER_OR_EMBEDDING, NEGATION, numberOrNone, ROLE } from "../../study/columns.ts";
import { count, number, optional, table, text } from "../../tables/schema.ts";
import type { ComparedName } from "./cells.ts";
import type { Row } from "../../tables/table.ts";
import type { Role } from "../../data/roles.ts";
import type { Negation } from "../../data/pairs.ts";

/** comparison.csv. */
export const COMPARISON = table(
  "comparison",
  "One row for each published cell of the tables that the runs have.",
  {
    table: text<ComparedName>(
      "The published table: `causal_trace`, `negator_attention`, `correlation_with_d` or `negator_attention_layer4`.",
    ),
    negation: NEGATION,
    segment: optional(
      text("The group of rows; empty if the table is over all rows of the side."),
    ),
    layer: LAYER_OR_EMBEDDING,
    head: optional(count("The head's number from 1; empty in the trace.")),
    role: optional(ROLE),
    published: number("", "The paper's figure."),
    measured: numberOrNone(
      "",
      "The run's figure; empty if the run has no such cell, or no value in it.",
    ),
    difference: numberOrNone("", "The measured figure minus the published one."),
  },
);

/** A row of comparison.csv: a published cell and the run's cell. */
export type ComparisonRow = Row<
  {
    table: "correlation_with_d" | "causal_trace" | "negator_attention" | "negator_attention_layer4";
    negation: Negation;
    segment: string | undefined;
    role: Role | undefined;
  },
  "layer" | "published",
  "head" | "measured" | "difference"
>;
