/** The scatter plots: how features of the data set correlate with d. */

import type { Reads } from "../../tables/schema.ts";
import { type Feature, type FeatureRow, FEATURES } from "./features.ts";
import type { FeatureBandRow } from "./feature_bands.ts";
import type { CorrelationRow } from "./correlate.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  countRange,
  type ScatterAxis,
  scatterPanel,
  type ScatterPoint,
} from "../../charts/scatter_panel.ts";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  estimateText,
  sidesOf,
  specHead,
} from "../../charts/spec.ts";

/** The columns of features.csv. */
export type FeatureScatterRow =
  & Reads<FeatureRow, "id" | "negation" | "d">
  & {
    readonly [Name in Feature]?: number | undefined;
  };

/** The columns of correlations.csv that the chart reads. */
export type FeatureCorrelation = Reads<
  CorrelationRow,
  | "negation"
  | "feature"
  | "r"
  | "r_low"
  | "r_high"
>;

/** A point on the fitted line of d on a feature. */
export type FeatureBandPoint = Reads<FeatureBandRow, "negation" | "feature" | "x" | "y"> & {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
};

/** What the scatter plots are made from besides their points. */
export interface FeatureScatterOptions extends ChartOptions {
  /** The rows of correlations.csv. */
  readonly correlations: readonly FeatureCorrelation[];
  /** The fitted lines with their 95 % bands, each from left to right. */
  readonly bands: readonly FeatureBandPoint[];
}

const TITLE = "Features of the data set against d";

const CAPTION =
  "Score difference d against features of the data, by the side that is negated: one point a row, the least-squares line with its 95 % band, and Pearson's r with its 95 % interval (both from a bootstrap over clusters of rows) over n rows.";

/** The lines of each feature's axis title. */
const LABELS: Readonly<Record<Feature, readonly string[]>> = {
  text_similarity: ["cosine of", "caption and foil"],
  tokens: ["tokens of the", "negated sentence"],
  subject_size: ["subject size", "(share of the image)"],
};

interface Plot {
  readonly feature: Feature;
  readonly title: string[];
  readonly points: readonly ScatterPoint[];
  readonly band: readonly FeatureBandPoint[];
}

/**
 * Draws d against every feature, one panel per feature and negated side, each with its fitted line and the line's band.
 *
 * Rows whose feature is unknown are left out. Panels of a feature share their x axis, and all panels share the d axis. A panel
 * with more than 2000 rows shows counts in the cells of a grid, 24 cells high and 48 wide or with a column for each number of
 * tokens. Lines and r are drawn as given.
 *
 * @param rows The rows of features.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function featureScatter(
  rows: readonly FeatureScatterRow[],
  options: FeatureScatterOptions,
): ChartSpec {
  const sides = sidesOf(rows);
  const plots = FEATURES.flatMap((feature) =>
    sides.map((side) => plotOf(side, { feature, ...options })).filter((plot) => plot.points.length)
  );
  if (plots.length === 0) return emptyChart(TITLE, options);
  const spec = {
    ...specHead(describe(plots), { ...options, caption: CAPTION }),
    title: {
      text: TITLE,
      subtitle: "d = S(caption) − S(foil); fitted lines with their 95 % bands",
    },
    columns: 2,
    concat: plots.map(({ feature, title, points, band }) =>
      scatterPanel(points, { title, band, x: featureAxis(feature, plots), y: scoreAxis(plots) })
    ),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function plotOf(
  side: readonly FeatureScatterRow[],
  { feature, correlations, bands }: FeatureScatterOptions & { readonly feature: Feature },
): Plot {
  const { negation } = side[0]!;
  const isOwn = (row: { readonly negation: string; readonly feature: string }) =>
    row.negation === negation && row.feature === feature;
  const points = side.flatMap(({ id, d, [feature]: x }) =>
    x === undefined ? [] : [{ id, x, y: d }]
  );
  const { r, r_low: low, r_high: high } = correlations.find(isOwn) ?? {};
  const shown = r === undefined ? "r undefined" : `r = ${estimateText(r, { low, high })}`;
  const title = [`${negation}-negated (n = ${points.length})`, shown];
  return { feature, title, points, band: bands.filter(isOwn) };
}

function featureAxis(feature: Feature, plots: readonly Plot[]): ScatterAxis {
  const values = plots.filter((plot) => plot.feature === feature)
    .flatMap(({ points, band }) => [...points, ...band].map(({ x }) => x));
  const isCount = feature === "tokens";
  const range = isCount ? countRange(values) : axisRange(values);
  return { title: [...LABELS[feature]], range, isCount };
}

function scoreAxis(plots: readonly Plot[]): ScatterAxis {
  const values = plots.flatMap(({ points, band }) => [
    ...points.map(({ y }) => y),
    ...band.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
  ]);
  return { title: ["d"], range: axisRange([0, ...values]) };
}

function describe(plots: readonly Plot[]): string {
  const seen = plots.map(({ feature, title }) =>
    `${LABELS[feature].join(" ")}, ${title.join(": ")}.`
  );
  return [`Scatter plots of d against features, with fitted lines. ${TITLE}.`, ...seen].join(" ");
}
