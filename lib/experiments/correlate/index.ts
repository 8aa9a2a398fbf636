/** Which features of the data go with d (Quantmeyer et al. 2024, section 6). */

import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import {
  accuracySteps,
  correlationSteps,
  featuredRows,
  type FeatureRow,
  featureRows,
} from "./correlate.ts";
import { correlateFindings, sizeAccuracy } from "./findings.ts";

export const correlate = experiment({
  name: "correlate",
  summary:
    "which features of the data go with the score difference, and how much repeated sentences weigh",
  does:
    "correlates similarity of the sentences, their length and the subject's size with d, and audits repeated sentences.",
  reads: "text and images",
  runs: "none",
  aligns: false,
  words: words("r (correlate)", "q (correlate)", "text_similarity", "tokens", "subject_size"),
  options: {},
  measure: async (study): Promise<readonly FeatureRow[]> => {
    const { scores, sentences } = await study.embeddings.scores();
    return featureRows(study.pairs, scores, sentences).features.rows;
  },
  tables: function* (rows, { seed, cluster }) {
    const pairs = rows.map(({ pair }) => pair);
    const measured = rows.map((row) => row.measured);
    const featured = featuredRows(pairs, measured, cluster);
    return {
      correlate: featured.features,
      summary: yield* correlationSteps(featured, {
        seed,
        pairs: featuredRows(pairs, measured).clusters,
      }),
      groups: yield* accuracySteps(featured),
    };
  },
  charts: ({ groups }, context) => (
    { size_accuracy: sizeAccuracy(groups.rows, chartOptions(context)) }
  ),
  findings: ({ summary }) => correlateFindings(summary.rows),
});
