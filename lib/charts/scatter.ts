/** Scatter plots of a table: a point for each row with its intervals, the most important ones with their names where there is space. */

import { countDensity } from "./density.ts";
import {
  type Field,
  nameOf,
  panelChart,
  panelsOf,
  type PanelsOptions,
  type TitledPanel,
  valueIn,
} from "./panels.ts";
import { placeLabels } from "./point_labels.ts";
import {
  axisRange,
  type Bounds,
  type ChartSpec,
  drawn,
  drawnEnds,
  TIP,
  tipEstimate,
} from "./spec.ts";
import { OKABE_ITO } from "./theme.ts";

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

/** A point of a fitted line, from left to right, with the bounds of its band. */
export interface FittedPoint extends Bounds {
  /** Its place across. */
  readonly x: number;
  /** The line's value there. */
  readonly y: number;
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
  /** The fitted line of a panel. @default {none} */
  readonly fitted?: (rows: readonly Row[]) => readonly FittedPoint[];
  /** A tooltip's text. @default {the name, both values and their intervals} */
  readonly tip?: (row: Row) => string;
}

/** If a panel has more points, they are counted in the cells of a grid. */
const MOST_POINTS = 2000;

const SQUARE = 180;

const LABEL_GAP = 5;

const COLOUR = OKABE_ITO.blue;

const type = "quantitative" as const;

interface Point<Row> {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly xBounds: Bounds;
  readonly yBounds: Bounds;
}

type Range = readonly [number, number];

interface Ranges {
  readonly x: Range;
  readonly y: Range;
}

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
  const pointsOf = new Map(rows.flatMap((row) => pointOf(row, options)).map((p) => [p.row, p]));
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

function pointOf<Row>(row: Row, options: ScatterOptions<Row>): Point<Row>[] {
  const [x, y] = [options.x, options.y].map(({ field, of }) =>
    of === undefined ? row[field as keyof Row] as number | undefined : of(row)
  );
  if (x === undefined || y === undefined) return [];
  const [xBounds, yBounds] = [options.x, options.y].map(({ bounds }) => bounds?.(row) ?? {});
  return [{ row, x, y, xBounds: xBounds!, yBounds: yBounds! }];
}

function rowsOf<Row>(points: readonly Point<Row>[]): readonly Row[] {
  return points.map(({ row }) => row);
}

/** The ranges of a panel's axes: across that of the panels alike, upwards that of all, both widened where labels need room. */
function rangesOf<Row>(
  alike: readonly (readonly Point<Row>[])[],
  all: readonly (readonly Point<Row>[])[],
  options: ScatterOptions<Row>,
): Ranges {
  const { against, fitted, labelSize: { width, height } = { width: 0, height: 0 } } = options;
  const across = alike.flatMap((points) => [
    ...points.flatMap(({ x, xBounds }) => drawnEnds(x, xBounds)),
    ...(fitted?.(rowsOf(points)) ?? []).map(({ x }) => x),
  ]);
  const upwards = all.flatMap((points) => [
    ...points.flatMap(({ y, yBounds }) => drawnEnds(y, yBounds)),
    ...(fitted?.(rowsOf(points)) ?? []).flatMap(({ y, ...bounds }) => [y, ...drawnEnds(y, bounds)]),
  ]);
  if (against === "equality") {
    const range = axisRange([...across, ...upwards]);
    return { x: range, y: range };
  }
  const x = alike.every((points) => options.x.isCount?.(rowsOf(points)) === true)
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

function scatterPanel<Row extends object>(
  points: readonly Point<Row>[],
  options: ScatterOptions<Row>,
  ranges: Ranges,
): TitledPanel["view"] {
  const rows = rowsOf(points);
  const isSquare = options.against === "equality";
  const x = position(options.x, ranges.x, { rows, isSquare });
  const y = position(options.y, ranges.y, { rows, isSquare });
  const { fitted } = options;
  const band = fitted?.(rows) ?? [];
  const isDense = points.length > MOST_POINTS;
  const labels = labelsOf(points, options, ranges);
  const lines = { x: { ...x, field: "x" }, y: { ...y, field: "y" } };
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
        encoding: { x: { ...x, field: "x_low" }, x2: { field: "x_high" }, y },
      }],
      ...options.y.bounds === undefined ? [] : [{
        mark: { type: "rule", color: COLOUR, opacity: 0.5 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      }],
      isDense ? densityLayer({ x, y }) : pointLayer(options, { x, y }),
      ...labelLayers([...labels.values()], { x, y }),
      ...band.length === 0 ? [] : [
        {
          data: {
            values: band.flatMap(({ x, low, high }) =>
              low === undefined || high === undefined
                ? []
                : [{ x: drawn(x), low: drawn(low), high: drawn(high) }]
            ),
          },
          mark: { type: "area", color: OKABE_ITO.vermillion, opacity: 0.25 },
          encoding: { x: lines.x, y: { ...y, field: "low" }, y2: { field: "high" } },
        },
        {
          data: { values: band.map(({ x, y }) => ({ x: drawn(x), y: drawn(y) })) },
          mark: { type: "line", color: OKABE_ITO.vermillion },
          encoding: lines,
        },
      ],
    ],
  } as TitledPanel["view"];
}

interface Positions {
  readonly x: object;
  readonly y: object;
}

function position<Row>(
  { field, title = field, isCount }: ScatterAxis<Row>,
  range: Range,
  { rows, isSquare }: { readonly rows: readonly Row[]; readonly isSquare: boolean },
) {
  return {
    field,
    type,
    title: typeof title === "string" ? title : [...title(rows)],
    scale: { domain: [...range], nice: false },
    axis: {
      labelSeparation: 3,
      ...(isSquare && { tickCount: 4 }),
      ...(isCount?.(rows) === true && { tickMinStep: 1 }),
    },
  };
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
  const rule = { data: { values: [{ zero: 0 }] }, mark: { type: "rule", ...dashed } };
  return [
    { ...rule, encoding: { y: { ...y, field: "zero" } } },
    ...against === "cross" ? [{ ...rule, encoding: { x: { ...x, field: "zero" } } }] : [],
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

/** Points with names are the largest; those that a line sums up are the smallest. */
function sizeOf<Row>({ fitted, name }: ScatterOptions<Row>) {
  if (fitted !== undefined) return { size: 14, opacity: 0.5 };
  return name === undefined ? { size: 22, opacity: 0.6 } : { size: 26, opacity: 0.8 };
}

function densityOf<Row>(
  points: readonly Point<Row>[],
  { x, y }: ScatterOptions<Row>,
  ranges: Ranges,
) {
  const rows = rowsOf(points);
  const isCount = x.isCount?.(rows) === true;
  const columns = isCount ? { columns: ranges.x[1] - ranges.x[0] } : {};
  const span = ({ field, title = field }: ScatterAxis<Row>, from: number, to: number) => {
    const name = typeof title === "string" ? title : title(rows).join(" ");
    return `${name} ${tipEstimate(from)} to ${tipEstimate(to)}`;
  };
  return countDensity(points, { ...ranges, ...columns }).map((cell) => ({
    x: drawn(cell.x),
    x2: drawn(cell.x2),
    y: drawn(cell.y),
    y2: drawn(cell.y2),
    n: cell.n,
    tip: `${span(x, cell.x, cell.x2)}, ${span(y, cell.y, cell.y2)}: n = ${cell.n}`,
  }));
}

function densityLayer({ x, y }: Positions) {
  return {
    mark: "rect",
    encoding: {
      x: { ...x, field: "x" },
      x2: { field: "x2" },
      y: { ...y, field: "y" },
      y2: { field: "y2" },
      color: {
        field: "n",
        type,
        title: "rows in a cell",
        scale: { scheme: "viridis", reverse: true, domainMin: 1 },
      },
      ...TIP,
    },
  };
}

/** A label's side of its point, and its height in units of y. */
interface Label {
  readonly side: "right" | "left" | "above" | "below";
  readonly label_y: number;
}

function labelsOf<Row>(
  points: readonly Point<Row>[],
  { labelled, labelSize: size, against }: ScatterOptions<Row>,
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
