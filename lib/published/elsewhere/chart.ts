/** The chart of heads on two sets of sentences: one point a head. */

import type { TopLevelSpec } from "vega-lite";
import { type LabelPlace, type PlacedPoint, placeLabels } from "../../charts/point_labels.ts";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { headName } from "../../tables/head_names.ts";
import { headsInBoth, mostSelective } from "./findings.ts";
import type { GeneraliseRow, GeneraliseSummaryRow, Quantity } from "./tables.ts";

/** What the chart is drawn from besides its heads. */
export interface GeneraliseChartOptions extends ChartOptions {
  /** Rows of generalise_summary.csv. */
  readonly summary: readonly GeneraliseSummaryRow[];
}

/** A head in a panel. */
interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** The bounds of both, the values themselves where there are none. */
  readonly bounds: { readonly x: Bounds; readonly y: Bounds };
  readonly isNamed: boolean;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

const TITLE = "Heads in the data and in sentences elsewhere";

/** The size of the longest label, such as 24.16, as a share of a panel in one column of a venue. */
const LABEL_SIZE = { width: 0.16, height: 0.1 };

/** The distance of labels from their points, in pixels. */
const GAP = 6;

/**
 * Draws every head's selectivity elsewhere against that in the data, with intervals, and beside it the same of the exchanged sentences, on the
 * same axes. The most selective heads of either set are labelled where there is space.
 *
 * @param rows Rows of generalise.csv.
 * @param options The summary, and checksums of the files.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function generaliseChart(
  rows: readonly GeneraliseRow[],
  options: GeneraliseChartOptions,
): ChartSpec {
  const named = new Set(
    [
      ...mostSelective(rows, (row) => row.selectivity),
      ...mostSelective(rows, (row) => row.selectivity_elsewhere),
    ].map(headName),
  );
  const selectivity = points(rows, named, (row) => [
    { value: row.selectivity, low: row.selectivity_low, high: row.selectivity_high },
    {
      value: row.selectivity_elsewhere,
      low: row.selectivity_elsewhere_low,
      high: row.selectivity_elsewhere_high,
    },
  ]);
  const exchanged = points(rows, new Set(), (row) => [
    { value: row.baseline },
    { value: row.baseline_elsewhere },
  ]);
  if (selectivity.length === 0) return emptyChart(TITLE, options);
  const all = [...selectivity, ...exchanged].flatMap(({ bounds: { x, y } }) => [x, y]);
  const range = axisRange([0, ...all.flatMap(({ low, high }) => [low, high])]);
  const both = headsInBoth(rows).map(headName).join(", ") || "none";
  const told = (quantity: Quantity) => rhoText(options.summary, quantity);
  const what =
    `Scatter plots, one point a head as layer.head, in the data across, elsewhere upwards. ${TITLE}.`;
  const seen = `Selectivity: ${told("selectivity")}. Exchanged sentences: ${told("baseline")}. ` +
    `Among the most selective of both and above the exchanged sentences: ${both}.`;
  const caption =
    `Selectivity of every attention head for the negator (largest attention to the negator minus that to its twin, mean over rows) in the data and in other sentences, and the same with the sentences of each pair exchanged; bars: 95 % intervals (${
      bootstrapText(options)
    }); rho: Spearman's rank correlation over heads, with the range in 95 % of samples of rows, which is no confidence interval`;
  const spec = {
    ...specHead(`${what} ${seen}`, { ...options, caption }),
    title: {
      text: TITLE,
      subtitle: "one point a head (layer.head), bars: 95 % intervals, dashed: equal in both",
    },
    concat: [
      panel(selectivity, { title: ["selectivity", told("selectivity")], range }),
      panel(exchanged, { title: ["exchanged sentences", told("baseline")], range }),
    ],
  } satisfies TopLevelSpec;
  return spec;
}

function rhoText(summary: readonly GeneraliseSummaryRow[], quantity: Quantity): string {
  const own = summary.find((row) => row.quantity === quantity);
  if (own?.rho === undefined) return "no rho";
  const { rho, samples_low: low, samples_high: high } = own;
  const range = low === undefined || high === undefined
    ? ""
    : `, samples ${shortNumber(low)} to ${shortNumber(high)}`;
  return `rho = ${shortNumber(rho)}${range}`;
}

interface Measured {
  readonly value: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

function points(
  rows: readonly GeneraliseRow[],
  named: ReadonlySet<string>,
  of: (row: GeneraliseRow) => readonly [here: Measured, there: Measured],
): Point[] {
  return rows.flatMap((row) => {
    const [here, there] = of(row);
    if (here.value === undefined || there.value === undefined) return [];
    const name = headName(row);
    const bounds = { x: boundsOf(here), y: boundsOf(there) };
    return [{ name, x: here.value, y: there.value, bounds, isNamed: named.has(name) }];
  });
}

function boundsOf({ value, low, high }: Measured): Bounds {
  return { low: low ?? value!, high: high ?? value! };
}

function panel(
  own: readonly Point[],
  { title, range }: { readonly title: string[]; readonly range: readonly [number, number] },
): Panel {
  const type = "quantitative" as const;
  const scale = { domain: [...range], nice: false };
  const axis = { tickCount: 4 };
  const x = { field: "x", type, title: "in the data", scale, axis };
  const y = { field: "y", type, title: "elsewhere", scale, axis };
  const color = OKABE_ITO.blue;
  const places = labelPlaces(own, range);
  const values = own.map((point) => drawnPoint(point, places.get(point)));
  const bar = { type: "rule", color } as const;
  const across = { ...bar, opacity: 0.25 }; // behind the labels beside a point
  return {
    title: { text: title, style: PANEL_TITLE, frame: "group" },
    width: 180,
    height: 180,
    data: { values },
    layer: [
      {
        data: { values: [{ x: range[0], y: range[0] }, { x: range[1], y: range[1] }] },
        mark: { type: "line", strokeDash: [4, 3], color: OKABE_ITO.black, strokeWidth: 1 },
        encoding: { x, y },
      },
      { mark: across, encoding: { x: { ...x, field: "x_low" }, x2: { field: "x_high" }, y } },
      {
        mark: { ...bar, opacity: 0.5 },
        encoding: { x, y: { ...y, field: "y_low" }, y2: { field: "y_high" } },
      },
      { mark: { type: "circle", color, size: 26, opacity: 0.8 }, encoding: { x, y, ...TIP } },
      ...(["right", "left", "above", "below"] as const).map((side) => ({
        transform: [{ filter: `datum.side === '${side}'` }],
        mark: labelMark(side),
        encoding: {
          x,
          y: { ...y, field: "label_y" },
          text: { field: "name", type: "nominal" as const },
        },
      })),
    ],
  };
}

function labelMark(side: LabelPlace["side"]) {
  const align = side === "right" ? "left" : side === "left" ? "right" : "center";
  return { type: "text", align, dx: side === "right" ? GAP : side === "left" ? -GAP : 0 } as const;
}

/** The places of the labels that have space; the most selective heads are placed first. */
function labelPlaces(
  own: readonly Point[],
  [from, to]: readonly [number, number],
): ReadonlyMap<Point, LabelPlace> {
  const share = (value: number) => (value - from) / (to - from);
  const all = new Map(own.map((point): [Point, PlacedPoint] => {
    const { low, high } = point.bounds.y;
    return [point, { x: share(point.x), y: share(point.y), low: share(low), high: share(high) }];
  }));
  const named = own.filter(({ isNamed }) => isNamed).toSorted((a, b) => b.x + b.y - a.x - a.y);
  const found = placeLabels(named.map((point) => all.get(point)!), {
    ...{ size: LABEL_SIZE, among: [...all.values()], level: -1 },
  });
  return new Map(named.flatMap((point, i) => {
    const place = found[i];
    return place === undefined ? [] : [[point, { ...place, y: from + place.y * (to - from) }]];
  }));
}

function drawnPoint({ name, x, y, bounds }: Point, label: LabelPlace | undefined) {
  return {
    ...{ name, x: drawn(x), y: drawn(y) },
    ...{ x_low: drawn(bounds.x.low), x_high: drawn(bounds.x.high) },
    ...{ y_low: drawn(bounds.y.low), y_high: drawn(bounds.y.high) },
    ...(label && { side: label.side, label_y: drawn(label.y) }),
    tip: `head ${name}: in the data ${tipEstimate(x, bounds.x)}, elsewhere ${
      tipEstimate(y, bounds.y)
    }`,
  };
}
