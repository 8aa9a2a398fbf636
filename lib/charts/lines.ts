/** Lines of a table: a point with its interval for each row, a line for each series; all panels have the same axes. */

import {
  type Field,
  nameOf,
  numberAxis,
  panelChart,
  panelsOf,
  type PanelsOptions,
  ruleLayer,
  span,
  STRUT,
  ticksAt,
  type TitledPanel,
  valueIn,
} from "./panels.ts";
import { type ChartSpec, NO_CELL, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, controlIn, drawn, drawnEnds, estimateText, tipOf } from "./texts.ts";
import { placesInOrder } from "./value_map.ts";

/** How a series is drawn, so that it can be told from the others without its colour. */
export interface SeriesStyle {
  /** A colour of CSS. */
  readonly color: string;
  /** The shape of the points, by its name in Vega. */
  readonly shape: string;
  /** Lengths of strokes and gaps in turn; none for a line without gaps. */
  readonly dash: readonly number[];
}

/** The styles of series that have none of their own, in their order. */
export const SERIES_STYLES: readonly SeriesStyle[] = [
  { color: OKABE_ITO.blue, shape: "circle", dash: [] },
  { color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
  { color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
  { color: OKABE_ITO.purple, shape: "diamond", dash: [6, 2, 1, 2] },
  { color: OKABE_ITO.orange, shape: "triangle-down", dash: [8, 3] },
  { color: OKABE_ITO.skyBlue, shape: "cross", dash: [2, 1] },
  { color: OKABE_ITO.black, shape: "triangle-left", dash: [1, 1] },
];

/** The fields of lines, and what they say. */
export interface LinesOptions<Row> extends PanelsOptions<Row> {
  /** Across: a layer or another number. */
  readonly x: keyof Row & string;
  /** The value; a row without one has no point. */
  readonly y: Field<Row, number | undefined>;
  /** The lower bound of the value's interval. @default {no intervals} */
  readonly low?: Field<Row, number | undefined>;
  /** The upper bound. */
  readonly high?: Field<Row, number | undefined>;
  /** What tells the lines of a panel apart. @default {one line a panel} */
  readonly series?: Field<Row, string>;
  /** Whether intervals are drawn as bands along the lines instead of bars. @default {false} */
  readonly hasBands?: boolean;
  /** The series by name in the order of the legend. @default {those of the rows, in the kit's styles} */
  readonly styles?: Readonly<Record<string, SeriesStyle>>;
  /** The title of the horizontal axis. @default {its column} */
  readonly xTitle?: string;
  /** The title of the vertical axis, which may differ between panels. @default {its column} */
  readonly yTitle?: string | ((rows: readonly Row[]) => string);
  /** The range of a panel's vertical axis. @default {all values with their intervals, and the levels} */
  readonly yRange?: (rows: readonly Row[]) => readonly [number, number];
  /**
   * The horizontal axis: `counts` has a tick at each whole number, `sizes` one at each value of x, all at equal distances, and `numbers`
   * one at each value where it is, `depth` a few from 0 to 1.
   *
   * @default {"counts"}
   */
  readonly xAxis?: "counts" | "sizes" | "numbers" | "depth";
  /** Values at which a dashed line goes across each panel. @default {a solid line at 0} */
  readonly levels?: readonly number[];
  /** Places across that are grey in a panel, such as layers without a value. */
  readonly grey?: (rows: readonly Row[]) => readonly number[];
  /** A text above each interval, such as the number of rows. */
  readonly label?: (row: Row) => string;
  /** Whether a line joins the points of a series. @default {true} */
  readonly isJoined?: boolean;
  /** What a tooltip says before the value. @default {the place and the series} */
  readonly tip?: (row: Row) => string;
}

interface LineAxis {
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
  /** Where a value of x stands, if series stand side by side. */
  readonly placeOf?: (x: number) => number;
  /** The labels, as properties of an axis in Vega-Lite. */
  readonly labels: object;
  readonly padding?: number;
}

/** Space at both ends of an axis of numbers, whose first and last points may have labels. */
const PADDING = 20;

/** The axis of all panels, on which these values of x are. */
function lineAxis(
  kind: "counts" | "sizes" | "numbers" | "depth",
  all: readonly number[],
): LineAxis {
  const values = placesInOrder(all);
  if (kind === "numbers") {
    return {
      range: axisRange(values),
      ticks: values,
      labels: { format: "~g", labelSeparation: 3 },
      padding: PADDING,
    };
  }
  if (kind === "depth") {
    return { range: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], labels: { format: "~g" }, padding: 5 };
  }
  if (kind === "sizes") {
    return {
      range: [-0.5, values.length - 0.5],
      ticks: [...values.keys()],
      placeOf: (x) => values.indexOf(x),
      labels: { labelExpr: `${JSON.stringify(values)}[datum.value]`, labelOverlap: false },
    };
  }
  const [least, most] = [Math.min(values[0] ?? 1, 1), values.at(-1) ?? 1];
  return {
    range: [least - 0.5, most + 0.5],
    ticks: Array.from({ length: most - least + 1 }, (_, i) => least + i),
    placeOf: (x) => x,
    labels: { format: "d", labelSeparation: 3 },
  };
}

/** Space above the highest interval for its label, as a share of the range. */
const LABEL_ROOM = 0.08;

/**
 * Draws lines: layers or other numbers across, a colour, a shape and a dash for each series.
 *
 * @example The effect of two parts by layer
 * ```ts ignore
 * import { lines } from "negscope/charts";
 *
 * const rows = [{ layer: 1, part: "MLP", share: 0.2 }, { layer: 2, part: "MLP", share: 0.6 }];
 * const spec = lines(rows, { title: "Effects", x: "layer", y: "share", series: "part" });
 * ```
 *
 * @param rows A row for each point.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function lines<Row extends object>(
  rows: readonly Row[],
  options: NoInfer<LinesOptions<Row>>,
): ChartSpec {
  const panels = panelsOf(rows, options).map((panel) => ({
    ...panel,
    points: panel.rows.flatMap((row) => pointOf(row, options)),
  }));
  const points = panels.flatMap((panel) => panel.points);
  const known = new Set(points.map(({ series }) => series));
  const names = options.styles === undefined
    ? [...known]
    : Object.keys(options.styles).filter((name) => known.has(name));
  const styles = names.map((name, i) =>
    options.styles?.[name] ?? SERIES_STYLES[i % SERIES_STYLES.length]!
  );
  const { form = `Lines, ${options.x}s across.`, told, yRange } = options;
  const common = {
    names,
    styles,
    xAxis: lineAxis(options.xAxis ?? "counts", points.map(({ x }) => x)),
  };
  const range = rangeOf(points, options);
  return panelChart(withControls(options, points), {
    form,
    panels: points.length === 0 ? [] : panels.map((panel): TitledPanel => ({
      title: panel.title,
      text: panel.points.length === 0
        ? undefined
        : told?.(panel.rows) ?? largestText(panel.points, options),
      view: linesPanel(panel, options, { ...common, yRange: yRange?.(panel.rows) ?? range }),
    })),
    shared: options.series === undefined ? [] : ["color", "shape", "strokeDash"],
  });
}

/** Says below the title and in the caption what the grey dashes are, where there are any. */
function withControls<Row extends object>(
  options: LinesOptions<Row>,
  points: readonly LinePoint<Row>[],
): LinesOptions<Row> {
  const names = new Set(points.flatMap(({ row }) => {
    const { control, value } = controlIn(row) ?? {};
    return control === undefined || value === undefined ? [] : [control];
  }));
  if (names.size === 0) return options;
  const what = `the control ${[...names].join(" or ")}`;
  return {
    ...options,
    subtitle: [...[options.subtitle ?? []].flat(), `grey dashes: ${what}`],
    ...options.caption !== undefined && {
      caption: `${options.caption}. Grey dashes: ${what}`,
    },
  };
}

function pointOf<Row extends object>(row: Row, options: LinesOptions<Row>): LinePoint<Row>[] {
  const y = valueIn(row, options.y);
  if (y === undefined) return [];
  return [{
    row,
    x: row[options.x] as number,
    y,
    low: valueIn(row, options.low),
    high: valueIn(row, options.high),
    series: valueIn(row, options.series) ?? "",
  }];
}

/** The range of the vertical axes: all intervals and levels, with space for the labels above them. */
function rangeOf<Row extends object>(
  points: readonly LinePoint<Row>[],
  { levels = [0], label }: LinesOptions<Row>,
): [number, number] {
  const [least, most] = axisRange([
    ...levels,
    ...points.flatMap((point) => drawnEnds(point.y, point)),
    ...points.flatMap(controlOf),
  ]);
  return [least, label === undefined ? most : drawn(most + LABEL_ROOM * (most - least))];
}

function largestText<Row extends object>(
  points: readonly LinePoint<Row>[],
  options: LinesOptions<Row>,
): string {
  const most = points.reduce((a, b) => Math.abs(b.y) > Math.abs(a.y) ? b : a);
  const name = most.series === "" ? "" : ` for ${most.series}`;
  return `largest${name} at ${options.x} ${most.x}, ${estimateText(most.y, most)}`;
}

const CONTROL_GREY = "#767676";

/** The distance between neighbouring series, in units of x: all of them take less than half of it. */
const APART = 0.2;

const MOST_APART = 0.48;

/** A row with a value. */
interface LinePoint<Row extends object> {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly series: string;
}

/** What the control shows in place of a point; nothing without a control. */
function controlOf({ row }: { readonly row: object }): number[] {
  return [controlIn(row)?.value ?? []].flat().map(drawn);
}

function linesPanel<Row extends object>(
  { rows, points }: { readonly rows: readonly Row[]; readonly points: readonly LinePoint<Row>[] },
  options: LinesOptions<Row>,
  { names, styles, xAxis, yRange }: {
    readonly names: readonly string[];
    readonly styles: readonly SeriesStyle[];
    readonly xAxis: LineAxis;
    readonly yRange: readonly [number, number];
  },
) {
  const type = "quantitative" as const;
  const { levels = [0], isJoined = true } = options;
  const { placeOf } = xAxis;
  const shown = names.filter((name) => points.some(({ series }) => series === name));
  const apart = Math.min(APART, MOST_APART / shown.length); // so that intervals do not cover each other
  const shiftOf = (series: string) =>
    options.hasBands ? 0 : (shown.indexOf(series) - (shown.length - 1) / 2) * apart;
  const series = options.series === undefined ? "" : nameOf(options.series);
  const y = nameOf(options.y);
  const values = points.map((point) => {
    const { row, x } = point;
    const [low, high] = drawnEnds(point.y, point);
    const [control] = controlOf(point);
    const what = options.tip?.(row) ??
      `${options.x} ${x}${point.series === "" ? "" : `, ${point.series}`}: ${y}`;
    return {
      [options.x]: x,
      ...(placeOf !== undefined && { place: drawn(placeOf(x) + shiftOf(point.series)) }),
      ...(series !== "" && { [series]: point.series }),
      [y]: drawn(point.y),
      low,
      high,
      ...(options.label !== undefined && { label: options.label(row) }),
      ...control !== undefined && { control },
      tip: tipOf(what, point.y, { ...point, row }),
    };
  });
  const across = numberAxis(placeOf === undefined ? options.x : "place", {
    title: options.xTitle ?? options.x,
    range: xAxis.range,
    scale: xAxis.padding === undefined ? {} : { padding: xAxis.padding },
    axis: ticksAt(xAxis.ticks, xAxis.labels),
  });
  const { yTitle = y } = options;
  const upwards = numberAxis(y, {
    title: typeof yTitle === "string" ? yTitle : yTitle(rows),
    range: yRange,
  });
  const by = (channel: keyof SeriesStyle, legend: object = {}) => ({
    field: series,
    type: "nominal" as const,
    scale: { domain: [...names], range: styles.map(({ [channel]: style }) => style) },
    legend: { title: null, ...legend },
  });
  const color = series === ""
    ? { value: styles[0]!.color }
    : by("color", { symbolStrokeWidth: 0, ...options.hasBands && { symbolOpacity: 1 } });
  const grey = options.grey?.(rows) ?? [];
  return {
    data: { values },
    layer: [
      ...levels.length === 0 ? [] : [
        ruleLayer("y", upwards, {
          field: "level",
          values: levels.map((level) => ({ level })),
          mark: options.levels === undefined ? {} : { strokeDash: [4, 3] },
        }),
      ],
      ...grey.length === 0 ? [] : [{
        mark: { type: "rect", color: NO_CELL, opacity: 0.5 },
        data: { values: grey.map((x) => ({ from: x - 0.45, to: x + 0.45 })) },
        encoding: { x: { field: "from", type }, x2: { field: "to" } },
      }],
      {
        mark: options.hasBands ? { type: "area", opacity: 0.2 } : { type: "rule" },
        encoding: { x: across, ...span("y", upwards), color },
      },
      ...isJoined
        ? [{
          mark: { type: "line", strokeWidth: 1 },
          encoding: {
            x: across,
            y: upwards,
            color,
            ...(series !== "" && { strokeDash: by("dash") }),
          },
        }]
        : [],
      {
        mark: { type: "point", filled: true, opacity: 1, size: isJoined ? 20 : 50 },
        encoding: {
          x: across,
          y: upwards,
          color,
          ...(series !== "" && { shape: by("shape") }),
          ...TIP,
        },
      },
      ...values.some((value) => "control" in value)
        ? [{
          transform: [{ filter: "isValid(datum.control)" }],
          mark: {
            type: "tick",
            orient: "horizontal",
            width: 8,
            thickness: 1.2,
            color: CONTROL_GREY,
          },
          encoding: { x: across, y: { ...upwards, field: "control" } },
        }]
        : [],
      ...options.label === undefined ? [] : [{
        mark: { type: "text", dy: -8 },
        encoding: {
          x: across,
          y: { ...upwards, field: "high" },
          text: { field: "label", type: "nominal" },
        },
      }],
      ...(options.yRange === undefined ? [] : [STRUT]),
    ],
  } as TitledPanel["view"];
}
