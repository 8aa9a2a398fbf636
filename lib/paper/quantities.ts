/** The quantities that were published: where their figures are, and in which table of which part a run has the same. */

import type { Protocol } from "../data/pairs.ts";
import { readDirection } from "../experiments/trace/read_direction.ts";
import type { CsvRow } from "../tables/csv_row.ts";

/** A quantity with published figures. */
export interface Quantity {
  /** Its name in paper.csv. */
  readonly name: string;
  /** What it is, in a few words without a full stop, for the legend of the summary. */
  readonly means: string;
  /** The file under data/published. */
  readonly published: string;
  /** The column of the published values; their row count is in the column `n`, and who published them in `source`, if there are such columns. */
  readonly publishedValue: string;
  /** The folder of the part that measures it, by protocol. */
  readonly part: Readonly<Partial<Record<Protocol, string>>>;
  /** The part's table, without its ending. */
  readonly table: string;
  /** The column of the measured values. */
  readonly value: string;
  /** How many rows they are over, from a row of the table. @default {its column `n`, if there is one} */
  readonly rows?: (row: CsvRow) => number;
  /** The columns of their intervals; absent if the table has none. */
  readonly interval?: readonly [low: string, high: string];
  /** The columns that identify a figure; both files have them. */
  readonly keys: readonly Key[];
  /** Which rows of the measured table count. @default {all} */
  readonly isOwn?: (row: CsvRow) => boolean;
}

/** A column that identifies a figure. */
export type Key = "negation" | "segment" | "layer" | "head" | "role" | "feature" | "threshold";

const FIGURES = { published: "figures.csv", publishedValue: "published" } as const;
const SCORES = {
  standard: "scores_standard",
  all: "scores_all",
  rephrased: "scores_rephrased",
} as const;
const SEGMENT_COUNT = { ...FIGURES, part: SCORES, table: "summary", keys: ["negation"] } as const;

/** All published quantities, in the paper's order. */
export const QUANTITIES: readonly Quantity[] = [
  {
    ...FIGURES,
    name: "accuracy",
    means: "share of rows with d > 0, where d = S(caption) - S(foil)",
    part: SCORES,
    ...{ table: "summary", value: "accuracy", interval: ["accuracy_low", "accuracy_high"] },
    keys: ["negation"],
  },
  { ...SEGMENT_COUNT, name: "correct", means: "rows with d >= 1", value: "correct" },
  { ...SEGMENT_COUNT, name: "ambiguous", means: "rows with -1 <= d < 1", value: "ambiguous" },
  { ...SEGMENT_COUNT, name: "incorrect", means: "rows with d < -1", value: "incorrect" },
  {
    name: "cte",
    means:
      "causal tracing effect: the mean share of d that one vector of the residual stream, patched from the negated sentence into the affirmative one, restores",
    ...{ published: "causal_trace.csv", publishedValue: "cte" },
    part: { rephrased: "trace" },
    ...{ table: "trace", value: "cte", interval: ["cte_low", "cte_high"] },
    keys: ["negation", "segment", "layer", "role"],
    isOwn: (row) => row.optional("site") === "resid" && readDirection(row) === "denoise",
  },
  {
    name: "selectivity",
    means:
      "a head's attention to the negator minus that to the word in its place in the affirmative sentence: the largest difference of a row, mean over rows",
    ...{ published: "negator_attention.csv", publishedValue: "selectivity" },
    part: { rephrased: "attend" },
    ...{ table: "heads", value: "selectivity", interval: ["selectivity_low", "selectivity_high"] },
    keys: ["negation", "layer", "head"],
  },
  {
    name: "correlation_with_d",
    means: "Pearson's r of a row's largest difference, as in selectivity, with d",
    ...{ published: "negator_attention.csv", publishedValue: "correlation_with_d" },
    part: { rephrased: "attend" },
    ...{ table: "heads", value: "correlation_with_d" },
    keys: ["negation", "layer", "head"],
  },
  {
    name: "attention_difference",
    means:
      "the same difference as in selectivity for the heads of layer 4, by the role of the query",
    ...{ published: "negator_attention_layer4.csv", publishedValue: "attention_difference" },
    part: { rephrased: "attend" },
    ...{ table: "head_roles", value: "attention_difference" },
    keys: ["negation", "layer", "head", "role"],
  },
  {
    ...FIGURES,
    name: "r",
    means: "Pearson's r of a feature of the rows with d",
    part: { rephrased: "correlate" },
    ...{ table: "correlations", value: "r", interval: ["r_low", "r_high"] },
    keys: ["negation", "feature"],
  },
  {
    ...FIGURES,
    name: "r_without_block",
    means: "r without the rows of the sentence pair that has the most rows",
    part: { rephrased: "correlate" },
    ...{ table: "audit", value: "r_without_block" },
    rows: (row) => row.count("n") - row.count("block_n"),
    keys: ["negation", "feature"],
  },
  {
    ...FIGURES,
    name: "accuracy_by_size",
    means: "accuracy on the foil-negated rows whose subject covers more than a share of the image",
    part: { rephrased: "correlate" },
    ...{ table: "size_accuracy", value: "accuracy", interval: ["low", "high"] },
    keys: ["threshold"],
  },
];
