/** Reads what the columns of controls say in a table of a finished run. */

import { CONTROL_ENDING, type RowControl } from "../../charts/row_control.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { ControlNames } from "../../tables/estimates.ts";

/** The control of an estimate in a row of a file; undefined if its table has none. */
export function controlOf(row: CsvRow, { prefix, stem }: ControlNames): RowControl | undefined {
  const control = row.optional(`${prefix}control`);
  if (control === undefined) return undefined;
  const name = `${stem}${CONTROL_ENDING}`;
  const specific = row.optional(`${prefix}specific`);
  return {
    control,
    value: row.number(name),
    low: row.number(`${name}_low`),
    high: row.number(`${name}_high`),
    isSpecific: specific === undefined || specific === "" ? undefined : specific === "yes",
  };
}
