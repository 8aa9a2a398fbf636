/** Two runs side by side, cell by cell. */

import { count, fillTable, number, optional, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import { NEGATION, numberOrNone } from "../../study/columns.ts";
import { isFixedPlace, lastLayer, traitsOf } from "../../experiments/trace/fixed_effects.ts";
import { agreementOf } from "../agreement.ts";
import type { Direction } from "../../experiments/trace/direction.ts";
import type { Place, PlacedValue } from "./cells.ts";
import type { Negation } from "../../data/pairs.ts";

const PLACE = {
  negation: optional(NEGATION),
  segment: optional(text("The group of rows.")),
  layer: optional(count("The block's number from 1; 0 for the embeddings in the trace.")),
  head: optional(count("The head's number from 1.")),
  role: optional(text("The token's role.")),
  direction: optional(
    text<Direction>(
      "The direction of a trace, `denoise` or `noise`; `denoise` for a run of a version that had only this one.",
    ),
  ),
  other: optional(
    text(
      "The row's id, the traced site, the part, the node with its method, the feature or the set of heads; empty in other tables.",
    ),
  ),
} as const;

const TABLE = text("The table: a CSV file of both runs without its extension.");
const QUANTITY = text("Its column.");

/** runs_side_by_side.csv. */
export const SIDE_BY_SIDE = table(
  "runs_side_by_side",
  "With `--with`: one row for each cell that either run has, in the order of the first.",
  {
    table: TABLE,
    quantity: QUANTITY,
    ...PLACE,
    first: numberOrNone("", "The first run's value."),
    second: numberOrNone("", "The value of the run after `--with`."),
    difference: numberOrNone("", "The second minus the first."),
  },
);

/** A row of runs_side_by_side.csv. */
export type SideBySideRow = Row<
  {
    negation: Negation | undefined;
    segment: string | undefined;
    role: string | undefined;
    direction: Direction | undefined;
    other: string | undefined;
    table: string;
    quantity: string;
  },
  never,
  "first" | "second" | "difference" | "layer" | "head"
>;

/** runs_side_by_side_summary.csv. */
export const SIDE_BY_SIDE_SUMMARY = table(
  "runs_side_by_side_summary",
  "With `--with`: one row for each column that is compared.",
  {
    table: TABLE,
    quantity: QUANTITY,
    cells: count("Cells that either run has.", "cells"),
    n: count("Cells with a value in both.", "cells"),
    r: numberOrNone("", "Pearson's r over the n cells."),
    mean_absolute_difference: numberOrNone("", "Mean of |difference| over the n cells."),
    largest_absolute_difference: numberOrNone(
      "",
      "Largest |difference|; the next columns name its place.",
    ),
    ...PLACE,
    n_free: number("cells", "The n cells without those that the method fixes for every model."),
    r_free: numberOrNone("", "Pearson's r over the free cells."),
    mean_absolute_difference_free: numberOrNone("", "Mean of |difference| over the free cells."),
  },
);

/** A row of runs_side_by_side_summary.csv. */
export type SideBySideSummaryRow = Row<
  {
    negation: Negation | undefined;
    segment: string | undefined;
    role: string | undefined;
    direction: Direction | undefined;
    other: string | undefined;
    table: string;
    quantity: string;
  },
  "n_free" | "cells" | "n",
  | "r_free"
  | "mean_absolute_difference_free"
  | "layer"
  | "head"
  | "r"
  | "mean_absolute_difference"
  | "largest_absolute_difference"
>;

/**
 * Puts the values of two runs side by side.
 *
 * @param first The first run's values.
 * @param second The second run's.
 * @returns runs_side_by_side.csv: the first run's cells, then those that only the second has.
 */
export function sideBySide(
  first: readonly PlacedValue[],
  second: readonly PlacedValue[],
): Table<SideBySideRow> {
  const others = new Map(second.map((cell) => [keyOf(cell), cell]));
  const rows = first.map(({ value, ...place }): SideBySideRow => {
    const key = keyOf(place);
    const other = others.get(key)?.value;
    others.delete(key);
    return { ...place, first: value, second: other, difference: differenceOf(value, other) };
  });
  const left = others.values().map(({ value, ...place }): SideBySideRow => (
    { ...place, first: undefined, second: value, difference: undefined }
  ));
  return fillTable(SIDE_BY_SIDE, [...rows, ...left]);
}

/**
 * Summarises how far two runs differ.
 *
 * @param rows Rows of runs_side_by_side.csv.
 */
export function summarizeSideBySide(rows: readonly SideBySideRow[]): Table<SideBySideSummaryRow> {
  const columns = Map.groupBy(rows, ({ table, quantity }) => `${table} ${quantity}`);
  return fillTable(SIDE_BY_SIDE_SUMMARY, [...columns.values()].map(summaryOf));
}

function summaryOf(rows: readonly SideBySideRow[]): SideBySideSummaryRow {
  const last = lastLayer(rows.map(({ layer = 0 }) => ({ layer })));
  const traits = traitsOf(rows.map(({ role, first, second }) => ({
    role,
    values: [first, second].filter((value) => value !== undefined),
  })));
  const { columns, largest } = agreementOf(rows, ({ first, second, ...place }) => (
    first === undefined || second === undefined
      ? undefined
      : { first, second, isFixed: isFixedPlace({ ...placeOf(place), ...traits }, last) }
  ));
  const { table, quantity } = rows[0]!;
  return {
    ...{ table, quantity, cells: rows.length, ...columns },
    ...{ negation: largest?.negation, segment: largest?.segment, layer: largest?.layer },
    ...{ head: largest?.head, role: largest?.role, direction: largest?.direction },
    other: largest?.other,
  };
}

/** Where a cell stands in a trace; only the trace's cells have a site. */
function placeOf({ table, other, layer = 0, role }: Omit<SideBySideRow, "first" | "second">) {
  return { site: table === "trace" ? other : undefined, layer, role };
}

function keyOf(
  { table, quantity, negation, segment, layer, head, role, direction, other }: Omit<
    PlacedValue,
    "value"
  >,
): string {
  const place: Place = { negation, segment, layer, head, role, direction, other };
  return JSON.stringify([table, quantity, ...Object.values(place).map((part) => part ?? null)]);
}

function differenceOf(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined || second === undefined ? undefined : second - first;
}
