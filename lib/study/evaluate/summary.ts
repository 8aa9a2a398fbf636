/** Counts and averages of the scores by negated side (Quantmeyer et al. 2024, section 3). */

import { count, estimated, fillTable, key, table, text } from "../../tables/schema.ts";
import { type Negation, NEGATIONS_AND_ALL, type Pair } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import { mean } from "../../stats/quantile.ts";
import { clusterShare } from "../../stats/intervals/share.ts";
import { N, numberOrNone } from "../columns.ts";
import { estimate } from "../effects/estimate_columns.ts";
import { SCORE_NOISE } from "../effects/noise.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import type { Segment } from "../rows/score.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { Steps } from "../../stats/steps.ts";
import type { EstimateNames } from "../../tables/estimates.ts";

const NEGATION_OR_ALL = key(text<Negation | "all">(
  "Which of the two sentences is negated: `caption` or `foil`; `all` for all rows.",
));

export const ACCURACY = estimate("accuracy", "accuracy_", "share", "Share of rows with d > 0.", {
  meanOf: { table: "evaluate", column: "d", above: 0 },
});
export const MEAN_D = estimate("mean_d", "mean_d_", "logit", "Mean of d.", {
  meanOf: { table: "evaluate", column: "d" },
});

export const SUMMARY = table("summary", "One row for each negated side, and one for `all` rows.", {
  negation: NEGATION_OR_ALL,
  n: N,
  ...ACCURACY.columns,
  correct: count("Rows with d >= 1.", "rows"),
  ambiguous: count("Rows with -1 <= d < 1.", "rows"),
  incorrect: count("Rows with d < -1.", "rows"),
  ...MEAN_D.columns,
  sd_d: numberOrNone("logit", "Sample standard deviation of d (n - 1)."),
  mean_s_caption: estimated(numberOrNone("logit", "Mean S of the captions."), {
    noise: SCORE_NOISE,
    meanOf: { table: "evaluate", column: "s_caption" },
  }),
  mean_s_foil: estimated(numberOrNone("logit", "Mean S of the foils."), {
    noise: SCORE_NOISE,
    meanOf: { table: "evaluate", column: "s_foil" },
  }),
});

/** A row of summary.csv: one side, or all rows. */
export type SummaryRow = Row<
  { negation: Negation | "all" },
  "n" | "correct" | "ambiguous" | "incorrect",
  "sd_d" | "mean_s_caption" | "mean_s_foil" | EstimateNames<"accuracy" | "mean_d">
>;

export type MeanScores = Pick<SummaryRow, "n" | EstimateNames<"accuracy" | "mean_d">>;

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
    const count = (segment: Segment) => ofSide.filter((row) => row.segment === segment).length;
    made.push({
      negation: side,
      ...yield* meanScores(ofSide, { clusters: places.map((i) => keys[i]!), seed }),
      correct: count("correct"),
      ambiguous: count("ambiguous"),
      incorrect: count("incorrect"),
      sd_d: sampleSd(ofSide.map(({ d }) => d)),
      mean_s_caption: mean(ofSide.map((row) => row.s_caption)),
      mean_s_foil: mean(ofSide.map((row) => row.s_foil)),
    });
  }
  return fillTable(SUMMARY, made);
}

/** Accuracy and mean d of some rows, with their clusters. */
export function* meanScores(
  rows: readonly EvaluateRow[],
  { clusters, seed }: { readonly clusters: readonly string[]; readonly seed: number },
): Steps<MeanScores> {
  yield;
  const accuracy = clusterShare(rows.map(({ d }) => d > 0), { clusters });
  yield;
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const meanD = bootstrap.mean(rows.map(({ d }) => d));
  return { n: rows.length, ...ACCURACY.cells(accuracy), ...MEAN_D.cells(meanD) };
}

function sampleSd(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const center = mean(values)!;
  const squares = values.reduce((sum, x) => sum + (x - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
