/** Scatter plots of a table: a point for each row with its intervals, the most important ones with their names where there is space. */

import { type ChartSpec, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, type Bounds, drawn, drawnEnds, tipEstimate } from "./texts.ts";
import {
  type Field,
  nameOf,
  numberAxis,
  panelChart,
  panelsOf,
  type PanelsOptions,
  type Positions,
  ruleLayer,
  span,
  type TitledPanel,
  valueIn,
} from "./panels.ts";

/** A variable along an axis. */
export interface ScatterAxis<Row> {
  /** Its name in the chart's data. */
  readonly field: string;
  /** Its value; a row without one has no point. @default {the column of the field's name} */
  readonly of?: (row: Row) => number | undefined;
  /** The value's interval. @default {none} */
  readonly bounds?: (row: Row) => Bounds;
  /** The axis's title, or its lines, which may differ between panels. @default {the field} */
  readonly title?: string | ((rows: readonly Row[]) => readonly string[]);
  /** Whether the values of a panel are whole numbers. @default {they are not} */
  readonly isCount?: (rows: readonly Row[]) => boolean;
}

export interface Point<Row> {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly xBounds: Bounds;
  readonly yBounds: Bounds;
}

export type Range = readonly [number, number];

export interface Ranges {
  readonly x: Range;
  readonly y: Range;
}

export function pointOf<Row>(
  row: Row,
  axes: readonly [x: ScatterAxis<Row>, y: ScatterAxis<Row>],
): Point<Row>[] {
  const [x, y] = axes.map(({ field, of }) =>
    of === undefined ? row[field as keyof Row] as number | undefined : of(row)
  );
  if (x === undefined || y === undefined) return [];
  const [xBounds, yBounds] = axes.map(({ bounds }) => bounds?.(row) ?? {});
  return [{ row, x, y, xBounds: xBounds!, yBounds: yBounds! }];
}

export function rowsOf<Row>(points: readonly Point<Row>[]): readonly Row[] {
  return points.map(({ row }) => row);
}

/** The ranges of a panel's axes: across that of the panels alike, upwards that of all, both widened where labels need room. */
function rangesOf<Row>(
  alike: readonly (readonly Point<Row>[])[],
  all: readonly (readonly Point<Row>[])[],
  { x: { isCount }, against, labelSize: { width, height } = { width: 0, height: 0 } }: {
    readonly x: ScatterAxis<Row>;
    readonly against: "level" | "cross" | "equality";
    readonly labelSize?: { readonly width: number; readonly height: number };
  },
): Ranges {
  const across = alike.flat().flatMap(({ x, xBounds }) => drawnEnds(x, xBounds));
  const upwards = all.flat().flatMap(({ y, yBounds }) => drawnEnds(y, yBounds));
  if (against === "equality") {
    const range = axisRange([...across, ...upwards]);
    return { x: range, y: range };
  }
  const x = alike.every((points) => isCount?.(rowsOf(points)) === true)
    ? countRange(across)
    : axisRange([...against === "cross" ? [0] : [], ...across]);
  return {
    x: widened(x, 0, width),
    y: widened(axisRange([0, ...upwards]), height, height),
  };
}

/** The range of whole numbers, which ends half-way to the next one, so that a grid can have one column for each. */
function countRange(values: readonly number[]): Range {
  const [least, most] = axisRange(values);
  return [Math.ceil(least) - 0.5, Math.floor(most) + 0.5];
}

/** A range with shares of it before and after. */
function widened([from, to]: Range, before: number, after: number): Range {
  return [drawn(from - before * (to - from)), drawn(to + after * (to - from))];
}

export interface DensityCell {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  /** The number of points in it, including those on its left and lower edges. */
  readonly n: number;
}

export interface DensityGrid {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly columns?: number;
  readonly rows?: number;
}

export function countDensity(
  points: readonly { readonly x: number; readonly y: number }[],
  { x, y, columns = 48, rows = 24 }: DensityGrid,
): DensityCell[] {
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

/** The cells of a scatter plot's grid, as rows of a chart's data. */
function densityOf<Row>(
  points: readonly Point<Row>[],
  { x, y }: { readonly x: ScatterAxis<Row>; readonly y: ScatterAxis<Row> },
  ranges: Ranges,
) {
  const rows = rowsOf(points);
  const isCount = x.isCount?.(rows) === true;
  const columns = isCount ? { columns: ranges.x[1] - ranges.x[0] } : {};
  const rangeText = ({ field, title = field }: ScatterAxis<Row>, from: number, to: number) => {
    const name = typeof title === "string" ? title : title(rows).join(" ");
    return `${name} ${tipEstimate(from)} to ${tipEstimate(to)}`;
  };
  return countDensity(points, { ...ranges, ...columns }).map((cell) => ({
    x: drawn(cell.x),
    x2: drawn(cell.x2),
    y: drawn(cell.y),
    y2: drawn(cell.y2),
    n: cell.n,
    tip: `${rangeText(x, cell.x, cell.x2)}, ${rangeText(y, cell.y, cell.y2)}: n = ${cell.n}`,
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

/** The constraints on labels, as fractions of the plot's size. */
export interface LabelOptions {
  readonly size: { readonly width: number; readonly height: number };
  readonly among: readonly PlacedPoint[];
  readonly level: number;
}

export interface LabelPlace {
  /** The side of its point: level with the point, or above or below its interval. */
  readonly side: "right" | "left" | "above" | "below";
  readonly y: number;
}

interface Candidate extends LabelPlace {
  readonly x: number;
}

/**
 * Finds places for the labels of points, in the order of the points: right of the point, left of it, above or below its interval.
 *
 * A label takes the first of these places where it lies inside the plot, covers no other label, no other point or its interval, and
 * not the line, and where no other point lies between it and its own point. A label without such a place is left out.
 */
export function placeLabels(
  points: readonly PlacedPoint[],
  { size, among, level }: LabelOptions,
): (LabelPlace | undefined)[] {
  const { width, height } = size;
  const taken: Candidate[] = [];
  return points.map((point) => {
    const others = among.filter((other) => other !== point);
    const place = candidates(point, size).find(({ x, y }) =>
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

function candidates(
  { x, y, low, high }: PlacedPoint,
  { width, height }: LabelOptions["size"],
): readonly Candidate[] {
  return [
    { side: "right", x: x + width / 2, y },
    { side: "left", x: x - width / 2, y },
    { side: "above", x, y: high + height / 2 },
    { side: "below", x, y: low - height / 2 },
  ];
}

function isInside(middle: number, length: number): boolean {
  return middle >= length / 2 && middle <= 1 - length / 2;
}

/** Between a label and its point. */
const LABEL_GAP = 5;

/** A label's side of its point, and its height in units of y. */
export interface Label {
  readonly side: "right" | "left" | "above" | "below";
  readonly label_y: number;
}

/** The labels that have a place, by their points. */
function labelsOf<Row>(
  points: readonly Point<Row>[],
  { labelled, labelSize: size, against }: {
    readonly labelled?: (rows: readonly Row[]) => readonly Row[];
    readonly labelSize?: LabelOptions["size"];
    readonly against: "level" | "cross" | "equality";
  },
  { x, y }: Ranges,
): ReadonlyMap<Point<Row>, Label> {
  if (labelled === undefined || size === undefined) return new Map();
  const share = (value: number, [from, to]: Range) => (value - from) / (to - from);
  const placed = new Map(points.map((point) => {
    const [low, high] = drawnEnds(point.y, point.yBounds);
    const shares = {
      x: share(point.x, x),
      y: share(point.y, y),
      low: share(low, y),
      high: share(high, y),
    };
    return [point, shares] as const;
  }));
  const byRow = new Map(points.map((point) => [point.row, point]));
  const named = labelled(rowsOf(points)).map((row) => byRow.get(row)!);
  const found = placeLabels(named.map((point) => placed.get(point)!), {
    size,
    among: [...placed.values()],
    level: against === "equality" ? -1 : share(0, y),
  });
  return new Map(named.flatMap((point, i) => {
    const place = found[i];
    if (place === undefined) return [];
    return [[point, { side: place.side, label_y: drawn(y[0] + place.y * (y[1] - y[0])) }] as const];
  }));
}

function labelLayers(labels: readonly Label[], { x, y }: Positions) {
  const sides = [
    { side: "right", align: "left", dx: LABEL_GAP },
    { side: "left", align: "right", dx: -LABEL_GAP },
    { side: "above", align: "center", dx: 0 },
    { side: "below", align: "center", dx: 0 },
  ];
  return sides.filter(({ side }) => labels.some((label) => label.side === side))
    .map(({ side, ...mark }) => ({
      transform: [{ filter: `datum.side === '${side}'` }],
      mark: { type: "text", ...mark },
      encoding: {
        x,
        y: { ...y, field: "label_y" },
        text: { field: "label", type: "nominal" },
      },
    }));
}

/** The fields of scatter plots, and what they say. */
export interface ScatterOptions<Row> extends PanelsOptions<Row> {
  /** Across. */
  readonly x: ScatterAxis<Row>;
  /** Upwards. */
  readonly y: ScatterAxis<Row>;
  /** What points are seen against: y = 0, both axes' 0, or, in a square plot, the line on which x and y are equal. */
  readonly against: "level" | "cross" | "equality";
  /** Panels with the same text share the range of their horizontal axes, and of both if the plots are square. @default {all panels do} */
  readonly rangeOf?: (rows: readonly Row[]) => string;
  /** What tells the points of a panel apart. @default {nothing} */
  readonly series?: Field<Row, string>;
  /** The series by name, in the order of the legend. */
  readonly styles?: Readonly<Record<string, { readonly color: string; readonly shape: string }>>;
  /** A point's name. @default {points have none} */
  readonly name?: (row: Row) => string;
  /** The points of a panel that are to be named, the most important first. @default {none} */
  readonly labelled?: (rows: readonly Row[]) => readonly Row[];
  /** The size of the longest label, as a share of a panel in one column of a venue. */
  readonly labelSize?: { readonly width: number; readonly height: number };
  /** A tooltip's text. @default {the name, both values and their intervals} */
  readonly tip?: (row: Row) => string;
}

/** If a panel has more points, they are counted in the cells of a grid. */
const MOST_POINTS = 2000;

const SQUARE = 180;

const COLOUR = OKABE_ITO.blue;

/**
 * Draws scatter plots. More than 2000 points of a panel are not drawn one by one: the colour of a cell shows how many lie in it. The grid is
 * 24 cells high and 48 wide, or has a column for each whole number.
 *
 * @param rows A row for each point.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function scatter<Row extends object>(
  rows: readonly Row[],
  options: NoInfer<ScatterOptions<Row>>,
): ChartSpec {
  const { x, y, against, told, rangeOf = () => "" } = options;
  const pointsOf = new Map(rows.flatMap((row) => pointOf(row, [x, y])).map((p) => [p.row, p]));
  const panels = panelsOf([...pointsOf.keys()], options);
  const all = panels.map(({ rows }) => rows.map((row) => pointsOf.get(row)!));
  const isSquare = against === "equality";
  const alike = Map.groupBy(all, (points) => rangeOf(rowsOf(points)));
  const panelOf = ({ title, rows }: typeof panels[number], i: number): TitledPanel => {
    const same = alike.get(rangeOf(rows))!;
    const ranges = rangesOf(same, isSquare ? same : all, options);
    return {
      title,
      text: told?.(rows) ?? "",
      isFramed: isSquare,
      view: scatterPanel(all[i]!, options, ranges),
    };
  };
  return panelChart(options, {
    form: options.form ?? `Scatter plots, ${x.field} across, ${y.field} upwards.`,
    panels: panels.map(panelOf),
    shared: options.series === undefined ? ["color"] : ["color", "shape"],
    ...(isSquare && { panelWidth: SQUARE }),
  });
}

function scatterPanel<Row extends object>(
  points: readonly Point<Row>[],
  options: ScatterOptions<Row>,
  ranges: Ranges,
): TitledPanel["view"] {
  const rows = rowsOf(points);
  const isSquare = options.against === "equality";
  const x = position(options.x, ranges.x, { rows, isSquare });
  const y = position(options.y, ranges.y, { rows, isSquare });
  const isDense = points.length > MOST_POINTS;
  const labels = labelsOf(points, options, ranges);
  return {
    ...(isSquare && { width: SQUARE, height: SQUARE }),
    data: {
      values: isDense
        ? densityOf(points, options, ranges)
        : points.map((point) => drawnPoint(point, options, labels.get(point))),
    },
    layer: [
      ...references(options, ranges, { x, y }),
      ...options.x.bounds === undefined ? [] : [{
        mark: { type: "rule", color: COLOUR, opacity: 0.25 }, // behind the labels beside a point
        encoding: { ...span("x", x, ["x_low", "x_high"]), y },
      }],
      ...options.y.bounds === undefined ? [] : [{
        mark: { type: "rule", color: COLOUR, opacity: 0.5 },
        encoding: { x, ...span("y", y) },
      }],
      isDense ? densityLayer({ x, y }) : pointLayer(options, { x, y }),
      ...labelLayers([...labels.values()], { x, y }),
    ],
  } as TitledPanel["view"];
}

function position<Row>(
  { field, title = field, isCount }: ScatterAxis<Row>,
  range: Range,
  { rows, isSquare }: { readonly rows: readonly Row[]; readonly isSquare: boolean },
) {
  return numberAxis(field, {
    title: typeof title === "string" ? title : title(rows),
    range,
    axis: {
      labelSeparation: 3,
      ...(isSquare && { tickCount: 4 }),
      ...(isCount?.(rows) === true && { tickMinStep: 1 }),
    },
  });
}

/** The dashed lines that points are seen against. */
function references<Row>(
  { against }: ScatterOptions<Row>,
  { x: [from, to] }: Ranges,
  { x, y }: Positions,
) {
  const dashed = { strokeDash: [4, 3] };
  if (against === "equality") {
    return [{
      data: { values: [{ x: from, y: from }, { x: to, y: to }] },
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

function pointLayer<Row>(options: ScatterOptions<Row>, encoding: Positions) {
  const { series, styles = {} } = options;
  const { size, opacity } = sizeOf(options);
  if (series === undefined) {
    return {
      mark: { type: "circle", color: COLOUR, size, opacity },
      encoding: { ...encoding, ...TIP },
    };
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
    mark: { type: "point", filled: true, size, opacity },
    encoding: { ...encoding, color: by("color"), shape: by("shape"), ...TIP },
  };
}

/** Points with names are the largest. */
function sizeOf<Row>({ name }: ScatterOptions<Row>) {
  return name === undefined ? { size: 22, opacity: 0.6 } : { size: 26, opacity: 0.8 };
}

function drawnPoint<Row>(
  point: Point<Row>,
  options: ScatterOptions<Row>,
  label: Label | undefined,
) {
  const { x, y, series, name } = options;
  const { row, xBounds, yBounds } = point;
  const [x_low, x_high] = drawnEnds(point.x, xBounds);
  const [low, high] = drawnEnds(point.y, yBounds);
  const start = name === undefined ? "" : `${name(row)}: `;
  return {
    ...(name !== undefined && { label: name(row) }),
    ...(series !== undefined && { [nameOf(series)]: valueIn(row, series) }),
    [x.field]: drawn(point.x),
    [y.field]: drawn(point.y),
    ...(x.bounds !== undefined && { x_low, x_high }),
    ...(y.bounds !== undefined && { low, high }),
    ...label,
    tip: options.tip?.(row) ??
      `${start}${x.field} ${tipEstimate(point.x, xBounds)}, ${y.field} ${
        tipEstimate(point.y, yBounds)
      }`,
  };
}
