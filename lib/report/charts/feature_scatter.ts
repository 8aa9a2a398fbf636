/** The scatter plots: how features of the data set go with d. */

import type { TopLevelSpec } from "vega-lite";
import { countDensity } from "./density.ts";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  groupsOf,
  type Panel,
  PANEL_TITLE,
  specHead,
} from "./spec.ts";
import { OKABE_ITO } from "./theme.ts";

/** The columns of features.csv. */
export interface FeaturePoint {
  /** The row's id in the data file. */
  readonly id: string;
  /** Which sentence is negated: `caption` or `foil`. */
  readonly negation: string;
  /** S(caption) - S(foil). */
  readonly d: number;
  /** Cosine of the embeddings of caption and foil. */
  readonly text_similarity?: number | undefined;
  /** Tokens of the negated sentence. */
  readonly tokens?: number | undefined;
  /** Share of the image that the subject covers; undefined where unknown. */
  readonly subject_size?: number | undefined;
}

/** The columns of correlations.csv that the chart reads. */
export interface FeatureCorrelation {
  /** Which sentence is negated. */
  readonly negation: string;
  /** The feature. */
  readonly feature: string;
  /** Pearson's r with d. */
  readonly r?: number | undefined;
  /** Lower bound of its interval. */
  readonly r_low?: number | undefined;
  /** Upper bound of its interval. */
  readonly r_high?: number | undefined;
}

/** A place on a fitted line, with the interval of the line there. */
export interface FeatureBandPoint {
  /** Which sentence is negated. */
  readonly negation: string;
  /** The feature. */
  readonly feature: string;
  /** The feature's value. */
  readonly x: number;
  /** The line's d. */
  readonly y: number;
  /** Lower bound of its interval. */
  readonly low?: number | undefined;
  /** Upper bound of its interval. */
  readonly high?: number | undefined;
}

/** What the scatter plots are made from besides their points. */
export interface FeatureScatterOptions extends ChartOptions {
  /** The rows of correlations.csv. */
  readonly correlations: readonly FeatureCorrelation[];
  /** The fitted lines, each from left to right. */
  readonly bands: readonly FeatureBandPoint[];
}

const FEATURES = {
  text_similarity: { label: "cosine of caption and foil", isCount: false },
  tokens: { label: "tokens of the negated sentence", isCount: true },
  subject_size: { label: "subject size (share of the image)", isCount: false },
} as const;

type Feature = keyof typeof FEATURES;

/** Rows of a side that are drawn one by one; more are counted in the cells of a grid. */
const MOST_POINTS = 2000;

const TITLE = "Features of the data set against d";

interface PanelData {
  readonly feature: Feature;
  readonly negation: string;
  readonly points: readonly { readonly id: string; readonly x: number; readonly y: number }[];
  readonly band: readonly FeatureBandPoint[];
  readonly title: string;
}

interface Ranges {
  readonly x: [number, number];
  readonly y: [number, number];
}

/**
 * Draws d against every feature, one panel per feature and negated side, each with its fitted line and the line's band.
 *
 * Rows whose feature is unknown are left out. Panels of a feature share their x, all panels their d. A panel with more than 2000
 * rows shows instead how many of them lie in each cell of a grid, 24 high and 48 wide or with a column for each number of tokens; its
 * line and r are of all rows.
 *
 * @param rows The rows of features.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function featureScatter(
  rows: readonly FeaturePoint[],
  options: FeatureScatterOptions,
): ChartSpec {
  const sides = groupsOf(rows, (row) => row.negation);
  const panels = (Object.keys(FEATURES) as Feature[]).flatMap((feature) =>
    sides.map((side) => panelData(feature, side, options)).filter(({ points }) => points.length > 0)
  );
  if (panels.length === 0) return emptyChart(TITLE, options);
  const y = axisRange(panels.flatMap(({ points, band }) => [
    ...points.map((point) => point.y),
    ...band.flatMap(boundsOf),
  ]));
  const spec = {
    ...specHead(describe(panels), options),
    title: { text: TITLE, subtitle: "fitted line with its 95 % band" },
    concat: panels.map((data) => {
      const alike = panels.filter(({ feature }) => feature === data.feature);
      return panel(data, { x: featureRange(alike), y });
    }),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function panelData(
  feature: Feature,
  side: readonly FeaturePoint[],
  { correlations, bands }: FeatureScatterOptions,
): PanelData {
  const { negation } = side[0]!;
  const points = side.flatMap(({ id, d, [feature]: x }) =>
    x === undefined ? [] : [{ id, x, y: d }]
  );
  const isOwn = (row: { negation: string; feature: string }) =>
    row.negation === negation && row.feature === feature;
  const { r, r_low: low, r_high: high } = correlations.find(isOwn) ?? {};
  const shown = r === undefined ? "r undefined" : `r = ${estimateText(r, { low, high })}`;
  const title = `${negation}-negated (n = ${points.length}): ${shown}`;
  return { feature, negation, points, band: bands.filter(isOwn), title };
}

/** The range of a feature; that of a count ends half-way to the next, so that a grid has one column for each. */
function featureRange(panels: readonly PanelData[]): [number, number] {
  const [least, most] = axisRange(panels.flatMap(({ points }) => points.map((point) => point.x)));
  if (!FEATURES[panels[0]!.feature].isCount) return [least, most];
  return [Math.ceil(least) - 0.5, Math.floor(most) + 0.5];
}

function boundsOf({ y, low, high }: FeatureBandPoint): number[] {
  return [y, low, high].filter((value) => value !== undefined);
}

function panel({ feature, title, points, band }: PanelData, ranges: Ranges): Panel {
  const type = "quantitative" as const;
  const x = {
    field: "x",
    type,
    title: FEATURES[feature],
    scale: { domain: ranges.x, nice: false },
  };
  const y = {
    field: "y",
    type,
    title: "d = S(caption) − S(foil)",
    scale: { domain: ranges.y, nice: false },
  };
  const grid = isCount ? { ...ranges, columns: ranges.x[1] - ranges.x[0] } : ranges;
  const many = points.length > MOST_POINTS;
  return {
    title: { text: title, style: PANEL_TITLE },
    height: 180,
    layer: [
      ...(many
        ? [{
          data: { values: countDensity(points, grid).map(drawnRow) },
          mark: { type: "rect", tooltip: true } as const,
          encoding: {
            x,
            x2: { field: "x2" },
            y,
            y2: { field: "y2" },
            color: {
              field: "n",
              type,
              title: "rows in a cell",
              scale: { scheme: "viridis" as const, reverse: true, domainMin: 1 },
            },
          },
        }]
        : [{
          data: { values: points.map(drawnRow) },
          mark: {
            type: "circle",
            size: 14,
            opacity: 0.5,
            color: OKABE_ITO.blue,
            tooltip: { content: "data" },
          } as const,
          encoding: { x, y },
        }]),
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", strokeDash: [4, 3] },
        encoding: { y: { field: "zero", type } },
      },
      {
        data: { values: band.filter(({ low }) => low !== undefined).map(drawnBand) },
        mark: { type: "area", color: OKABE_ITO.vermillion, opacity: 0.25, clip: true },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: band.map(drawnBand) },
        mark: { type: "line", color: OKABE_ITO.vermillion, clip: true },
        encoding: { x, y },
      },
    ],
  };
}

function drawnRow<Row extends object>(row: Row): Row {
  const cells = Object.entries(row).map(([key, value]) => {
    return [key, typeof value === "number" ? drawn(value) : value];
  });
  return Object.fromEntries(cells);
}

function drawnBand({ x, y, low, high }: FeatureBandPoint) {
  return drawnRow({ x, y, ...(low !== undefined && high !== undefined && { low, high }) });
}

function describe(panels: readonly PanelData[]): string {
  const seen = panels.map(({ feature, title }) => `${FEATURES[feature].label}, ${title}.`);
  return [`Scatter plots of d against features, with fitted lines. ${TITLE}.`, ...seen].join(" ");
}
