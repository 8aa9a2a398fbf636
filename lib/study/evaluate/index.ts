/** How well a model distinguishes a sentence from its negation; every run with images evaluates its rows first. */

import { evaluateTable } from "../rows/score_rows.ts";
import { chartOptions, experiment } from "../experiment/experiment.ts";
import { blockTables, groupPoints, groupSteps } from "./blocks.ts";
import { scoresChart, understandingChart } from "./chart.ts";
import { intervalText } from "../../tables/text_table.ts";
import { type SummaryRow, summarySteps } from "./summary.ts";

export const evaluate = experiment({
  name: "evaluate",
  summary: "scores, segments and accuracy with intervals",
  does:
    "scores every pair, S = 100 x cosine and d = S(caption) - S(foil), with segments and accuracy.",
  runs: "none",
  aligns: false,
  options: {},
  measure: (study) => Promise.resolve(study.pairs.map(() => null)),
  tables: function* (rows, { seed, cluster }) {
    const scored = rows.flatMap(({ pair, scores }) => scores === undefined ? [] : { pair, scores });
    const scores = scored.map((row) => row.scores);
    const pairs = scored.map(({ pair }) => pair);
    const groups = yield* groupSteps(pairs, scores, { seed, cluster });
    return {
      evaluate: evaluateTable(scores),
      summary: yield* summarySteps(pairs, scores, { seed, cluster }),
      ...yield* blockTables(pairs, scores, { seed, cluster }),
      ...groups && { groups },
    };
  },
  charts: ({ evaluate, groups }, context) => {
    const options = chartOptions(context);
    const points = groupPoints(groups?.rows ?? []);
    return {
      scores: scoresChart(evaluate.rows, options),
      ...points.length > 0 && { understanding: understandingChart(points, options) },
    };
  },
  findings: ({ summary }) => ({ tables: [accuracyTable(summary.rows)] }),
  words: [
    { word: "accuracy", means: "share of rows with d > 0; ties count one half" },
    { word: "ties", also: ["tie"], means: "rows with |d| up to 1e-4, the noise of S" },
    {
      word: "matched rows",
      means:
        "rows whose two sentences, or else whose frame and number, are true of some images and false of others in the data",
    },
    {
      word: "block",
      also: ["blocks"],
      means:
        "two pictures and two sentences, each true of one of them: the k-th rows of both sides of the same two sentences",
    },
    {
      word: "gamma",
      means:
        "a quarter of the sum of both sides' mean d over matched rows: half of how much better the true sentence scores, apart from what the model likes in sentences",
    },
    {
      word: "alpha",
      means:
        "a quarter of their difference: over both sides the affirmative sentence scores 2 alpha higher, whatever the picture",
    },
  ],
});

function accuracyTable(rows: readonly SummaryRow[]) {
  const sides = rows.filter(({ negation, n }) => negation !== "both" && n > 0);
  return {
    title: "Accuracy and mean d",
    lines: sides.map((row) => ({
      ...{ negated: row.negation, n: row.n, accuracy: row.accuracy },
      "95 % interval": intervalText({ low: row.accuracy_low, high: row.accuracy_high }),
      "mean d": row.mean_d,
      "its interval": intervalText({ low: row.mean_d_low, high: row.mean_d_high }),
    })),
  };
}
