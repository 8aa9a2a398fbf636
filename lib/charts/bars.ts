/** Bars of a table: one for each row, beside a name, over an interval as in a histogram, or from one value to another. */

import {
  type Field,
  nameOf,
  numberAxis,
  panelChart,
  panelsOf,
  type PanelsOptions,
  span,
  type TitledPanel,
  valueIn,
} from "./panels.ts";
import { type ChartSpec, OKABE_ITO, TIP } from "./spec.ts";
import { axisRange, drawn, greatest } from "./texts.ts";

/** A column of numbers, by its name or with a name. */
export type NumberField<Row> = Field<Row, number | undefined>;

/** A line across a panel. */
export interface BarLine {
  /** The value at which it is. */
  readonly at: number;
  /** Lengths of strokes and gaps in turn. @default {no gaps} */
  readonly dash?: readonly number[];
}

/** The fields of bars, and what they say. */
export interface BarsOptions<Row> extends PanelsOptions<Row> {
  /** Where bars stand: a column of names, down from the first, or the two ends of an interval across. */
  readonly at:
    | keyof Row & string
    | { readonly from: NumberField<Row>; readonly to: NumberField<Row> };
  /** Where a bar ends; a row without it has no bar. */
  readonly value: NumberField<Row>;
  /** The lower bound of the value's interval, of bars beside names. @default {no intervals} */
  readonly low?: NumberField<Row>;
  /** The upper bound. */
  readonly high?: NumberField<Row>;
  /** What the colours tell apart. @default {nothing} */
  readonly series?: Field<Row, string>;
  /** The colours of the series, in the order of the legend; or that of the bars of a panel. @default {grey} */
  readonly colors?: Readonly<Record<string, string>> | ((rows: readonly Row[]) => string);
  /** The axis on which bars stand, for bars over intervals. */
  readonly atAxis?: {
    readonly title: string;
    readonly range: readonly [number, number];
  };
  /** The title of the axis of values. */
  readonly valueTitle: string | ((rows: readonly Row[]) => string);
  /** The range of values. @default {all values of all panels with their intervals, and 0} */
  readonly valueRange?: (rows: readonly Row[]) => readonly [number, number] | undefined;
  /** Whether values are whole numbers. @default {false} */
  readonly isCount?: boolean;
  /** Lines at places among the bars. */
  readonly placeLines?: (rows: readonly Row[]) => readonly BarLine[];
  /** Lines at values. */
  readonly valueLines?: (rows: readonly Row[]) => readonly BarLine[];
  /** The text at the pointer. */
  readonly tip: (row: Row) => string;
}

const GREY = "#767676";

/**
 * Draws bars.
 *
 * @param rows A row for each bar.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function bars<Row extends object>(
  rows: readonly Row[],
  options: NoInfer<BarsOptions<Row>>,
): ChartSpec {
  const known = rows.filter((row) => valueIn(row, options.value) !== undefined);
  const panels = panelsOf(known, options);
  const { form = "Bars.", told, series } = options;
  return panelChart(options, {
    form,
    panels: panels.map(({ title, rows }): TitledPanel => ({
      title,
      text: told?.(rows) ?? "",
      view: barsPanel(rows, known, options),
    })),
    shared: series === undefined ? [] : ["color"],
  });
}

function namesOf<Row>({ at, value }: BarsOptions<Row>) {
  const [from, to] = typeof at === "string" ? [at, at] : [nameOf(at.from), nameOf(at.to)];
  return { from, to, value: nameOf(value) };
}

function barsPanel<Row extends object>(
  rows: readonly Row[],
  all: readonly Row[],
  options: BarsOptions<Row>,
): TitledPanel["view"] {
  const { at, valueTitle, isCount } = options;
  const names = namesOf(options);
  const values = rows.map((row) => drawnBar(row, options));
  const place = typeof at === "string"
    ? {
      field: at,
      type: "nominal" as const,
      title: null,
      sort: rows.map((row) => `${row[at]}`),
      axis: { grid: false, labelOverlap: false },
    }
    : placeAxis(names.from, options);
  const valueAxis = numberAxis(names.value, {
    title: typeof valueTitle === "string" ? valueTitle : valueTitle(rows),
    range: options.valueRange?.(rows) ?? rangeOf(all, options),
    scale: { zero: false },
    axis: isCount === true ? { tickMinStep: 1 } : undefined,
  });
  const isNamed = typeof at === "string";
  const [across, upwards] = isNamed ? [valueAxis, place] : [place, valueAxis];
  const [ofValue, ofPlace] = isNamed ? ["x", "y"] as const : ["y", "x"] as const;
  const encoding = { x: across, y: upwards };
  const lines = (options.valueLines?.(rows) ?? [])
    .flatMap((line) => lineLayers(line, ofValue, valueAxis));
  const hasIntervals = rows.some((row) => valueIn(row, options.low) !== undefined);
  return {
    data: { values },
    layer: [
      ...(isNamed ? [] : lines),
      ...barLayers(rows, options, encoding),
      ...(hasIntervals
        ? [{
          mark: { type: "rule", color: OKABE_ITO.black },
          encoding: { y: place, ...span("x", valueAxis) },
        }]
        : []),
      ...(options.placeLines?.(rows) ?? []).flatMap((line) => lineLayers(line, ofPlace, place)),
      ...(isNamed ? lines : []),
    ],
  } as TitledPanel["view"];
}

function placeAxis<Row>(field: string, { atAxis }: BarsOptions<Row>) {
  const { title, range } = atAxis!;
  return numberAxis(field, { title, range });
}

/** All values with their intervals. */
function rangeOf<Row>(rows: readonly Row[], options: BarsOptions<Row>): [number, number] {
  const { value, low, high, isCount } = options;
  const ends = rows.flatMap((row) =>
    [value, low, high].flatMap((field) => valueIn(row, field) ?? [])
  );
  return isCount === true ? [0, greatest([1, ...ends])] : axisRange([0, ...ends.map(drawn)]);
}

function barLayers<Row>(
  rows: readonly Row[],
  options: BarsOptions<Row>,
  encoding: { readonly x: object; readonly y: object },
) {
  const { at, series, colors } = options;
  const color = series === undefined ? {} : {
    color: {
      field: nameOf(series),
      type: "nominal",
      title: null,
      ...(typeof colors === "object" && {
        scale: { domain: Object.keys(colors), range: Object.values(colors) },
      }),
    },
  };
  const fill = typeof colors === "function" ? colors(rows) : GREY;
  const mark = { type: "bar", ...(series === undefined && { color: fill }) };
  if (typeof at === "string") {
    return [{ mark, encoding: { ...encoding, x2: { datum: 0 }, ...color, ...TIP } }];
  }
  return [{
    mark,
    encoding: {
      ...encoding,
      x: { ...encoding.x, bin: "binned" },
      x2: { field: namesOf(options).to },
      y2: { datum: 0 },
      ...color,
      ...TIP,
    },
  }];
}

function lineLayers({ at, dash }: BarLine, channel: "x" | "y", axis: object) {
  const stroke = dash === undefined ? { strokeWidth: 2 } : { strokeDash: [...dash] };
  return [{
    data: { values: [{ at }] },
    mark: { type: "rule", ...stroke },
    encoding: { [channel]: { ...axis, field: "at" } },
  }];
}

function drawnBar<Row extends object>(row: Row, options: BarsOptions<Row>) {
  const { at, value, series, low, high } = options;
  const names = namesOf(options);
  const number = (field: NumberField<Row>) => drawn(valueIn(row, field)!);
  return {
    ...(typeof at === "string"
      ? { [at]: row[at] }
      : { [names.from]: number(at.from), [names.to]: number(at.to) }),
    ...(series !== undefined && { [nameOf(series)]: valueIn(row, series) }),
    [names.value]: number(value),
    ...(low !== undefined && {
      low: drawn(valueIn(row, low) ?? valueIn(row, value)!),
      high: drawn(valueIn(row, high) ?? valueIn(row, value)!),
    }),
    tip: options.tip(row),
  };
}
