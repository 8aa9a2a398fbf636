/** Counts and averages of the scores by negated side (Quantmeyer et al. 2024, section 3). */

import {
  count,
  fillTable,
  key,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { type Negation, NEGATIONS_AND_ALL, type Pair } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/columns.ts";
import { clusterShare } from "../../stats/share.ts";
import { N, numberOrNone } from "../columns.ts";
import { estimate } from "../effects/estimate_columns.ts";
import { rightness, SCORE_NOISE, signOfD } from "../effects/noise.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { understandingSteps } from "../effects/understanding.ts";
import type { EvaluateRow, Segment } from "../rows/score_rows.ts";
import type { Steps } from "../../stats/steps.ts";
import type { EstimateNames } from "../../tables/estimates.ts";

const SIDE = key(text<Negation | "all" | "both">(
  "Which of the two sentences is negated: `caption` or `foil`; `all` for all rows; `both` for what follows from matched rows of both sides.",
));

const ACCURACY = estimate(
  "accuracy",
  "accuracy_",
  "share",
  "Share of rows with d > 0; ties count one half.",
  { meanOf: { table: "evaluate", column: "d", above: 0, tie: SCORE_NOISE } },
);
const MEAN_D = estimate("mean_d", "mean_d_", "logit", "Mean of d.", {
  meanOf: { table: "evaluate", column: "d" },
});

const GAMMA = estimate(
  "gamma",
  "gamma_",
  "logit",
  "Understanding, of `both` alone: half of how much better the true sentence scores, apart from what the model likes in sentences. With D_f and D_c, the mean d of foil- and caption-negated rows that are alike, (D_f + D_c) / 4.",
  { meanOf: { table: "evaluate", column: "d" } },
);
const ALPHA = estimate(
  "alpha",
  "alpha_",
  "logit",
  "Bias, of `both` alone: over both sides the affirmative sentence scores 2 alpha higher, whatever the picture; (D_f - D_c) / 4 of the same rows.",
  { meanOf: { table: "evaluate", column: "d", isAlpha: true } },
);

export const SUMMARY = table(
  "summary",
  "One row for each negated side, for `all` rows, and for `both` sides.",
  {
    negation: SIDE,
    n: N,
    ...ACCURACY.columns,
    ties: optional(count("Rows with |d| up to 1e-4, the noise of S.", "rows")),
    correct: optional(count("Rows with d >= 1.", "rows")),
    ambiguous: optional(count("Rows with -1 <= d < 1.", "rows")),
    incorrect: optional(count("Rows with d < -1.", "rows")),
    ...MEAN_D.columns,
    mean_abs_d: numberOrNone("logit", "Mean of |d|."),
    ...GAMMA.columns,
    ...ALPHA.columns,
    rows_matched: optional(count(
      "Rows of gamma and alpha, whose two sentences, or else whose frame and number, the other side has too; 0 if all rows are taken, unmatched and without an interval.",
      "rows",
    )),
  },
);

/** A row of summary.csv: one side, all rows, or both sides. */
export type SummaryRow = Row<
  { negation: Negation | "all" | "both" },
  "n",
  | ("ties" | "correct" | "ambiguous" | "incorrect" | "mean_abs_d" | "rows_matched")
  | EstimateNames<"accuracy" | "mean_d" | "gamma" | "alpha">
>;

const NOTHING = Object.fromEntries(
  Object.keys(SUMMARY.columns).map((name) => [name, undefined]),
) as {
  readonly [Name in Exclude<keyof SummaryRow, "negation" | "n">]: undefined;
};

export function* summarySteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<SummaryRow>> {
  const keys = pairs.map((pair) => clusterOf(pair, cluster));
  const made: SummaryRow[] = [];
  for (const side of NEGATIONS_AND_ALL) {
    const places = [...rows.keys()].filter((i) => side === "all" || rows[i]!.negation === side);
    const ofSide = places.map((i) => rows[i]!);
    const countOf = (segment: Segment) => ofSide.filter((row) => row.segment === segment).length;
    const clusters = places.map((i) => keys[i]!);
    yield;
    const accuracy = clusterShare(ofSide.map(({ d }) => rightness(d)), { clusters });
    yield;
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    made.push({
      ...{ ...NOTHING, negation: side, n: ofSide.length },
      ...{ ...ACCURACY.cells(accuracy), ...MEAN_D.cells(bootstrap.mean(ofSide.map(({ d }) => d))) },
      ties: ofSide.filter(({ d }) => signOfD(d) === 0).length,
      correct: countOf("correct"),
      ambiguous: countOf("ambiguous"),
      incorrect: countOf("incorrect"),
      mean_abs_d: mean(ofSide.map(({ d }) => Math.abs(d))),
    });
  }
  const d = rows.map((row) => row.d);
  const { gamma, alpha, matched } = yield* understandingSteps(pairs, d, { seed, cluster });
  made.push({
    ...{ ...NOTHING, negation: "both", n: rows.length },
    ...{ ...GAMMA.cells(gamma), ...ALPHA.cells(alpha), rows_matched: matched },
  });
  return fillTable(SUMMARY, made);
}
