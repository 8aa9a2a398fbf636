/** Lines of a table: a point with its interval for each row, a line for each series; all panels have the same axes. */

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
import { numberAxis, panelChart, ruleLayer, span, ticksAt, type TitledPanel } from "./panels.ts";
import { asPreset, type ChartSpec, NO_CELL, OKABE_ITO, SCREEN, TIP } from "./spec.ts";
import { axisRange, controlIn, drawn, drawnEnds, estimateText, tipOf } from "./texts.ts";
import { placesInOrder } from "./value_map.ts";

/** How a series is drawn, so that it can be told from the others without its colour. */
interface SeriesStyle {
  readonly color: string;
  readonly shape: string;
  /** Lengths of strokes and gaps in turn; none for a line without gaps. */
  readonly dash: readonly number[];
}

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
  readonly y: Channel<Row>;
  /** What tells the lines of a panel apart. @default {one line a panel} */
  readonly series?: Field<Row, string>;
  /** The title of the horizontal axis. @default {its column} */
  readonly xTitle?: string;
  /** Whether all values of x are at equal distances. @default {false} */
  readonly hasEqualSteps?: boolean;
  /** Values at which a dashed line goes across each panel. @default {a solid line at 0} */
  readonly levels?: readonly number[];
  /** Places across that are grey in a panel, such as layers without a value. */
  readonly grey?: (rows: readonly Row[]) => readonly number[];
  /** A text above each interval, such as the number of rows. */
  readonly label?: (row: Row) => string;
  /** Whether a line joins the points of a series. @default {true} */
  readonly isJoined?: boolean;
}

interface LineAxis {
  readonly range: readonly [number, number];
  readonly axis: object;
  /** Where a value of x stands, if series stand side by side. */
  readonly placeOf?: (x: number) => number;
}

/** The axis of all panels, on which these values of x are; whole numbers have a tick each. */
function lineAxis(
  all: readonly number[],
  { hasEqualSteps }: { readonly hasEqualSteps?: boolean },
): LineAxis {
  const values = placesInOrder(all);
  if (hasEqualSteps) {
    const labels = { labelExpr: `${JSON.stringify(values)}[datum.value]`, labelOverlap: false };
    return {
      range: [-0.5, values.length - 0.5],
      axis: ticksAt([...values.keys()], labels),
      placeOf: (x) => values.indexOf(x),
    };
  }
  if (!values.every(Number.isInteger)) return { range: axisRange(values), axis: { format: "~g" } };
  const [least, most] = [Math.min(values[0] ?? 1, 1), values.at(-1) ?? 1];
  const ticks = Array.from({ length: most - least + 1 }, (_, i) => least + i);
  return {
    range: [least - 0.5, most + 0.5],
    axis: ticksAt(ticks, { format: "d", labelSeparation: 3 }),
    placeOf: (x) => x,
  };
}

/** The width of plots of which three stand side by side on a screen, as a share of that of others. */
const THREE = 0.72;

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
  data: ChartData<Row>,
  options: NoInfer<LinesOptions<Row>>,
): ChartSpec {
  const { series } = options;
  const y = channelOf(data, options.y);
  const placed = [options.x, ...series === undefined ? [] : [nameOf(series)]];
  const panels = panelsOf(data, rowsIn(data), { ...options, placed }).map((panel) => ({
    ...panel,
    points: panel.rows.flatMap((row): LinePoint<Row>[] => {
      const estimate = y.of(row);
      const x = row[options.x] as number;
      const { control, value } = controlIn(row) ?? {};
      return estimate === undefined ? [] : [{
        ...estimate,
        ...{ row, x, series: valueIn(row, series) ?? "", control: value },
        ...value !== undefined && control !== undefined && { controlName: control },
      }];
    }),
  }));
  const shown = panels.filter(({ points }) => points.length > 0);
  const points = panels.flatMap((panel) => panel.points);
  const names = [...new Set(points.map(({ series }) => series))];
  const styles = names.map((_, i) => SERIES_STYLES[i % SERIES_STYLES.length]!);
  const xAxis = lineAxis(points.map(({ x }) => x), options);
  const yRange = rangeOf(points, options);
  const controls = [...new Set(points.flatMap(({ controlName }) => controlName ?? []))];
  return panelChart({
    ...options,
    ...wordsOf(options, y, { by: placed, marks: "Bars" }),
    subtitle: [
      ...[options.subtitle ?? []].flat(),
      ...controls.length === 0 ? [] : [`grey dashes: the control ${controls.join(" or ")}`],
    ],
    form: `${options.isJoined === false ? "Points" : "Lines"}: ${options.x} across`,
    panels: shown.map((panel): TitledPanel => ({
      title: panel.title,
      text: valuesText(panel.points, { ...options, names }),
      view: linesPanel(panel, options, {
        ...{ y, names, styles, xAxis, yRange },
      }),
    })),
    shared: series === undefined ? [] : ["color", "shape", "strokeDash"],
    ...shown.length === 3 && {
      sideBySide: 3,
      fit: { ...asPreset(SCREEN), stretch: THREE },
      panelWidth: THREE * SCREEN.plot.width,
    },
  });
}

function rangeOf<Row extends object>(
  points: readonly LinePoint<Row>[],
  { levels = [0], label }: LinesOptions<Row>,
): [number, number] {
  const [least, most] = axisRange([
    ...levels,
    ...points.flatMap((point) => [...drawnEnds(point.value, point), ...controlOf(point)]),
  ]);
  return [least, label === undefined ? most : drawn(most + LABEL_ROOM * (most - least))];
}

/** The most points of a panel whose values the alt text gives; of more it gives the largest of each series. */
const MOST_TOLD = 8;

function valuesText<Row extends object>(
  points: readonly LinePoint<Row>[],
  { names, ...options }: LinesOptions<Row> & { readonly names: readonly string[] },
): string {
  const textOf = (point: LinePoint<Row>) =>
    `${nameOfPoint(point, options)} ${estimateText(point.value, point)}`;
  if (points.length <= MOST_TOLD) return points.map(textOf).join("; ");
  const largest = names.flatMap((name) => {
    const own = points.filter(({ series }) => series === name);
    const size = ({ value }: LinePoint<Row>) => Math.abs(value);
    return own.length === 0 ? [] : [own.reduce((a, b) => size(b) > size(a) ? b : a)];
  });
  return `largest at ${largest.map(textOf).join("; ")}`;
}

function nameOfPoint<Row extends object>(
  { row, x, series }: LinePoint<Row>,
  options: LinesOptions<Row>,
): string {
  return options.name?.(row) ??
    [`${options.x} ${x}`, series].filter((part) => part !== "").join(", ");
}

const CONTROL_GREY = "#767676";

/** The distance between neighbouring series, in units of x: all of them take less than half of it. */
const APART = 0.2;
const MOST_APART = 0.48;

interface LinePoint<Row extends object> extends Estimate {
  readonly row: Row;
  readonly x: number;
  readonly series: string;
  readonly control: number | undefined;
  readonly controlName?: string;
}

function controlOf({ control }: LinePoint<object>): number[] {
  return control === undefined ? [] : [drawn(control)];
}

function linesPanel<Row extends object>(
  { rows, points }: { readonly rows: readonly Row[]; readonly points: readonly LinePoint<Row>[] },
  options: LinesOptions<Row>,
  { y: shown, names, styles, xAxis, yRange }: {
    readonly y: ShownChannel<Row>;
    readonly names: readonly string[];
    readonly styles: readonly SeriesStyle[];
    readonly xAxis: LineAxis;
    readonly yRange: readonly [number, number];
  },
) {
  const type = "quantitative" as const;
  const { levels = [0], isJoined = true } = options;
  const { placeOf } = xAxis;
  const here = names.filter((name) => points.some(({ series }) => series === name));
  const apart = Math.min(APART, MOST_APART / here.length); // so that intervals do not cover each other
  const shiftOf = (series: string) => (here.indexOf(series) - (here.length - 1) / 2) * apart;
  const series = options.series === undefined ? "" : nameOf(options.series);
  const y = shown.field;
  const values = points.map((point) => {
    const { row, x } = point;
    const [low, high] = drawnEnds(point.value, point);
    const [control] = controlOf(point);
    return {
      [options.x]: x,
      ...(placeOf !== undefined && { place: drawn(placeOf(x) + shiftOf(point.series)) }),
      ...(series !== "" && { [series]: point.series }),
      [y]: drawn(point.value),
      low,
      high,
      ...(options.label !== undefined && { label: options.label(row) }),
      ...control !== undefined && { control },
      tip: tipOf(`${nameOfPoint(point, options)}: ${shown.titleIn(row)}`, point.value, point),
    };
  });
  const across = numberAxis(placeOf === undefined ? options.x : "place", {
    title: options.xTitle ?? options.x,
    range: xAxis.range,
    axis: xAxis.axis,
  });
  const upwards = numberAxis(y, { title: shown.titleOf(rows), range: yRange });
  const by = (channel: keyof SeriesStyle, legend: object = {}) => ({
    field: series,
    type: "nominal" as const,
    scale: { domain: [...names], range: styles.map(({ [channel]: style }) => style) },
    legend: { title: null, ...legend },
  });
  const color = series === "" ? { value: styles[0]!.color } : by("color", { symbolStrokeWidth: 0 });
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
        mark: { type: "rule" },
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
    ],
  };
}
