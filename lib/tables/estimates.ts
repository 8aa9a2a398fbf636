/** The columns of a table that identify its rows, those that hold estimates with their intervals, and tables joined by their keys. */

import type { TableCell, TableSchema } from "./table.ts";

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
  /** What a row without a line counts as. @default {the row does not count} */
  readonly without?: number;
  /** Of rows of both sides, whether it is half of how much higher the affirmative sentence scores, not the true one. @default {false} */
  readonly isAlpha?: boolean;
  /** Of rows of both sides, the lines in which half of each value counts: those with these cells. @default {none} */
  readonly halvedOnBoth?: Readonly<Record<string, string>>;
  /** In which lines of the estimate's table each value counts, not the mean of a row's: those with these cells. @default {in none} */
  readonly eachLine?: Readonly<Record<string, string>>;
}

/** How the main estimate of a table is compared with controls, and the names of the columns that stand in the table only if controls were run. */
export interface Controlled {
  /** The names of the columns of the control's value, and of how far the row is beyond it, without their endings. */
  readonly stem: string;
  /** What it is made of: the effects on d of which it is a share, or the values of which it is the mean. */
  readonly of: ControlledRows;
  /** Whether it is a share of d, so that a row beyond its control is specific to negation. */
  readonly isShare: boolean;
  /** Whether it has a scale of its own, on which random towers show what chance gives. */
  readonly hasScale: boolean;
}

/** The values of rows, from a table with lines for each row of the data, in which the estimate's table's keys have the same names. */
export interface ControlledRows {
  /** The name of the table. */
  readonly table: string;
  /** A line's value; several lines of a row count with their mean. Undefined for a line that does not count. */
  readonly valueOf: (
    line: Readonly<Record<string, TableCell>>,
    scores: LineScores | undefined,
  ) => number | undefined;
  /** The lines of the estimate's table for which intervals hold at once; undefined for a line that is not compared. @default {all lines} */
  readonly familyOf?:
    | ((line: Readonly<Record<string, TableCell>>) => string | undefined)
    | undefined;
  /** What a row without a line counts as. @default {the row does not count} */
  readonly without?: number;
}

/** The part of a value that counts over both sides in a line of a table. */
export function partOnBoth(
  line: Readonly<Record<string, TableCell>>,
  halved: RowValues["halvedOnBoth"] = {},
): number {
  return hasCells(line, halved) ? 1 / 2 : 1;
}

/** Whether a line has all of some cells; no line has none. */
export function hasCells(
  line: Readonly<Record<string, TableCell>>,
  cells: Readonly<Record<string, string>> = {},
): boolean {
  const all = Object.entries(cells);
  return all.length > 0 && all.every(([name, cell]) => line[name] === cell);
}

/** The scores of a line's row. */
export interface LineScores {
  /** Which sentence is negated. */
  readonly negation: string;
  /** S of the caption. */
  readonly s_caption: number;
  /** S of the foil. */
  readonly s_foil: number;
}

/** The values in a column, less those in another. */
export function columnValues({ table, column, minus, without }: RowValues): ControlledRows {
  const numberIn = (line: Readonly<Record<string, TableCell>>, name: string) =>
    line[name] as number | undefined;
  return {
    table,
    ...without !== undefined && { without },
    valueOf: (line) => {
      const value = numberIn(line, column);
      const less = minus === undefined ? 0 : numberIn(line, minus);
      return value === undefined || less === undefined ? undefined : value - less;
    },
  };
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
  /** How it is compared with controls. @default {it is not} */
  readonly controlled?: Controlled;
}

/** The names of the columns of estimates: their values, and the bounds of their intervals. */
export type EstimateNames<Name extends string, Prefix extends string = `${Name}_`> =
  | Name
  | `${Prefix}low`
  | `${Prefix}high`;

export interface EstimateColumn extends EstimateBounds {
  readonly name: string;
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
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined } = {},
): boolean {
  return low !== undefined && high !== undefined && (low > 0 || high < 0);
}

/** Joins two tables: the lines of the first in their order, then those that only the second has; lines with equal keys meet in their order. */
export function joinLines<Line extends Readonly<Record<string, TableCell>>>(
  keys: readonly string[],
  first: readonly Line[],
  second: readonly Line[],
): { readonly first: Line | undefined; readonly second: Line | undefined }[] {
  const keyOf = (line: Line) => JSON.stringify(keys.map((key) => line[key] ?? ""));
  const unmet = Map.groupBy(second, keyOf);
  const joined = first.map((row) => ({ first: row, second: unmet.get(keyOf(row))?.shift() }));
  const left = unmet.values().flatMap((rows) => rows);
  return [...joined, ...left.map((row) => ({ first: undefined, second: row }))];
}
