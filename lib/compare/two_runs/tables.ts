/** Two runs side by side: every estimate of every table that both have, and how far each differs. */

import { excludesZero } from "../../tables/estimates.ts";
import { differenceInterval } from "../../stats/intervals/difference.ts";
import { numberOrNone } from "../../study/columns.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import { type EstimateColumn, estimatesOf, keysOf } from "../../tables/estimates.ts";
import { joinFiles, type KeyCells, keyCells } from "../../tables/join.ts";
import { count, fillTable, key, number, optional, table, text } from "../../tables/schema.ts";
import type { Row, Table, TableSchema } from "../../tables/table.ts";
import { agreementOf, freeCells, type PlacedCell } from "../agreement.ts";
import { CONTROL_COLUMNS, type ControlCells, controlCells } from "./controls.ts";
import type { PairedRows } from "./paired.ts";

const CELL = {
  negation: optional(key(text("The negated side, or `all` rows."))),
  segment: optional(key(text("The group of rows."))),
  layer: optional(key(count("The block's number from 1; 0 for the embeddings."))),
  head: optional(key(count("The head's number from 1."))),
  role: optional(key(text("The token's role."))),
  other: optional(key(text(
    "The table's other keys, as in its CSV file: a text as it is, such as the row's id or the traced site, a number after the name of its column.",
  ))),
} as const;

const TABLE = key(text("The table: a CSV file of both runs without its extension."));
const QUANTITY = key(text("Its column, an estimate."));
const LOW = numberOrNone("", "Lower bound of the 95 % interval of the difference.");
const HIGH = numberOrNone("", "Upper bound of the same.");

/** runs_side_by_side.csv. */
export const SIDE_BY_SIDE = table(
  "runs_side_by_side",
  "With `--with`: one row for each estimate that either run has, in the order of the first: of all tables that both runs have, joined by their keys.",
  {
    table: TABLE,
    quantity: QUANTITY,
    ...CELL,
    first: numberOrNone("", "The first run's value."),
    second: numberOrNone("", "The value of the run after `--with`."),
    difference: numberOrNone(
      "",
      "The second minus the first; 0 if that is no more than the rounding error of the estimate (1e-4 for logits), or if no row of a share of d differs by more.",
    ),
    low: LOW,
    high: HIGH,
    interval: text<"paired" | "independent" | "">(
      "`paired`: both values are means or shares of d over the same rows, and the interval is that of their difference over the same samples of clusters. `independent`: it follows from the intervals of both values (Zou and Donner 2008), as if the runs were independent; on the same rows it is too wide where their values rise and fall together. Empty without an interval.",
    ),
  },
);

/** runs_side_by_side.csv of two runs with controls. */
const SIDE_BY_SIDE_CONTROLLED = {
  ...SIDE_BY_SIDE,
  columns: { ...SIDE_BY_SIDE.columns, ...CONTROL_COLUMNS },
};

/** A row of runs_side_by_side.csv. */
export type SideBySideRow =
  & Row<
    {
      table: string;
      quantity: string;
      negation: string | undefined;
      segment: string | undefined;
      role: string | undefined;
      other: string | undefined;
      interval: "paired" | "independent" | "";
    },
    never,
    "layer" | "head" | "first" | "second" | "difference" | "low" | "high"
  >
  & ControlCells;

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
    n_free: number("cells", "The n cells without those that the method fixes for every model."),
    r_free: numberOrNone("", "Pearson's r over the free cells."),
    mean_absolute_difference_free: numberOrNone("", "Mean of |difference| over the free cells."),
    n_intervals: count("The n cells whose difference has an interval.", "cells"),
    n_off_zero: count(
      "Those whose interval excludes 0; each holds by itself, so that 5 % would do so by chance.",
      "cells",
    ),
    largest_absolute_difference: numberOrNone(
      "",
      "Largest |difference|; the next columns have its interval and name its cell.",
    ),
    low: LOW,
    high: HIGH,
    negation: CELL.negation,
    segment: CELL.segment,
    layer: CELL.layer,
    head: CELL.head,
    role: CELL.role,
    other: CELL.other,
  },
);

/** A row of runs_side_by_side_summary.csv. */
export type SideBySideSummaryRow = Row<
  {
    table: string;
    quantity: string;
    negation: string | undefined;
    segment: string | undefined;
    role: string | undefined;
    other: string | undefined;
  },
  "cells" | "n" | "n_free" | "n_intervals" | "n_off_zero",
  | "r"
  | "mean_absolute_difference"
  | "r_free"
  | "mean_absolute_difference_free"
  | "largest_absolute_difference"
  | "low"
  | "high"
  | "layer"
  | "head"
>;

/** Puts a table of two runs side by side: every estimate of every row. */
export function sideBySideRows(
  schema: TableSchema,
  [first, second]: readonly [readonly CsvRow[], readonly CsvRow[]],
  paired?: PairedRows,
): SideBySideRow[] {
  const keys = keysOf(schema);
  const joined = joinFiles(schema, first, second).map((row) => ({
    ...row,
    keys: keyCells((row.first ?? row.second)!, keys),
  }));
  const isThere = (column: string) => [...first, ...second].every((row) => row.has(column));
  return estimatesOf(schema).filter(({ name }) => isThere(name)).flatMap((column) =>
    joined.map((row): SideBySideRow => {
      const [one, other] = [row.first?.number(column.name), row.second?.number(column.name)];
      return {
        table: schema.name,
        quantity: column.name,
        ...cellOf(row.keys, schema),
        first: one,
        second: other,
        ...one === undefined || other === undefined
          ? { difference: undefined, low: undefined, high: undefined, interval: "" }
          : differenceOf(column, row.keys, { first: row.first!, second: row.second!, paired }),
        ...controlCells(column, row),
      };
    })
  );
}

function differenceOf(
  column: EstimateColumn,
  keys: KeyCells,
  { first, second, paired }: {
    readonly first: CsvRow;
    readonly second: CsvRow;
    readonly paired: PairedRows | undefined;
  },
): Pick<SideBySideRow, "difference" | "low" | "high" | "interval"> {
  const { name, interval, noise = 0 } = column;
  const [one, other] = [first, second].map((row) => {
    const bound = (side: "low" | "high") =>
      interval !== undefined && row.has(interval[side]) ? row.number(interval[side]) : undefined;
    return { estimate: row.number(name)!, low: bound("low"), high: bound("high") };
  }) as [BoundedValue, BoundedValue];
  const raw = other.estimate - one.estimate;
  const difference = Math.abs(raw) <= noise ? 0 : raw;
  const byRow = paired?.interval(column, keys, [one.estimate, other.estimate]);
  if (byRow !== undefined) {
    const isRounding = byRow.low === 0 && byRow.high === 0;
    return { difference: isRounding ? 0 : difference, ...byRow, interval: "paired" };
  }
  const independent = differenceInterval(one, other);
  return {
    difference,
    low: independent?.low,
    high: independent?.high,
    interval: independent === undefined ? "" : "independent",
  };
}

interface BoundedValue {
  readonly estimate: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** The columns that name a cell. */
export type SideBySideCell = Pick<SideBySideRow, keyof typeof CELL>;

/** The cell of a row: the keys that many tables have, and the others in one text. */
function cellOf(
  { negation, segment, layer, head, role, ...others }: KeyCells,
  { columns }: TableSchema,
): SideBySideCell {
  const texts = Object.entries(others).filter(([, cell]) => cell !== "").map(([name, cell]) =>
    columns[name]!.kind === "text" ? cell : `${name} ${cell}`
  );
  const textIn = (cell: string | undefined) => cell === "" ? undefined : cell;
  const numberIn = (cell: string | undefined) => textIn(cell) && Number(cell);
  return {
    negation: textIn(negation),
    segment: textIn(segment),
    layer: numberIn(layer) as number | undefined,
    head: numberIn(head) as number | undefined,
    role: textIn(role),
    other: texts.length === 0 ? undefined : texts.join(", "),
  };
}

/** Summarises how far two runs differ. */
export function summarizeSideBySide(rows: readonly SideBySideRow[]): Table<SideBySideSummaryRow> {
  const columns = Map.groupBy(rows, ({ table, quantity }) => `${table} ${quantity}`);
  return fillTable(SIDE_BY_SIDE_SUMMARY, [...columns.values()].map(summaryOf));
}

function summaryOf(rows: readonly SideBySideRow[]): SideBySideSummaryRow {
  const isFree = freeCells(rows, placeOf);
  const { columns, largest } = agreementOf(rows, ({ first, second, ...cell }) => (
    first === undefined || second === undefined
      ? undefined
      : { first, second, isFree: isFree({ first, second, ...cell }) }
  ));
  const { table, quantity } = rows[0]!;
  return {
    table,
    quantity,
    cells: rows.length,
    ...columns,
    n_intervals: rows.filter(({ interval }) => interval !== "").length,
    n_off_zero: rows.filter(excludesZero).length,
    low: largest?.low,
    high: largest?.high,
    negation: largest?.negation,
    segment: largest?.segment,
    layer: largest?.layer,
    head: largest?.head,
    role: largest?.role,
    other: largest?.other,
  };
}

/** Where a cell stands in a trace, whose first other key is the site. */
function placeOf({ table, other, layer = 0, role, first, second }: SideBySideRow): PlacedCell {
  const site = table === "trace" ? other?.split(",")[0] : undefined;
  return { site, layer, role, values: [first, second] };
}

/** Makes runs_side_by_side.csv; only two runs with controls have the columns of these. */
export function sideBySideTable(rows: readonly SideBySideRow[]): Table<SideBySideRow> {
  const isControlled = rows.some(({ first_control }) => first_control !== undefined);
  return fillTable(isControlled ? SIDE_BY_SIDE_CONTROLLED : SIDE_BY_SIDE, rows);
}
