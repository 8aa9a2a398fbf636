/** Channels: what the marks of a chart show of each row, and what the chart says of itself from them. */

import { excludesZero, keysOf } from "../tables/estimates.ts";
import type { TableSchema } from "../tables/table.ts";
import { bootstrapText, type ChartOptions } from "./spec.ts";
import { type Bounds, controlIn, greatest, placeOfGroup, roleLabel, sideHeading } from "./texts.ts";

/** Rows; or a table with a schema, which says what its columns mean and where the intervals of its estimates are. */
export type ChartData<Row> = readonly Row[] | {
  readonly rows: readonly Row[];
  readonly schema?: TableSchema;
};

/** A column of a row by its name; or what a row is mapped to, and its name in the chart's data. */
export type Field<Row, Value> =
  | keyof Row & string
  | { readonly field: string; readonly of: (row: Row) => Value };

/** A number that marks show: a column by its name, or an estimate. */
export type Channel<Row> = keyof Row & string | EstimateChannel<Row>;

/** An estimate: its value, its interval, and whether it is certain. */
export interface EstimateChannel<Row> {
  /** Its name in the chart's data. */
  readonly field: string;
  /** Its value; a row without one has no mark. @default {the column of the field's name} */
  readonly of?: (row: Row) => number | undefined;
  /** The lower bound: a column, or of a row. @default {what the schema says, else none} */
  readonly low?: (keyof Row & string) | ((row: Row) => number | undefined) | undefined;
  /** The upper bound. */
  readonly high?: (keyof Row & string) | ((row: Row) => number | undefined) | undefined;
  /** What legends, axes and tooltips call it; axes may differ between panels, and have several lines. @default {the field, with the column's unit} */
  readonly title?: string | ((rows: readonly Row[]) => string | readonly string[]) | undefined;
  /** What says whether a value is certain, if not its interval alone. */
  readonly judged?: ((row: Row) => Judgement) | undefined;
}

/** What is known of a value besides its interval. */
export interface Judgement extends Bounds {
  /** Whether the method fixes the value for every model, which leaves no doubt about it. @default {false} */
  readonly isFixed?: boolean;
  /** What the interval is of: the value, or its distance above the exchanged sentences'. @default {"0"} */
  readonly apartFrom?: "0" | "the exchanged sentences";
  /** Whether the value is beyond that of its control. @default {what the row says of its control} */
  readonly isSpecific?: boolean | undefined;
  /** Whether the text that stands for the picture may name it. @default {if it is certain, among all where the schema has an interval for that, and not fixed} */
  readonly isNamed?: boolean;
}

/** What a channel shows of one row. */
export interface Estimate extends Bounds {
  readonly value: number;
  /** Why the value is uncertain; undefined if it is certain. */
  readonly doubt: string | undefined;
  /** Whether the text that stands for the picture may name it. */
  readonly isNamed: boolean;
}

export interface ShownChannel<Row> {
  readonly field: string;
  readonly title: string;
  readonly titleOf: (rows: readonly Row[]) => string | readonly string[];
  readonly titleIn: (row: Row) => string;
  readonly means: string | undefined;
  readonly hasInterval: boolean;
  readonly of: (row: Row) => Estimate | undefined;
}

export function rowsIn<Row>(data: ChartData<Row>): readonly Row[] {
  return "rows" in data ? data.rows : data;
}

export function channelOf<Row extends object>(
  data: ChartData<Row>,
  channel: Channel<Row>,
): ShownChannel<Row> {
  const own: EstimateChannel<Row> = typeof channel === "string" ? { field: channel } : channel;
  const column = schemaOf(data)?.columns[own.field];
  const { interval, simultaneous } = column?.estimate ?? {};
  const { field, low = interval?.low, high = interval?.high, judged } = own;
  const numberIn = (row: Row, name: string | undefined) =>
    name === undefined ? undefined : (row as Record<string, unknown>)[name] as number | undefined;
  const boundOf = (row: Row, bound: typeof own.low | string) =>
    typeof bound === "function" ? bound(row) : numberIn(row, bound);
  const unit = column?.unit ? ` (${column.unit})` : "";
  const named = own.title ?? `${field.replaceAll("_", " ")}${unit}`;
  const titleOf = (rows: readonly Row[]) => typeof named === "string" ? named : named(rows);
  return {
    field,
    title: typeof named === "string" ? named : field,
    titleOf,
    titleIn: (row) => [titleOf([row])].flat().join(" "),
    means: column?.definition,
    hasInterval: low !== undefined,
    of: (row) => {
      const value = own.of === undefined ? numberIn(row, field) : own.of(row);
      if (value === undefined) return undefined;
      const bounds = { low: boundOf(row, low), high: boundOf(row, high) };
      const judgement = judged?.(row);
      const doubt = doubtOf({
        ...bounds,
        isFixed: low === undefined,
        isSpecific: controlIn(row)?.isBeyond,
        ...judgement,
      });
      const isCertain = simultaneous === undefined ? doubt === undefined : excludesZero({
        low: numberIn(row, simultaneous.low),
        high: numberIn(row, simultaneous.high),
      });
      return {
        value,
        ...bounds,
        doubt,
        isNamed: judgement?.isNamed ?? (isCertain && judgement?.isFixed !== true),
      };
    },
  };
}

export const NO_INTERVAL = "no interval";
export const INCLUDES_0 = "own 95 % interval includes 0";
export const NOT_ABOVE = "not above exchanged sentences";
export const NOT_SPECIFIC = "not beyond the control";

function doubtOf({ low, high, isFixed, apartFrom, isSpecific }: Judgement): string | undefined {
  if (isFixed === true) return undefined;
  if (low === undefined || high === undefined) return NO_INTERVAL;
  if (apartFrom === "the exchanged sentences" && low <= 0) return NOT_ABOVE;
  if (low <= 0 && high >= 0) return INCLUDES_0;
  return isSpecific === false ? NOT_SPECIFIC : undefined;
}

function schemaOf<Row>(data: ChartData<Row>): TableSchema | undefined {
  return "rows" in data ? data.schema : undefined;
}

export function nameOf<Row>(field: Field<Row, unknown>): string {
  return typeof field === "string" ? field : field.field;
}

export function valueIn<Row, Value>(row: Row, field: Field<Row, Value> | undefined) {
  if (field === undefined) return undefined;
  return (typeof field === "string" ? row[field] : field.of(row)) as Value;
}

/** The rows of a panel. */
export interface TitledRows<Row> {
  /** One line, or several. */
  readonly title: string | readonly string[];
  /** In the order of the table. */
  readonly rows: readonly Row[];
}

/** What every kind of chart needs besides its rows and their channels. */
export interface PanelsOptions<Row> extends Partial<ChartOptions> {
  /** The chart's title. @default {what the marks show, by their places} */
  readonly title?: string;
  /** What the chart shows, a sentence without its full stop: the beginning of the caption. @default {what the schema says of the value, else there is no caption} */
  readonly about?: string | undefined;
  /** The lines below the title, which the caption and the alt text repeat: what changes the meaning of the picture. @default {none} */
  readonly subtitle?: string | readonly string[] | undefined;
  /** How the intervals were made, for the caption. @default {"bootstrap over" what they keep together} */
  readonly intervals?: string;
  /** What a mark is called, in tooltips and in the alt text. @default {its place} */
  readonly name?: (row: Row) => string;
  /**
   * A panel for each value of a column; or the rows of each panel.
   *
   * @default {a panel for each group of rows that keys of the schema tell apart, and that no channel shows}
   */
  readonly panels?:
    | keyof Row & string
    | ((rows: readonly Row[]) => readonly TitledRows<Row>[]);
  /** The number of panels side by side. @default {two, in a column of a venue one} */
  readonly columns?: number;
}

/** The panels of rows; `placed` are the fields that channels show. */
export function panelsOf<Row extends object>(
  data: ChartData<Row>,
  rows: readonly Row[],
  { panels, placed }: Pick<PanelsOptions<Row>, "panels"> & { readonly placed: readonly string[] },
): readonly TitledRows<Row>[] {
  if (typeof panels === "function") return panels(rows);
  const schema = schemaOf(data);
  const keys = panels === undefined && schema !== undefined
    ? keysOf(schema)
    : [panels ?? []].flat();
  const valueOf = (row: Row, key: string) => (row as Record<string, unknown>)[key];
  const differing = keys.filter((key) =>
    !placed.includes(key) &&
    (panels !== undefined || key === "negation" ||
      new Set(rows.map((row) => valueOf(row, key))).size > 1)
  );
  const groups = Map.groupBy(rows, (row) => differing.map((key) => `${valueOf(row, key)}`).join());
  if (panels !== undefined) return [...groups].map(([title, rows]) => ({ title, rows }));
  return [...groups.values()].toSorted((a, b) => placeOfGroup(a[0]!) - placeOfGroup(b[0]!))
    .map((rows) => ({ title: groupTitle(rows, differing), rows }));
}

/** The marks of a chart's panels: what `markOf` makes of each row, which is left out if that is nothing. */
export function marksOf<Row extends object, Mark extends object>(
  data: ChartData<Row>,
  options: Pick<PanelsOptions<Row>, "panels"> & { readonly placed: readonly string[] },
  markOf: (row: Row) => Mark | undefined,
) {
  const known = rowsIn(data).flatMap((row) => {
    const mark = markOf(row);
    return mark === undefined ? [] : [[row, mark] as const];
  });
  const markIn = new Map(known);
  const panels = panelsOf(data, [...markIn.keys()], options).map(({ title, rows }) => (
    { title, rows, marks: rows.flatMap((row) => markIn.get(row) ?? markOf(row) ?? []) }
  ));
  return { all: known.map(([, mark]) => mark), panels };
}

/** What keys say of a group of rows, such as `foil-negated, correct (n = 81)`. */
function groupTitle(rows: readonly object[], keys: readonly string[]): string {
  const first = rows[0] as Readonly<Record<string, unknown>>;
  const words = keys.filter((key) => first[key] !== undefined).map((key) =>
    key === "negation" && first[key] !== "all"
      ? sideHeading(`${first[key]}`)
      : typeof first[key] === "number"
      ? `${key} ${first[key]}`
      : roleLabel(`${first[key]}`)
  );
  const n = greatest(rows.map((row) => (row as { readonly n?: number }).n ?? -Infinity));
  return words.length === 0 ? "" : `${words.join(", ")}${n > 0 ? ` (n = ${n})` : ""}`;
}

/** What a chart says of its `marks`, which show a channel `by` their places. */
export function wordsOf<Row>(
  { title, about, intervals, ...options }: Omit<PanelsOptions<Row>, "panels" | "name">,
  { title: what, means, hasInterval }: ShownChannel<Row>,
  { by, marks }: { readonly by: readonly string[]; readonly marks: string },
) {
  const own = title ?? `${what[0]!.toUpperCase()}${what.slice(1)} by ${by.join(" and ")}`;
  const meaning = means === undefined ? undefined : `${own}: ${means.replace(/\.$/, "")}`;
  return {
    title: own,
    about: about ?? meaning,
    end: hasInterval ? `${marks} are 95 % intervals (${intervals ?? bootstrapText(options)}).` : "",
  };
}
