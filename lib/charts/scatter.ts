/** Scatter plots of a table: a point for each row with its intervals, the most important ones with their names where there is space. */

import {
  type Channel,
  channelOf,
  type ChartData,
  type Estimate,
  type Field,
  nameOf,
  panelsOf,
  type PanelsOptions,
  rowsIn,
  type ShownChannel,
  valueIn,
  wordsOf,
} from "./channels.ts";
import {
  numberAxis,
  panelChart,
  type Positions,
  ruleLayer,
  span,
  type TitledPanel,
} from "./panels.ts";
import { type ChartSpec, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, drawn, drawnEnds, greatest, shortNumber, tipEstimate } from "./texts.ts";

/** The channels of scatter plots, and what they say. */
export interface ScatterOptions<Row> extends PanelsOptions<Row> {
  /** Across. */
  readonly x: Channel<Row>;
  /** Upwards. */
  readonly y: Channel<Row>;
  /** What points are seen against: y = 0, both axes' 0, the lines y = |x|, or, in a square plot, the line on which x and y are equal. */
  readonly against: "level" | "cross" | "size" | "equality";
  /** What tells the points of a panel apart. @default {nothing} */
  readonly series?: Field<Row, string>;
  /** The series by name, in the order of the legend. */
  readonly styles?: Readonly<Record<string, { readonly color: string; readonly shape: string }>>;
  /** The points of a panel that are to be named, the most important first. @default {none} */
  readonly labelled?: (rows: readonly Row[]) => readonly Row[];
}

type Range = readonly [number, number];

interface Ranges {
  readonly x: Range;
  readonly y: Range;
}

interface Point<Row> {
  readonly row: Row;
  readonly x: Estimate;
  readonly y: Estimate;
}

const MOST_POINTS = 2000;
const SQUARE = 180;
const COLOUR = OKABE_ITO.blue;

/**
 * Draws scatter plots. More than 2000 points of a panel are not drawn one by one: the colour of a cell shows how many lie in it. The grid is
 * 24 cells high and 48 wide, or has a column for each whole number.
 *
 * @param data A row for each point; or a table, whose schema says where intervals are.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function scatter<Row extends object>(
  data: ChartData<Row>,
  options: NoInfer<ScatterOptions<Row>>,
): ChartSpec {
  const { against } = options;
  const axes = { x: channelOf(data, options.x), y: channelOf(data, options.y) };
  const titleOf = (rows: readonly Row[]) => [axes.x.titleOf(rows)].flat().join(" ");
  const pointOf = new Map(
    rowsIn(data).flatMap((row) => {
      const place = { x: axes.x.of(row), y: axes.y.of(row) };
      return place.x === undefined || place.y === undefined
        ? []
        : [[row, { row, x: place.x, y: place.y }] as const];
    }),
  );
  const placed = [axes.x.field, axes.y.field];
  const panels = panelsOf(data, [...pointOf.keys()], { ...options, placed });
  const all = panels.map(({ rows }) => rows.map((row) => pointOf.get(row)!));
  const isSquare = against === "equality";
  const alike = Map.groupBy(all, (points) => titleOf(rowsOf(points))); // they have the same range across
  const size = labelSize([...pointOf.keys()], options);
  return panelChart({
    ...options,
    ...wordsOf(options, axes.y, { by: [axes.x.title], marks: "Bars" }),
    form: `Scatter plots: ${axes.x.title} across, ${axes.y.title} upwards`,
    panels: panels.map(({ title, rows }, i): TitledPanel => {
      const same = alike.get(titleOf(rows))!;
      const ranges = rangesOf(same, isSquare ? same : all, options, size);
      return {
        title,
        text: farthestText(all[i]!, { ...options, axes }),
        isFramed: isSquare,
        view: scatterPanel(all[i]!, { ...options, axes, ranges, size }),
      };
    }),
    shared: options.series === undefined ? ["color"] : ["color", "shape"],
    ...(isSquare && { panelWidth: SQUARE }),
  });
}

function rowsOf<Row>(points: readonly Point<Row>[]): readonly Row[] {
  return points.map(({ row }) => row);
}

function farthestText<Row>(
  points: readonly Point<Row>[],
  { against, name, axes }: Pick<PanelOptions<Row>, "against" | "name" | "axes">,
): string {
  if (points.length === 0) return "";
  if (against !== "equality") return axes.x.titleIn(points[0]!.row);
  if (name === undefined) return "";
  const apart = (point: Point<Row>) => Math.abs(point.x.value - point.y.value);
  const far = points.reduce((a, b) => apart(b) > apart(a) ? b : a);
  const [across, upwards] = [far.x, far.y].map(({ value }) => shortNumber(value));
  return `farthest apart at ${
    name(far.row)
  } (${axes.x.title} ${across}, ${axes.y.title} ${upwards})`;
}

/** The ranges of a panel's axes: across that of the panels alike, upwards that of all, both widened where labels need room. */
function rangesOf<Row>(
  alike: readonly (readonly Point<Row>[])[],
  all: readonly (readonly Point<Row>[])[],
  { against }: ScatterOptions<Row>,
  { width, height }: Size,
): Ranges {
  const ends = (panels: typeof all, side: "x" | "y") =>
    panels.flat().flatMap((point) => drawnEnds(point[side].value, point[side]));
  const [across, upwards] = [ends(alike, "x"), ends(all, "y")];
  if (against === "equality") {
    const range = axisRange([...across, ...upwards]);
    return { x: range, y: range };
  }
  const x = isCount(alike.flat())
    ? countRange(across)
    : axisRange([...against === "cross" || against === "size" ? [0] : [], ...across]);
  return {
    x: widened(x, 0, width),
    y: widened(axisRange([0, ...upwards]), height, height),
  };
}

function isCount<Row>(points: readonly Point<Row>[]): boolean {
  return points.every(({ x }) => Number.isInteger(x.value));
}

/** The range of whole numbers, which ends half-way to the next one, so that a grid can have one column for each. */
function countRange(values: readonly number[]): Range {
  const [least, most] = axisRange(values);
  return [Math.ceil(least) - 0.5, Math.floor(most) + 0.5];
}

function widened([from, to]: Range, before: number, after: number): Range {
  return [drawn(from - before * (to - from)), drawn(to + after * (to - from))];
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
  const rows = rowsOf(points);
  const isSquare = options.against === "equality";
  const [x, y] = (["x", "y"] as const).map((side) =>
    numberAxis(axes[side].field, {
      title: axes[side].titleOf(rows),
      range: ranges[side],
      axis: {
        labelSeparation: 3,
        ...(isSquare && { tickCount: 4 }),
        ...(side === "x" && isCount(points) && { tickMinStep: 1 }),
      },
    })
  );
  const at = { x: x!, y: y! };
  const isDense = points.length > MOST_POINTS;
  const labels = labelsOf(points, options);
  const intervals = (side: "x" | "y", opacity: number, ends?: [string, string]) =>
    axes[side].hasInterval
      ? [{
        mark: { type: "rule", color: COLOUR, opacity },
        encoding: { ...at, ...span(side, at[side], ends) },
      }]
      : [];
  return {
    ...(isSquare && { width: SQUARE, height: SQUARE }),
    data: {
      values: isDense
        ? densityOf(points, options)
        : points.map((point) => drawnPoint(point, options, labels.get(point))),
    },
    layer: [
      ...references(options, ranges, at),
      ...intervals("x", 0.25, ["x_low", "x_high"]), // behind the labels beside a point
      ...intervals("y", 0.5),
      isDense ? densityLayer(at) : pointLayer(options, at),
      ...labelLayers([...labels.values()], at),
    ],
  };
}

function references<Row>(
  { against }: ScatterOptions<Row>,
  { x: [from, to], y: [, top] }: Ranges,
  { x, y }: Positions,
) {
  const dashed = { strokeDash: [4, 3] };
  const lines = {
    equality: [[from, from], [to, to]],
    size: [[Math.max(from, -top), Math.min(-from, top)], [0, 0], [
      Math.min(to, top),
      Math.min(to, top),
    ]],
  } as const;
  if (against === "equality" || against === "size") {
    return [{
      data: { values: lines[against].map(([x, y]) => ({ x, y })) },
      mark: { type: "line", ...dashed, color: OKABE_ITO.black, strokeWidth: 1 },
      encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" } },
    }];
  }
  const zero = { field: "zero", values: [{ zero: 0 }], mark: dashed };
  return [
    ruleLayer("y", y, zero),
    ...against === "cross" ? [ruleLayer("x", x, zero)] : [],
  ];
}

function pointLayer<Row>(
  { series, styles = {}, labelled }: ScatterOptions<Row>,
  encoding: Positions,
) {
  const one = series === undefined ? { size: 22, opacity: 0.6 } : { size: 50, opacity: 1 };
  const size = labelled === undefined ? one : { size: 26, opacity: 0.8 };
  if (series === undefined) {
    return { mark: { type: "circle", color: COLOUR, ...size }, encoding: { ...encoding, ...TIP } };
  }
  const by = (channel: "color" | "shape") => ({
    field: nameOf(series),
    type: "nominal",
    title: null,
    scale: {
      domain: Object.keys(styles),
      range: Object.values(styles).map(({ [channel]: style }) => style),
    },
  });
  return {
    mark: { type: "point", filled: true, ...size },
    encoding: { ...encoding, color: by("color"), shape: by("shape"), ...TIP },
  };
}

function drawnPoint<Row extends object>(
  { row, x, y }: Point<Row>,
  options: PanelOptions<Row>,
  label: Label | undefined,
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
    ...label,
    tip: `${name === undefined ? "" : `${name(row)}: `}${axes.x.titleIn(row)} ${across}, ${
      axes.y.titleIn(row)
    } ${upwards}`,
  };
}

/** Counts points in the cells of a grid, those on its left and lower edges included. */
export function countDensity(
  points: readonly { readonly x: number; readonly y: number }[],
  { x, y, columns = 48, rows = 24 }: Ranges & { readonly columns?: number; readonly rows?: number },
) {
  const width = (x[1] - x[0]) / columns;
  const height = (y[1] - y[0]) / rows;
  const counts = new Uint32Array(columns * rows);
  for (const point of points) {
    const column = Math.min(Math.floor((point.x - x[0]) / width), columns - 1);
    const row = Math.min(Math.floor((point.y - y[0]) / height), rows - 1);
    counts[column * rows + row]! += 1;
  }
  return [...counts].flatMap((n, i) => {
    if (n === 0) return [];
    const left = x[0] + Math.floor(i / rows) * width;
    const lower = y[0] + (i % rows) * height;
    return [{ x: left, x2: left + width, y: lower, y2: lower + height, n }];
  });
}

function densityOf<Row>(points: readonly Point<Row>[], { axes, ranges }: PanelOptions<Row>) {
  const rows = rowsOf(points);
  const columns = isCount(points) ? { columns: ranges.x[1] - ranges.x[0] } : {};
  const rangeText = (axis: ShownChannel<Row>, from: number, to: number) =>
    `${axis.titleIn(rows[0]!)} ${tipEstimate(from)} to ${tipEstimate(to)}`;
  const places = points.map((point) => ({ x: point.x.value, y: point.y.value }));
  return countDensity(places, { ...ranges, ...columns }).map(({ n, ...cell }) => ({
    ...Object.fromEntries(Object.entries(cell).map(([name, end]) => [name, drawn(end)])),
    n,
    tip: `${rangeText(axes.x, cell.x, cell.x2)}, ${rangeText(axes.y, cell.y, cell.y2)}: n = ${n}`,
  }));
}

function densityLayer({ x, y }: Positions) {
  return {
    mark: "rect",
    encoding: {
      ...span("x", x, ["x", "x2"]),
      ...span("y", y, ["y", "y2"]),
      color: {
        field: "n",
        type: "quantitative",
        title: "rows in a cell",
        scale: { scheme: "viridis", reverse: true, domainMin: 1 },
      },
      ...TIP,
    },
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

/** A letter of a label with its share of the gap, as shares of a panel in a column of a venue, which two square ones or one other fill. */
const LETTER = { square: { width: 0.085, height: 0.13 }, wide: { width: 0.02, height: 0.06 } };

function labelSize<Row>(
  rows: readonly Row[],
  { labelled, name, against }: ScatterOptions<Row>,
): Size {
  if (labelled === undefined || name === undefined) return { width: 0, height: 0 };
  const { width, height } = against === "equality" ? LETTER.square : LETTER.wide;
  const longest = greatest([0, ...labelled(rows).map((row) => name(row).length)]);
  return { width: longest * width, height };
}

/** The places of a label: level with its point, or above or below its interval. */
const SIDES = [
  { side: "right", align: "left", dx: 5, across: 1, upwards: 0 },
  { side: "left", align: "right", dx: -5, across: -1, upwards: 0 },
  { side: "above", align: "center", dx: 0, across: 0, upwards: 1 },
  { side: "below", align: "center", dx: 0, across: 0, upwards: -1 },
] as const;

/**
 * Finds places for the labels of points, in the order of the points: right of the point, left of it, above or below its interval.
 *
 * A label takes the first of these places where it lies inside the plot, covers no other label, no other point or its interval, and
 * not the line, and where no other point lies between it and its own point. A label without such a place is left out.
 */
export function placeLabels(
  points: readonly PlacedPoint[],
  { size: { width, height }, among, level }: {
    readonly size: Size;
    readonly among: readonly PlacedPoint[];
    readonly level: number;
  },
) {
  const isInside = (middle: number, length: number) =>
    middle >= length / 2 && middle <= 1 - length / 2;
  const taken: { readonly x: number; readonly y: number }[] = [];
  return points.map((point) => {
    const others = among.filter((other) => other !== point);
    const ends = { "1": point.high, "0": point.y, "-1": point.low };
    const place = SIDES.map(({ side, across, upwards }) => ({
      side,
      x: point.x + across * width / 2,
      y: ends[`${upwards}`] + upwards * height / 2,
    })).find(({ x, y }) =>
      isInside(x, width) && isInside(y, height) && Math.abs(y - level) >= height / 2 &&
      !taken.some((other) => Math.abs(other.x - x) < width && Math.abs(other.y - y) < height) &&
      !others.some((other) =>
        Math.abs(other.x - x) < width / 2 &&
        (other.low < y + height / 2 && other.high > y - height / 2 ||
          other.y >= Math.min(point.y, y) && other.y <= Math.max(point.y, y))
      )
    );
    if (place === undefined) return undefined;
    taken.push(place);
    return { side: place.side, y: place.y };
  });
}

interface Label {
  readonly side: typeof SIDES[number]["side"];
  readonly label_y: number;
}

function labelsOf<Row>(
  points: readonly Point<Row>[],
  { labelled, size, against, ranges: { x, y } }: PanelOptions<Row>,
): ReadonlyMap<Point<Row>, Label> {
  if (labelled === undefined) return new Map();
  const share = (value: number, [from, to]: Range) => (value - from) / (to - from);
  const placed = new Map(points.map((point) => {
    const [low, high] = drawnEnds(point.y.value, point.y).map((end) => share(end, y));
    const place = {
      x: share(point.x.value, x),
      y: share(point.y.value, y),
      low: low!,
      high: high!,
    };
    return [point.row, place] as const;
  }));
  const pointOf = new Map(points.map((point) => [point.row, point]));
  const named = labelled(rowsOf(points));
  const found = placeLabels(named.map((row) => placed.get(row)!), {
    size,
    among: [...placed.values()],
    level: against === "equality" ? -1 : share(0, y),
  });
  return new Map(named.flatMap((row, i) => {
    const place = found[i];
    if (place === undefined) return [];
    const label_y = drawn(y[0] + place.y * (y[1] - y[0]));
    return [[pointOf.get(row)!, { side: place.side, label_y }] as const];
  }));
}

function labelLayers(labels: readonly Label[], { x, y }: Positions) {
  return SIDES.filter(({ side }) => labels.some((label) => label.side === side))
    .map(({ side, align, dx }) => ({
      transform: [{ filter: `datum.side === '${side}'` }],
      mark: { type: "text", align, dx },
      encoding: {
        x,
        y: { ...y, field: "label_y" },
        text: { field: "label", type: "nominal" },
      },
    }));
}
