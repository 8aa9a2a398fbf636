/** Bars of a table: one for each row, beside a name, over an interval as in a histogram, or from one value to another. */

import {
  type Channel,
  channelOf,
  type ChartData,
  type Estimate,
  type EstimateChannel,
  type Field,
  nameOf,
  panelsOf,
  type PanelsOptions,
  rowsIn,
  type ShownChannel,
  valueIn,
  wordsOf,
} from "./channels.ts";
import { numberAxis, panelChart, ruleLayer, span, type TitledPanel } from "./panels.ts";
import { type ChartSpec, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, drawn, drawnEnds, estimateText, greatest, tipOf } from "./texts.ts";

/** A column of numbers, by its name or with a name. */
export type NumberField<Row> = Field<Row, number>;

/** A line across a panel. */
export interface BarLine {
  /** The value at which it is. */
  readonly at: number;
  /** Lengths of strokes and gaps in turn. @default {no gaps} */
  readonly dash?: readonly number[];
}

/** The channels of bars, and what they say. */
export interface BarsOptions<Row> extends PanelsOptions<Row> {
  /** Where bars stand: a column of names, down from the first, or the two ends of an interval across. */
  readonly at:
    | keyof Row & string
    | { readonly from: NumberField<Row>; readonly to: NumberField<Row> };
  /** Where a bar ends, with its interval beside names; a row without it has no bar. */
  readonly value: Channel<Row>;
  /** What the colours tell apart. @default {nothing} */
  readonly series?: Field<Row, string>;
  /** The colours of the series, in the order of the legend; or that of the bars of a panel. @default {grey} */
  readonly colors?: Readonly<Record<string, string>> | ((rows: readonly Row[]) => string);
  /** The axis on which bars stand, for bars over intervals. */
  readonly atAxis?: {
    readonly title: string;
    readonly range: readonly [number, number];
  };
  /** The title of the axis of values, which may differ between panels. @default {that of the channel} */
  readonly valueTitle?: string | ((rows: readonly Row[]) => string);
  /** The range of values. @default {all values of all panels with their intervals, and 0} */
  readonly valueRange?: (rows: readonly Row[]) => readonly [number, number] | undefined;
  /** Whether values are whole numbers. @default {false} */
  readonly isCount?: boolean;
  /** Lines at places among the bars. */
  readonly placeLines?: (rows: readonly Row[]) => readonly BarLine[];
  /** Lines at values. */
  readonly valueLines?: (rows: readonly Row[]) => readonly BarLine[];
  /** The lower bound of the value's interval, if its channel is a column. */
  readonly low?: EstimateChannel<Row>["low"];
  /** The upper bound. */
  readonly high?: EstimateChannel<Row>["high"];
  /** The text at the pointer. @default {the bar's place, the value with its interval and number, and what its control shows} */
  readonly tip?: (row: Row) => string;
}

interface Bar<Row> extends Estimate {
  readonly row: Row;
}

const GREY = "#767676";

/** The most bars of a panel whose values the alt text gives. */
const MOST_TOLD = 24;

/**
 * Draws bars.
 *
 * @param data A row for each bar; or a table, whose schema says what the value means and where its interval is.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function bars<Row extends object>(
  data: ChartData<Row>,
  options: NoInfer<BarsOptions<Row>>,
): ChartSpec {
  const { at, low, high, series } = options;
  const value = channelOf(data, options.value, { low, high });
  const {
    form = typeof at === "string"
      ? `Bars, ${at}s down, ${value.title} across.`
      : `Histograms, ${options.atAxis!.title} across.`,
  } = options;
  const all = rowsIn(data).flatMap((row): Bar<Row>[] => {
    const estimate = value.of(row);
    return estimate === undefined ? [] : [{ row, ...estimate }];
  });
  const barOf = new Map(all.map((bar) => [bar.row, bar]));
  const placed = [...typeof at === "string" ? [at] : [nameOf(at.from), nameOf(at.to)]];
  const panels = panelsOf(data, [...barOf.keys()], { ...options, placed });
  return panelChart({
    ...options,
    ...wordsOf(options, value, { by: placed, intervals: "Lines on bars" }),
    form,
    panels: panels.map(({ title, rows }): TitledPanel => {
      const own = rows.map((row) => barOf.get(row) ?? { row, ...value.of(row)! });
      return {
        title,
        text: options.told?.(rows) ?? valuesText(own, at),
        view: barsPanel(own, { ...options, shown: value, all }),
      };
    }),
    shared: series === undefined ? [] : ["color"],
  });
}

function valuesText<Row extends object>(
  bars: readonly Bar<Row>[],
  at: BarsOptions<Row>["at"],
): string {
  if (typeof at !== "string") return "";
  return bars.slice(0, MOST_TOLD).map((bar) => `${bar.row[at]} ${estimateText(bar.value, bar)}`)
    .join(", ");
}

function barsPanel<Row extends object>(
  bars: readonly Bar<Row>[],
  { shown, all, ...options }: BarsOptions<Row> & {
    readonly shown: ShownChannel<Row>;
    readonly all: readonly Bar<Row>[];
  },
): TitledPanel["view"] {
  const { at, valueTitle = shown.title, isCount } = options;
  const rows = bars.map(({ row }) => row);
  const isNamed = typeof at === "string";
  const place = isNamed
    ? {
      field: at,
      type: "nominal" as const,
      title: null,
      sort: rows.map((row) => `${row[at]}`),
      axis: { grid: false, labelOverlap: false },
    }
    : numberAxis(nameOf(at.from), options.atAxis!);
  const valueAxis = numberAxis(shown.field, {
    title: typeof valueTitle === "string" ? valueTitle : valueTitle(rows),
    range: options.valueRange?.(rows) ?? rangeOf(all, isCount),
    scale: { zero: false },
    axis: isCount === true ? { tickMinStep: 1 } : undefined,
  });
  const [ofValue, ofPlace] = isNamed ? ["x", "y"] as const : ["y", "x"] as const;
  const zero = { datum: 0 };
  const encoding = isNamed
    ? { x: valueAxis, y: place, x2: zero }
    : { x: { ...place, bin: "binned" }, y: valueAxis, x2: { field: nameOf(at.to) }, y2: zero };
  const lines = (options.valueLines?.(rows) ?? []).map((line) =>
    lineLayer(line, ofValue, valueAxis)
  );
  return {
    data: { values: bars.map((bar) => drawnBar(bar, { ...options, shown })) },
    layer: [
      ...(isNamed ? [] : lines),
      {
        mark: { type: "bar", ...options.series === undefined && { color: fillOf(rows, options) } },
        encoding: { ...encoding, ...seriesColor(options), ...TIP },
      },
      ...bars.some(({ low }) => low !== undefined)
        ? [{
          mark: { type: "rule", color: OKABE_ITO.black },
          encoding: { y: place, ...span("x", valueAxis) },
        }]
        : [],
      ...(options.placeLines?.(rows) ?? []).map((line) => lineLayer(line, ofPlace, place)),
      ...(isNamed ? lines : []),
    ],
  } as TitledPanel["view"];
}

/** All values with their intervals. */
function rangeOf(bars: readonly Bar<object>[], isCount: boolean | undefined): [number, number] {
  const ends = bars.flatMap((bar) => drawnEnds(bar.value, bar).concat(drawn(bar.value)));
  return isCount === true ? [0, greatest([1, ...ends])] : axisRange([0, ...ends]);
}

function fillOf<Row>(rows: readonly Row[], { colors }: BarsOptions<Row>): string {
  return typeof colors === "function" ? colors(rows) : GREY;
}

function seriesColor<Row>({ series, colors }: BarsOptions<Row>): object {
  if (series === undefined) return {};
  const scale = typeof colors === "object" && {
    scale: { domain: Object.keys(colors), range: Object.values(colors) },
  };
  return { color: { field: nameOf(series), type: "nominal", title: null, ...scale } };
}

function lineLayer({ at, dash }: BarLine, channel: "x" | "y", axis: object): object {
  const mark = dash === undefined ? { strokeWidth: 2 } : { strokeDash: [...dash] };
  return ruleLayer(channel, axis, { field: "at", values: [{ at }], mark });
}

function drawnBar<Row extends object>(
  bar: Bar<Row>,
  { shown, at, series, tip }: BarsOptions<Row> & { readonly shown: ShownChannel<Row> },
): object {
  const { row, value } = bar;
  const [low, high] = drawnEnds(value, bar);
  const places: Readonly<Record<string, unknown>> = typeof at === "string"
    ? { [at]: row[at] }
    : Object.fromEntries([at.from, at.to].map((end) => [nameOf(end), drawn(valueIn(row, end)!)]));
  const where = typeof at === "string"
    ? `${row[at]}`
    : `${nameOf(at.from)} ${Object.values(places).join(" to ")}`;
  return {
    ...places,
    ...(series !== undefined && { [nameOf(series)]: valueIn(row, series) }),
    [shown.field]: drawn(value),
    ...shown.hasInterval && { low, high },
    tip: tip?.(row) ?? tipOf(`${where}: ${shown.title}`, value, bar),
  };
}
