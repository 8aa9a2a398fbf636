/** Which features go with d: what a summary says, and the charts. */

import { estimateText, groupsOf, sidesOf } from "../../charts/texts.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { bracketed, intervalText } from "../../tables/text_table.ts";
import { whereNegated } from "../../study/effects/ranked.ts";
import { namesText } from "../../tables/words.ts";
import { type CorrelationRow, type Feature, type FeatureRow, FEATURES } from "./correlate.ts";
import type { EffectGroupRow } from "../../study/groups/group_estimates.ts";
import { scatter } from "../../charts/scatter.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, clustersOf } from "../../charts/spec.ts";
import { lines } from "../../charts/lines.ts";

const MOST_Q = 0.05;

export function correlateFindings(
  correlations: readonly CorrelationRow[],
  groups: readonly EffectGroupRow[],
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
      {
        title: "Accuracy on foil-negated rows by the size of the subject",
        lines: accuraciesIn(groups).map(({ threshold, n, accuracy, low, high }) => ({
          "subject_size above": `${threshold}`,
          ...{ n, accuracy, "95 % interval": intervalText({ low, high }) },
        })),
      },
    ],
    notes: sides.map(repeatsNote),
  };
}

/** The accuracies by the subject's size that have rows. */
function accuraciesIn(groups: readonly EffectGroupRow[]) {
  return groups.filter(({ column, n }) => column === "subject_size" && n !== 0)
    .map(({ group, n, value: accuracy, low, high }) => (
      { threshold: Number(group), n, accuracy, low, high }
    ));
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

const LABELS: Readonly<Record<Feature, readonly string[]>> = {
  text_similarity: ["cosine of", "caption and foil"],
  tokens: ["tokens of the", "negated sentence"],
  subject_size: ["subject size", "(share of the image)"],
};

/**
 * Draws d against every feature, one panel per feature and negated side, with r as given. Rows whose feature is unknown are left out. Panels
 * of a feature share their x axis, and all panels share the d axis.
 *
 * @param rows The rows of correlate.csv.
 * @param options The rows of correlate_summary.csv, and what every chart needs.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function featureScatter(
  rows: readonly FeatureRow[],
  { correlations, ...options }: ChartOptions & { readonly correlations: readonly CorrelationRow[] },
): ChartSpec {
  const values = FEATURES.flatMap((feature) =>
    sidesOf(rows).flat().map(({ id, negation, d, [feature]: value }) => (
      { id, negation, d, feature, value }
    ))
  );
  return scatter(values, {
    ...options,
    title: "Features of the data set against d",
    subtitle: "d = S(caption) − S(foil)",
    about:
      `Score difference d against features of the data, by the side that is negated: one point a row, and Pearson's r with its 95 % interval (${
        bootstrapText(options)
      }) over n rows`,
    columns: 2,
    panels: (values) =>
      groupsOf(values, ({ feature, negation }) => `${feature} ${negation}`).map((rows) => {
        const { negation, feature } = rows[0]!;
        const { r, r_low: low, r_high: high } = correlations.find((row) =>
          row.negation === negation && row.feature === feature
        ) ?? {};
        const shown = r === undefined ? "r undefined" : `r = ${estimateText(r, { low, high })}`;
        return { title: [`${negation}-negated (n = ${rows.length})`, shown], rows };
      }),
    x: {
      field: "value",
      title: ([row]) => LABELS[row!.feature],
    },
    y: { field: "d" },
    against: "level",
    name: ({ id }) => id,
  });
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
  return lines(accuraciesIn(groups), {
    ...options,
    title: "Accuracy by subject size",
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
