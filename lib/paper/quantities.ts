/** The quantities of which single figures were published: where these are, and in which table of which part a run has the same. Whole tables are compared by lib/compare/published. */

import type { Protocol } from "../data/pairs.ts";
import { CORRELATIONS, SIZE_ACCURACY } from "../experiments/correlate/correlate.ts";
import { SUMMARY } from "../study/evaluate/summary.ts";
import type { CsvRow } from "../tables/csv.ts";
import type { TableSchema } from "../tables/table.ts";

export interface Quantity {
  readonly name: string;
  /** What it is, in a few words without a full stop, for the legend of the summary. */
  readonly means: string;
  /** The file under data/published: the values are in the column `published` or in one that is named as in the run, their row count in `n`, and who published them in `source`, if there are such columns. */
  readonly published: string;
  /** The folder of the part that measures it, by protocol. */
  readonly part: Readonly<Partial<Record<Protocol, string>>>;
  readonly schema: TableSchema;
  readonly value: string;
  /** How many rows they are over, from a row of the table. @default {its column `n`, if there is one} */
  readonly rows?: (row: CsvRow) => number | undefined;
}

const FIGURES = { published: "figures.csv" } as const;
const SCORES = {
  standard: "scores_standard",
  all: "scores_all",
  rephrased: "scores_rephrased",
} as const;
const SEGMENT_COUNT = { ...FIGURES, part: SCORES, schema: SUMMARY } as const;

/** All quantities with single figures, in the paper's order. */
export const QUANTITIES: readonly Quantity[] = [
  {
    ...FIGURES,
    name: "accuracy",
    means: "share of rows with d > 0, ties one half, where d = S(caption) - S(foil)",
    part: SCORES,
    schema: SUMMARY,
    value: "accuracy",
  },
  { ...SEGMENT_COUNT, name: "correct", means: "rows with d >= 1", value: "correct" },
  { ...SEGMENT_COUNT, name: "ambiguous", means: "rows with -1 <= d < 1", value: "ambiguous" },
  { ...SEGMENT_COUNT, name: "incorrect", means: "rows with d < -1", value: "incorrect" },
  {
    ...FIGURES,
    name: "r",
    means: "Pearson's r of a feature of the rows with d",
    part: { rephrased: "correlate" },
    schema: CORRELATIONS,
    value: "r",
  },
  {
    ...FIGURES,
    name: "r_without_block",
    means: "r without the rows of the sentence pair that has the most rows",
    part: { rephrased: "correlate" },
    schema: CORRELATIONS,
    value: "r_without_block",
    rows: (row) => row.count("n") - row.count("block_n"),
  },
  {
    ...FIGURES,
    name: "accuracy_by_size",
    means: "accuracy on the foil-negated rows whose subject covers more than a share of the image",
    part: { rephrased: "correlate" },
    schema: SIZE_ACCURACY,
    value: "accuracy",
  },
];
