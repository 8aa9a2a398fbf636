/** Scatter plots of a table: a point for each row with its intervals, the most important ones with their names where there is space. */

import {
  type Field,
  nameOf,
  panelChart,
  panelsOf,
  type PanelsOptions,
  type TitledPanel,
  valueIn,
} from "./panels.ts";
import { numberAxis, type Positions, ruleLayer, span } from "./plot/axes.ts";
import {
  densityLayer,
  densityOf,
  type Point,
  pointOf,
  type Range,
  type Ranges,
  rangesOf,
  rowsOf,
  type ScatterAxis,
} from "./plot/points.ts";
import { type Label, labelLayers, labelsOf } from "./plot/point_labels.ts";
import { type ChartSpec, drawn, drawnEnds, TIP, tipEstimate } from "./spec.ts";
import { OKABE_ITO } from "./theme.ts";

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
