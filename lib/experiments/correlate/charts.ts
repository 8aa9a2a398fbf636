/** The charts of features: d against each of them, and accuracy by the size of the subject. */

import { scatter } from "../../charts/scatter.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, clustersOf } from "../../charts/spec.ts";
import { estimateText, sidesOf, tipEstimate } from "../../charts/texts.ts";
import type { CorrelationRow, SizeAccuracyRow } from "./correlate.ts";
import { type Feature, type FeatureRow, FEATURES } from "./features.ts";
import { lines } from "../../charts/lines.ts";

/** What the scatter plots are made from besides their points. */
export interface FeatureScatterOptions extends ChartOptions {
  /** The rows of correlations.csv. */
  readonly correlations: readonly CorrelationRow[];
}

const LABELS: Readonly<Record<Feature, readonly string[]>> = {
  text_similarity: ["cosine of", "caption and foil"],
  tokens: ["tokens of the", "negated sentence"],
  subject_size: ["subject size", "(share of the image)"],
};

interface FeatureValue extends Pick<FeatureRow, "id" | "negation" | "d"> {
  readonly feature: Feature;
  readonly value: number | undefined;
}

/**
 * Draws d against every feature, one panel per feature and negated side.
 *
 * Rows whose feature is unknown are left out. Panels of a feature share their x axis, and all panels share the d axis. r is
 * as given.
 *
 * @param rows The rows of features.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function featureScatter(
  rows: readonly FeatureRow[],
  { correlations, ...options }: FeatureScatterOptions,
): ChartSpec {
  const values = FEATURES.flatMap((feature) =>
    sidesOf(rows).flatMap((side) =>
      side.map(({ id, negation, d, [feature]: value }): FeatureValue => (
        { id, negation, d, feature, value }
      ))
    )
  );
  const nameOf = (row: FeatureValue) => LABELS[row.feature].join(" ");
  return scatter(values, {
    ...options,
    title: "Features of the data set against d",
    subtitle: "d = S(caption) − S(foil)",
    caption:
      `Score difference d against features of the data, by the side that is negated: one point a row, and Pearson's r with its 95 % interval (${
        bootstrapText(options)
      }) over n rows.`,
    columns: 2,
    panels: (values) =>
      [...Map.groupBy(values, ({ feature, negation }) => `${feature} ${negation}`).values()]
        .map((rows) => {
          const { r, r_low: low, r_high: high } = correlations.find(isOf(rows[0]!)) ?? {};
          const shown = r === undefined ? "r undefined" : `r = ${estimateText(r, { low, high })}`;
          return { title: [`${rows[0]!.negation}-negated (n = ${rows.length})`, shown], rows };
        }),
    x: {
      field: "x",
      of: ({ value }) => value,
      title: ([row]) => LABELS[row!.feature],
      isCount: ([row]) => row!.feature === "tokens",
    },
    y: { field: "d" },
    rangeOf: ([row]) => row!.feature,
    against: "level",
    tip: ({ id, feature, value, d }) =>
      `${id}: ${feature.replaceAll("_", " ")} ${tipEstimate(value!)}, d ${tipEstimate(d)}`,
    form: "Scatter plots of d against features.",
    told: ([row]) => nameOf(row!),
  });
}

function isOf({ negation, feature }: FeatureValue) {
  return (row: { readonly negation: string; readonly feature: string }) =>
    row.negation === negation && row.feature === feature;
}

const CHANCE = 0.5;

/**
 * Draws the accuracy on the foil-negated rows whose subject is larger than each of some thresholds (paper, section 6), with its
 * interval and the number of rows. A dashed line shows the accuracy of random guessing.
 *
 * @param rows The rows of size_accuracy.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function sizeAccuracy(rows: readonly SizeAccuracyRow[], options: ChartOptions): ChartSpec {
  return lines(rows.filter(({ accuracy }) => accuracy !== undefined), {
    ...options,
    title: "Accuracy by subject size",
    subtitle: "foil-negated rows, how many above each 95 % interval; dashed: guessing",
    caption:
      `Accuracy (share of rows with d > 0, ties one half) on the foil-negated rows whose subject covers more than a share of the image, with Wilson's 95 % intervals on the effective number of rows (clusters: ${
        clustersOf(options)
      }) and the number of rows above them. The dashed line shows the accuracy of random guessing.`,
    x: "threshold",
    y: "accuracy",
    low: "low",
    high: "high",
    xTitle: "subject larger than (share of image)",
    yTitle: "accuracy (d > 0)",
    xAxis: "numbers",
    levels: [CHANCE],
    isJoined: false,
    label: ({ n }) => `${n}`,
    tip: ({ threshold }) => `subject larger than ${threshold}: accuracy`,
    form: "Points with 95 % intervals, foil-negated rows.",
    told: (rows) =>
      rows.map(({ threshold, n, accuracy, low, high }) =>
        `${estimateText(accuracy!, { low, high })} above ${threshold} (n = ${n})`
      ).join(", "),
  });
}
