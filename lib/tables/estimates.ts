/** The columns of a table that identify its rows, and those that hold estimates with their intervals. */

import type { TableSchema } from "./table.ts";

/** The columns of an interval. */
export interface IntervalColumns {
  /** The column of the lower bound. */
  readonly low: string;
  /** The column of the upper bound. */
  readonly high: string;
}

/** A column of a table with one line for each row of the data, whose values an estimate is made of. */
export interface RowValues {
  /** The name of the table. */
  readonly table: string;
  /** The column of the values. */
  readonly column: string;
  /** A column that is subtracted from it; a row without either has no value. @default {none} */
  readonly minus?: string;
  /** Of a mean: it is the share of the rows with a larger value. @default {it is the mean of the values} */
  readonly above?: number;
  /** Values up to so far from that bound count one half. @default {0} */
  readonly tie?: number;
}

/** The names of the columns of an estimate's control, which stand in the table only if controls were run. */
export interface ControlNames {
  /** What the names of the columns that say which control it is, and whether the row is beyond it, begin with; empty for a table's main estimate. */
  readonly prefix: string;
  /** The column of the control's value, without its ending `_control`. */
  readonly stem: string;
}

/** What the schema says of a column that holds an estimate. */
export interface EstimateBounds {
  /** Its interval; absent if the table has none. */
  readonly interval?: IntervalColumns;
  /** The interval that holds for all rows of the group at once; absent if the table has none. */
  readonly simultaneous?: IntervalColumns;
  /** Values up to this size are rounding errors. @default {0} */
  readonly noise?: number;
  /** The values of which it is the mean, so that two runs on the same rows are compared row by row. @default {it is no such mean} */
  readonly meanOf?: RowValues;
  /** The effects of which it is the share of d (see `SharesOfD`), paired in the same way. @default {it is no such share} */
  readonly shareOf?: RowValues;
  /** It is compared with controls, whose columns have these names. @default {it is not} */
  readonly controlled?: ControlNames;
}

/** The names of the columns of estimates: their values, and the bounds of their intervals. */
export type EstimateNames<Name extends string, Prefix extends string = `${Name}_`> =
  | Name
  | `${Prefix}low`
  | `${Prefix}high`;

export interface EstimateColumn extends EstimateBounds {
  readonly name: string;
  /** Its unit; empty if there is none. */
  readonly unit: string;
}

export function keysOf({ columns }: TableSchema): string[] {
  return Object.keys(columns).filter((name) => columns[name]!.isKey === true);
}

export function estimatesOf({ columns }: TableSchema): EstimateColumn[] {
  return Object.entries(columns).flatMap(([name, { estimate, unit }]) =>
    estimate === undefined ? [] : [{ name, unit, ...estimate }]
  );
}

/** Whether there is an interval, and it excludes 0. */
export function excludesZero(
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
): boolean {
  return low !== undefined && high !== undefined && (low > 0 || high < 0);
}
