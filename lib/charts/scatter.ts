/** Scatter plots of a table: a point for each row with its intervals, the most important ones with their names where there is space. */

import {
  type Channel,
  channelOf,
  type ChartData,
  type Estimate,
  type Field,
  marksOf,
  nameOf,
  type PanelsOptions,
  type ShownChannel,
  valueIn,
  wordsOf,
} from "./channels.ts";
import { numberAxis, panelChart, type Positions, span, type TitledPanel } from "./panels.ts";
import { type ChartSpec, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, drawn, drawnEnds, greatest, shortNumber, tipEstimate } from "./texts.ts";

/** The channels of scatter plots, and what they say. */
export interface ScatterOptions<Row> extends PanelsOptions<Row> {
  /** Across. */
  readonly x: Channel<Row>;
  /** Upwards. */
  readonly y: Channel<Row>;
  /** What tells the points of a panel apart. @default {nothing} */
  readonly series?: Field<Row, string>;
  /** The series by name, in the order of the legend. */
  readonly styles?: Readonly<Record<string, { readonly color: string; readonly shape: string }>>;
  /** The points of a panel that are to be named, the most important first. @default {none} */
  readonly labelled?: (rows: readonly Row[]) => readonly Row[];
}

type Range = readonly [number, number];

type Ranges = Readonly<Record<"x" | "y", Range>>;

interface Point<Row> {
  readonly row: Row;
  readonly x: Estimate;
  readonly y: Estimate;
}

const COLOUR = OKABE_ITO.blue;

/**
 * Draws scatter plots against the dashed lines y = |x|.
 *
 * @param data A row for each point; or a table, whose schema says where intervals are.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function scatter<Row extends object>(
  data: ChartData<Row>,
  options: NoInfer<ScatterOptions<Row>>,
): ChartSpec {
  const axes = { x: channelOf(data, options.x), y: channelOf(data, options.y) };
  const placed = [axes.x.field, axes.y.field];
  const { all, panels } = marksOf(data, { ...options, placed }, (row): Point<Row> | undefined => {
    const place = { x: axes.x.of(row), y: axes.y.of(row) };
    return place.x && place.y && { row, x: place.x, y: place.y };
  });
  const size = labelSize(all.map(({ row }) => row), options);
  const own = { ...options, axes, size, ranges: rangesOf(all, size) };
  return panelChart({
    ...options,
    ...wordsOf(options, axes.y, { by: [axes.x.title], marks: "Bars" }),
    form: `Scatter plots: ${axes.x.title} across, ${axes.y.title} upwards`,
    panels: panels.map(({ title, marks }): TitledPanel => (
      { title, text: pointsText(marks, own), view: scatterPanel(marks, own) }
    )),
    shared: options.series === undefined ? [] : ["color", "shape"],
  });
}

/** The most points of a panel that the alt text tells. */
const MOST_TOLD = 8;

function pointsText<Row>(
  points: readonly Point<Row>[],
  { name, axes }: Pick<PanelOptions<Row>, "name" | "axes">,
): string {
  if (name === undefined) return "";
  const textOf = ({ row, x, y }: Point<Row>) =>
    `${name(row)} (${axes.x.title} ${shortNumber(x.value)}, ${axes.y.title} ${
      shortNumber(y.value)
    })`;
  return points.slice(0, MOST_TOLD).map(textOf).join("; ");
}

/** The ranges of all panels' axes, with 0, and widened where labels need room. */
function rangesOf<Row>(points: readonly Point<Row>[], { width }: Size): Ranges {
  const ends = (side: "x" | "y") =>
    points.flatMap((point) => drawnEnds(point[side].value, point[side]));
  const [from, to] = axisRange([0, ...ends("x")]);
  return { x: [from, drawn(to + width * (to - from))], y: axisRange([0, ...ends("y")]) };
}

type PanelOptions<Row> = ScatterOptions<Row> & {
  readonly axes: Readonly<Record<"x" | "y", ShownChannel<Row>>>;
  readonly ranges: Ranges;
  readonly size: Size;
};

function scatterPanel<Row extends object>(
  points: readonly Point<Row>[],
  options: PanelOptions<Row>,
): TitledPanel["view"] {
  const { axes, ranges } = options;
  const axis = (side: "x" | "y") =>
    numberAxis(axes[side].field, {
      title: axes[side].titleOf(points.map(({ row }) => row)),
      range: ranges[side],
      axis: { labelSeparation: 3 },
    });
  const at = { x: axis("x"), y: axis("y") };
  const labels = labelsOf(points, options);
  const { color, shape } = seriesOf(options);
  const rule = { type: "rule", strokeWidth: 0.7, ...color === undefined && { color: COLOUR } };
  const intervals = (side: "x" | "y", ends?: [string, string]) =>
    axes[side].hasInterval
      ? [{
        mark: rule,
        encoding: { ...at, ...span(side, at[side], ends), ...color && { color } },
      }]
      : [];
  return {
    data: { values: points.map((point) => drawnPoint(point, options, labels.get(point.row))) },
    layer: [
      reference(ranges, at),
      ...intervals("x", ["x_low", "x_high"]), // behind the labels beside a point
      ...intervals("y"),
      {
        mark: color === undefined ? { type: "circle", color: COLOUR, size: 26, opacity: 0.8 } : {
          type: "point",
          filled: true,
          size: options.labelled === undefined ? 50 : 26,
          opacity: 1,
        },
        encoding: { ...at, ...color && { color, shape }, ...TIP },
      },
      ...labelLayers(labels.values(), at),
    ],
  };
}

/** How points show their series; undefined without one. */
function seriesOf<Row>({ series, styles = {} }: ScatterOptions<Row>) {
  const by = (channel: "color" | "shape") => ({
    field: nameOf(series!),
    type: "nominal",
    title: null,
    scale: {
      domain: Object.keys(styles),
      range: Object.values(styles).map(({ [channel]: style }) => style),
    },
  });
  return series === undefined ? {} : { color: by("color"), shape: by("shape") };
}

/** The dashed lines y = |x|. */
function reference({ x: [from, to], y: [, top] }: Ranges, { x, y }: Positions) {
  const ends = [Math.max(from, -top), 0, Math.min(to, top)];
  return {
    data: { values: ends.map((end) => ({ x: end, y: Math.abs(end) })) },
    mark: { type: "line", strokeDash: [4, 3], color: OKABE_ITO.black, strokeWidth: 1 },
    encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" } },
  };
}

function drawnPoint<Row extends object>(
  { row, x, y }: Point<Row>,
  options: PanelOptions<Row>,
  side: Side | undefined,
) {
  const { series, name, axes } = options;
  const [x_low, x_high] = drawnEnds(x.value, x);
  const [low, high] = drawnEnds(y.value, y);
  const [across, upwards] = [tipEstimate(x.value, x), tipEstimate(y.value, y)];
  return {
    ...(name !== undefined && options.labelled !== undefined && { label: name(row) }),
    ...(series !== undefined && { [nameOf(series)]: valueIn(row, series) }),
    [axes.x.field]: drawn(x.value),
    [axes.y.field]: drawn(y.value),
    ...(axes.x.hasInterval && { x_low, x_high }),
    ...(axes.y.hasInterval && { low, high }),
    ...side !== undefined && { side },
    tip: `${name === undefined ? "" : `${name(row)}: `}${axes.x.titleIn(row)} ${across}, ${
      axes.y.titleIn(row)
    } ${upwards}`,
  };
}

/** A point with its interval in a plot whose lower left corner is 0, 0 and whose upper right one is 1, 1. */
export interface PlacedPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A letter of a label with its share of the gap, as shares of a panel that fills a column of a venue. */
const LETTER = { width: 0.02, height: 0.06 };

function labelSize<Row>(
  rows: readonly Row[],
  { labelled, name }: ScatterOptions<Row>,
): Size {
  if (labelled === undefined || name === undefined) return { width: 0, height: 0 };
  const longest = greatest([0, ...labelled(rows).map((row) => name(row).length)]);
  return { width: longest * LETTER.width, height: LETTER.height };
}

const SIDES = { right: { align: "left", dx: 5 }, left: { align: "right", dx: -5 } } as const;

type Side = keyof typeof SIDES;

/** Finds the side of each point, in their order, on which its label lies inside the plot and covers no other label, and no other point or its interval; a label without such a side is left out. */
export function placeLabels(
  points: readonly PlacedPoint[],
  { size: { width, height }, among }: {
    readonly size: Size;
    readonly among: readonly PlacedPoint[];
  },
): (Side | undefined)[] {
  const taken: { readonly x: number; readonly y: number }[] = [];
  return points.map((point) => {
    const { y } = point;
    const placeOn = (side: Side) => point.x + (side === "right" ? width : -width) / 2;
    const found = (["right", "left"] as const).find((side) => {
      const x = placeOn(side);
      return x >= width / 2 && x <= 1 - width / 2 &&
        taken.every((other) => Math.abs(other.x - x) >= width || Math.abs(other.y - y) >= height) &&
        among.every((other) =>
          other === point || Math.abs(other.x - x) >= width / 2 ||
          other.low >= y + height / 2 || other.high <= y - height / 2
        );
    });
    if (found !== undefined) taken.push({ x: placeOn(found), y });
    return found;
  });
}

function labelsOf<Row>(
  points: readonly Point<Row>[],
  { labelled, size, ranges }: PanelOptions<Row>,
): ReadonlyMap<Row, Side> {
  if (labelled === undefined) return new Map();
  const share = (value: number, [from, to]: Range) => (value - from) / (to - from);
  const placed = new Map(points.map(({ row, x, y }) => {
    const [low, high] = drawnEnds(y.value, y).map((end) => share(end, ranges.y));
    const at = { x: share(x.value, ranges.x), y: share(y.value, ranges.y) };
    return [row, { ...at, low: low!, high: high! }] as const;
  }));
  const named = labelled([...placed.keys()]);
  const sides = placeLabels(named.map((row) => placed.get(row)!), {
    size,
    among: [...placed.values()],
  });
  return new Map(named.flatMap((row, i) => sides[i] === undefined ? [] : [[row, sides[i]]]));
}

function labelLayers(sides: Iterable<Side>, at: Positions) {
  return [...new Set(sides)].map((side) => ({
    transform: [{ filter: `datum.side === '${side}'` }],
    mark: { type: "text", ...SIDES[side] },
    encoding: { ...at, text: { field: "label", type: "nominal" } },
  }));
}
