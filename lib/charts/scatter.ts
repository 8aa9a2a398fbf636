/** Scatter plots of a table: a point for each row with its intervals. */

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
import { asPreset, type ChartSpec, OKABE_ITO, SCREEN, TIP } from "./spec.ts";
import { axisRange, drawn, drawnEnds, shortNumber, tipEstimate } from "./texts.ts";

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
}

type Ranges = Readonly<Record<"x" | "y", readonly [number, number]>>;

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
  const own = { ...options, axes, ranges: rangesOf(all) };
  return panelChart({
    ...options,
    ...wordsOf(options, axes.y, { by: [axes.x.title], marks: "Bars" }),
    form: `Scatter plots: ${axes.x.title} across, ${axes.y.title} upwards`,
    panels: panels.map(({ title, marks }): TitledPanel => (
      { title, text: pointsText(marks, own), view: scatterPanel(marks, own) }
    )),
    shared: options.series === undefined ? [] : ["color", "shape"],
    ...Object.keys(options.styles ?? {}).length > MOST_BESIDE && {
      fit: { ...asPreset(SCREEN), stacked: 3 },
    },
  });
}

/** The most names of a legend in one row on a screen; more stand three by three. */
const MOST_BESIDE = 7;

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

/** The ranges of all panels' axes, with 0. */
function rangesOf<Row>(points: readonly Point<Row>[]): Ranges {
  const ends = (side: "x" | "y") =>
    points.flatMap((point) => drawnEnds(point[side].value, point[side]));
  return { x: axisRange([0, ...ends("x")]), y: axisRange([0, ...ends("y")]) };
}

type PanelOptions<Row> = ScatterOptions<Row> & {
  readonly axes: Readonly<Record<"x" | "y", ShownChannel<Row>>>;
  readonly ranges: Ranges;
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
    data: { values: points.map((point) => drawnPoint(point, options)) },
    layer: [
      reference(ranges, at),
      ...intervals("x", ["x_low", "x_high"]),
      ...intervals("y"),
      {
        mark: color === undefined ? { type: "circle", color: COLOUR, size: 26, opacity: 0.8 } : {
          type: "point",
          filled: true,
          size: 50,
          opacity: 1,
        },
        encoding: { ...at, ...color && { color, shape }, ...TIP },
      },
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
  { series, name, axes }: PanelOptions<Row>,
) {
  const [x_low, x_high] = drawnEnds(x.value, x);
  const [low, high] = drawnEnds(y.value, y);
  const [across, upwards] = [tipEstimate(x.value, x), tipEstimate(y.value, y)];
  return {
    ...(series !== undefined && { [nameOf(series)]: valueIn(row, series) }),
    [axes.x.field]: drawn(x.value),
    [axes.y.field]: drawn(y.value),
    ...(axes.x.hasInterval && { x_low, x_high }),
    ...(axes.y.hasInterval && { low, high }),
    tip: `${name === undefined ? "" : `${name(row)}: `}${axes.x.titleIn(row)} ${across}, ${
      axes.y.titleIn(row)
    } ${upwards}`,
  };
}
