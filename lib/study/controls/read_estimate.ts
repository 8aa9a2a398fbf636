/** Reads an estimate of a table's line: its value, its intervals, and what its control shows. */

import { controlFrom, type RowControl } from "../../charts/texts.ts";
import type { EstimateBounds, IntervalColumns } from "../../tables/estimates.ts";
import type { TableCell } from "../../tables/table.ts";

/** An estimate in a line; undefined is what the table does not have. */
export interface EstimateInRow {
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly simultaneousLow: number | undefined;
  readonly simultaneousHigh: number | undefined;
  /** The control that judges it; none if the table has none. */
  readonly control?: RowControl | undefined;
}

/**
 * Reads an estimate of a line.
 *
 * @param column The column of its value.
 * @param bounds What the schema says of the column.
 */
export function estimateIn(
  line: Readonly<Record<string, TableCell>>,
  column: string,
  { interval, simultaneous, controlled }: EstimateBounds = {},
): EstimateInRow {
  const number = (name: string) => line[name] as number | undefined;
  const bounds = (names: IntervalColumns | undefined) =>
    names === undefined ? [] : [number(names.low), number(names.high)];
  const [low, high] = bounds(interval);
  const [simultaneousLow, simultaneousHigh] = bounds(simultaneous);
  return {
    value: number(column),
    ...{ low, high, simultaneousLow, simultaneousHigh },
    control: controlled && controlFrom(controlled, line),
  };
}
