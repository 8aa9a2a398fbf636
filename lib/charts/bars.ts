/** Bars of a table: one for each row, beside a name, over an interval as in a histogram, or from one value to another. */

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
import { numberAxis, panelChart, ruleLayer, span, type TitledPanel } from "./panels.ts";
import { type ChartSpec, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, drawn, drawnEnds, estimateText, greatest, tipOf } from "./texts.ts";

/** The channels of bars, and what they say. */
export interface BarsOptions<Row> extends PanelsOptions<Row> {
  /** Where bars stand: a column of names, down from the first, or the two ends of an interval across. */
  readonly at:
    | keyof Row & string
    | { readonly from: keyof Row & string; readonly to: keyof Row & string };
  /** Where a bar ends, with its interval beside names; a row without it has no bar. */
  readonly value: Channel<Row>;
  /** What the colours tell apart. @default {nothing} */
  readonly series?: Field<Row, string>;
  /** The colours of the series, in the order of the legend. @default {the kit's} */
  readonly colors?: Readonly<Record<string, string>>;
  /** The axis on which bars stand, for bars over intervals. */
  readonly atAxis?: {
    readonly title: string;
    readonly range: readonly [number, number];
  };
  /** The range of values. @default {all values of all panels with their intervals, and 0} */
  readonly valueRange?: (rows: readonly Row[]) => readonly [number, number];
  /** Places among the bars at which a dashed line is. */
  readonly placeLines?: readonly number[];
  /** Values at which a dashed line is. */
  readonly valueLines?: (rows: readonly Row[]) => readonly number[];
}

interface Bar<Row> extends Estimate {
  readonly row: Row;
}

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
  const { at, series } = options;
  const value = channelOf(data, options.value);
  const placed = typeof at === "string" ? [at] : [at.from, at.to];
  const { all, panels } = marksOf(data, { ...options, placed }, (row): Bar<Row> | undefined => {
    const estimate = value.of(row);
    return estimate && { row, ...estimate };
  });
  return panelChart({
    ...options,
    ...wordsOf(options, value, { by: placed, marks: "Lines on bars" }),
    form: typeof at === "string"
      ? `Bars: ${value.title} across, ${at} down`
      : `Histograms: ${options.atAxis!.title} across`,
    panels: panels.map(({ title, marks }): TitledPanel => ({
      title,
      text: valuesText(marks, options),
      view: barsPanel(marks, { ...options, shown: value, all }),
    })),
    shared: series === undefined ? [] : ["color"],
  });
}

function valuesText<Row extends object>(
  bars: readonly Bar<Row>[],
  options: BarsOptions<Row>,
): string {
  if (typeof options.at !== "string") return "";
  return bars.slice(0, MOST_TOLD)
    .map((bar) => `${nameOfBar(bar.row, options)} ${estimateText(bar.value, bar)}`).join(", ");
}

/** What a bar is called: by its name, or from where to where it stands. */
function nameOfBar<Row>(row: Row, { name, at }: BarsOptions<Row>): string {
  if (name !== undefined) return name(row);
  if (typeof at === "string") return `${row[at]}`;
  return `${at.from} ${[at.from, at.to].map((end) => drawn(row[end] as number)).join(" to ")}`;
}

function barsPanel<Row extends object>(
  bars: readonly Bar<Row>[],
  { shown, all, ...options }: BarsOptions<Row> & {
    readonly shown: ShownChannel<Row>;
    readonly all: readonly Bar<Row>[];
  },
): TitledPanel["view"] {
  const { at } = options;
  const isCount = all.every(({ value, low }) =>
    Number.isInteger(value) && value >= 0 && low === undefined
  );
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
    : numberAxis(at.from, options.atAxis!);
  const valueAxis = numberAxis(shown.field, {
    title: shown.titleOf(rows),
    range: options.valueRange?.(rows) ?? rangeOf(all, isCount),
    axis: isCount ? { tickMinStep: 1 } : undefined,
  });
  const [ofValue, ofPlace] = isNamed ? ["x", "y"] as const : ["y", "x"] as const;
  const zero = { datum: 0 };
  const encoding = isNamed
    ? { x: valueAxis, y: place, x2: zero }
    : { x: { ...place, bin: "binned" }, y: valueAxis, x2: { field: at.to }, y2: zero };
  const lines = linesAt(options.valueLines?.(rows), ofValue, valueAxis);
  return {
    data: { values: bars.map((bar) => drawnBar(bar, { ...options, shown })) },
    layer: [
      ...(isNamed ? [] : lines),
      {
        mark: { type: "bar", ...options.series === undefined && { color: OKABE_ITO.skyBlue } },
        encoding: { ...encoding, ...seriesColor(options), ...TIP },
      },
      ...bars.some(({ low }) => low !== undefined)
        ? [{
          mark: { type: "rule", color: OKABE_ITO.black },
          encoding: { y: place, ...span("x", valueAxis) },
        }]
        : [],
      ...linesAt(options.placeLines, ofPlace, place),
      ...(isNamed ? lines : []),
    ],
  };
}

function rangeOf(bars: readonly Bar<object>[], isCount: boolean): [number, number] {
  const ends = bars.flatMap((bar) => drawnEnds(bar.value, bar).concat(drawn(bar.value)));
  return isCount ? [0, greatest([1, ...ends])] : axisRange([0, ...ends]);
}

function seriesColor<Row>({ series, colors }: BarsOptions<Row>): object {
  if (series === undefined) return {};
  const scale = colors !== undefined && {
    scale: { domain: Object.keys(colors), range: Object.values(colors) },
  };
  return { color: { field: nameOf(series), type: "nominal", title: null, ...scale } };
}

function linesAt(values: readonly number[] = [], side: "x" | "y", axis: object): object[] {
  if (values.length === 0) return [];
  const at = { field: "at", values: values.map((at) => ({ at })), mark: { strokeDash: [4, 3] } };
  return [ruleLayer(side, axis, at)];
}

function drawnBar<Row extends object>(
  bar: Bar<Row>,
  { shown, ...options }: BarsOptions<Row> & { readonly shown: ShownChannel<Row> },
): object {
  const { at, series } = options;
  const { row, value } = bar;
  const [low, high] = drawnEnds(value, bar);
  return {
    ...typeof at === "string" ? { [at]: row[at] } : Object.fromEntries(
      [at.from, at.to].map((end) => [end, drawn(row[end] as number)]),
    ),
    ...(series !== undefined && { [nameOf(series)]: valueIn(row, series) }),
    [shown.field]: drawn(value),
    ...shown.hasInterval && { low, high },
    tip: tipOf(`${nameOfBar(row, options)}: ${shown.titleIn(row)}`, value, bar),
  };
}
