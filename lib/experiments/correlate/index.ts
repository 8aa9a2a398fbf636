/** Which features of the data go with d (Quantmeyer et al. 2024, section 6). */

import { groupsOf } from "../../charts/texts.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { whereNegated } from "../../study/effects/ranked.ts";
import { namesText } from "../../tables/words.ts";
import {
  accuracySteps,
  type CorrelationRow,
  correlationSteps,
  featuredRows,
  type FeatureRow,
  featureRows,
} from "./correlate.ts";
import type { EffectGroupRow } from "../../study/groups/group_estimates.ts";
import { type ChartOptions, type ChartSpec, clustersOf, modelOf } from "../../charts/spec.ts";
import { lines } from "../../charts/lines.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";

const MOST_Q = 0.05;

export function correlateFindings(
  correlations: readonly CorrelationRow[],
): Finding {
  const known = correlations.filter(({ n }) => n > 0);
  const sides = groupsOf(known, ({ negation }) => negation);
  return {
    sentences: sides.map(sideSentence),
    tables: [
      {
        title: "Correlation with d",
        lines: known.map((row) => ({
          negated: row.negation,
          feature: row.feature,
          n: row.n,
          r: row.r,
          "95 % interval": intervalText({ low: row.r_low, high: row.r_high }),
          q: row.q_value,
        })),
      },
    ],
    notes: sides.map(repeatsNote),
  };
}

function sideSentence(side: readonly CorrelationRow[]): string {
  const found = side.filter(({ q_value: q }) => q !== undefined && q < MOST_Q)
    .toSorted((a, b) => Math.abs(b.r!) - Math.abs(a.r!));
  const names = found.map(({ feature, r, r_low: low, r_high: high }) =>
    `${feature.replace("_", " ")} ${bracketed(r, { low, high })}`
  );
  const isTested = side.some(({ q_value: q }) => q !== undefined);
  return `${whereNegated(side[0]!)}, ${
    found.length > 0
      ? `d goes with ${namesText(names)}`
      : isTested
      ? `no feature goes with d (q < ${MOST_Q})`
      : "no feature is tested"
  }`;
}

function repeatsNote(side: readonly CorrelationRow[]): string {
  const digits = (r: number | undefined) => r === undefined ? "none" : r.toFixed(3);
  const { negation, n, largest_block, block_n } = side[0]!;
  if (block_n === 1) return `${negation}-negated: no sentence pair is repeated in ${n} rows`;
  const changes = side.map(({ feature, r, r_without_block }) =>
    `${feature} ${digits(r)} becomes ${digits(r_without_block)}`
  );
  return `${negation}-negated: of ${n} rows, without the ${block_n} rows "${largest_block}" r of ${
    changes.join(", ")
  }`;
}

const CHANCE = 0.5;

/**
 * Draws the accuracy on the foil-negated rows whose subject is larger than each of some thresholds (paper, section 6), with its
 * interval and the number of rows. A dashed line shows the accuracy of random guessing.
 *
 * @param groups The rows of effect_groups.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function sizeAccuracy(groups: readonly EffectGroupRow[], options: ChartOptions): ChartSpec {
  const known = groups.filter(({ column, n }) => column === "subject_size" && n !== 0)
    .map(({ group, value: accuracy, ...rest }) => ({
      ...rest,
      threshold: Number(group),
      accuracy,
    }));
  return lines(known, {
    ...options,
    title: `How often ${modelOf(options)} is right, by subject size`,
    subtitle: "foil-negated rows, how many above each interval; dashed: guessing",
    about:
      "Accuracy (share of rows with d > 0, ties one half) by how much of the image the subject covers",
    intervals: `Wilson, on the effective number of rows; clusters: ${clustersOf(options)}`,
    x: "threshold",
    y: { field: "accuracy", low: "low", high: "high", title: "accuracy (d > 0)" },
    xTitle: "subject larger than (share of image)",
    levels: [CHANCE],
    isJoined: false,
    label: ({ n }) => `${n}`,
    name: ({ threshold }) => `subject larger than ${threshold}`,
  });
}

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
    return featureRows(study.pairs, scores, sentences);
  },
  tables: function* (rows, { seed, cluster }) {
    const measured = rows.map((row) => row.measured);
    const featured = featuredRows(rows.map(({ pair }) => pair), measured, cluster);
    return {
      correlate: featured.features,
      summary: yield* correlationSteps(featured, { seed }),
      groups: yield* accuracySteps(featured),
    };
  },
  charts: ({ groups }, context) => (
    { size_accuracy: sizeAccuracy(groups.rows, chartOptions(context)) }
  ),
  findings: ({ summary }) => correlateFindings(summary.rows),
});
