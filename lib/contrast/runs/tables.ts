/** Two runs side by side: every estimate of every table that both have, and how far each differs. */

import { agreementOf, freeCells, type PlacedCell } from "../../compare/agreement.ts";
import { pearson } from "../../stats/correlation.ts";
import { differenceInterval } from "../../stats/intervals/difference.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import { type EstimateColumn, estimatesOf, excludesZero, keysOf } from "../../tables/estimates.ts";
import { joinFiles, type KeyCells, keyCells } from "../../tables/join.ts";
import { fillTable } from "../../tables/schema.ts";
import type { Table, TableSchema } from "../../tables/table.ts";
import { controlCells } from "./controls.ts";
import type { CellSums, PairedRows } from "./paired.ts";
import {
  CONTRAST,
  CONTRAST_SUMMARY,
  type ContrastCell,
  type ContrastRow,
  type ContrastSummaryRow,
  CONTROLLED,
} from "./schemas.ts";

interface ContrastedCell {
  readonly row: ContrastRow;
  readonly sums: CellSums;
}

/**
 * Puts a table of two runs side by side: every estimate of every row.
 *
 * @param isSame Whether both files have the same bytes, so that nothing in them differs.
 */
export function contrastCells(
  schema: TableSchema,
  [first, second]: readonly [readonly CsvRow[], readonly CsvRow[]],
  { paired, isSame = false }: { readonly paired: PairedRows; readonly isSame?: boolean },
): ContrastedCell[] {
  const joined = joinFiles(schema, first, second).map((row) => ({
    ...row,
    keys: keyCells((row.first ?? row.second)!, keysOf(schema)),
  }));
  const isThere = (column: string) => [...first, ...second].every((row) => row.has(column));
  return estimatesOf(schema).filter(({ name }) => isThere(name)).flatMap((column) =>
    joined.map((row): ContrastedCell => {
      const [one, other] = [row.first?.number(column.name), row.second?.number(column.name)];
      const isBoth = one !== undefined && other !== undefined;
      const sums = isBoth ? paired.sums(column, row.keys, [one, other]) : [];
      const interval = paired.interval(column, sums);
      const cells = {
        table: schema.name,
        quantity: column.name,
        ...cellOf(row.keys, schema),
        first: one,
        second: other,
        ...NO_DIFFERENCE,
        ...isBoth && differenceOf(column, [row.first!, row.second!], { interval, isSame }),
        ...controlCells(column, row),
      };
      return { row: cells, sums };
    })
  );
}

const NO_DIFFERENCE = {
  difference: undefined,
  low: undefined,
  high: undefined,
  interval: "",
  only_first: undefined,
  only_second: undefined,
  p_value: undefined,
  p_clustered: undefined,
} as const;

function differenceOf(
  { name, interval: columns, noise = 0 }: EstimateColumn,
  rows: readonly [CsvRow, CsvRow],
  { interval, isSame }: {
    readonly interval: ReturnType<PairedRows["interval"]>;
    readonly isSame: boolean;
  },
) {
  const [one, other] = rows.map((row) => {
    const bound = (side: "low" | "high") =>
      columns !== undefined && row.has(columns[side]) ? row.number(columns[side]) : undefined;
    return { estimate: row.number(name)!, low: bound("low"), high: bound("high") };
  });
  const raw = other!.estimate - one!.estimate;
  const difference = Math.abs(raw) <= noise || interval?.isNone === true ? 0 : raw;
  const found = { difference, ...interval?.discordance };
  if (interval?.low !== undefined) {
    return { ...found, low: interval.low, high: interval.high, interval: "paired" as const };
  }
  const independent = isSame && one!.low !== undefined
    ? { low: 0, high: 0 }
    : differenceInterval(one!, other!);
  return { ...found, ...independent && { ...independent, interval: "independent" as const } };
}

/** The cell of a row: the keys that many tables have, and the others in one text. */
export function cellOf(
  { negation, segment, layer, head, role, ...rest }: KeyCells,
  { columns }: TableSchema,
): ContrastCell {
  const texts = Object.entries(rest).filter(([, cell]) => cell !== "").map(([name, cell]) =>
    columns[name]!.kind === "text" ? cell : `${name} ${cell}`
  );
  const numberIn = (cell: string | undefined) => cell ? Number(cell) : undefined;
  return {
    negation: negation || undefined,
    segment: segment || undefined,
    layer: numberIn(layer),
    head: numberIn(head),
    role: role || undefined,
    other: texts.join(", ") || undefined,
  };
}

/** The segment of all rows of a side or, where nothing is of these, of the rows that the model has right; undefined without segments. */
export function wholeSegment(rows: readonly Pick<ContrastRow, "segment">[]): string | undefined {
  const segments = new Set(rows.map(({ segment }) => segment));
  return ["all", "correct"].find((name) => segments.has(name)) ?? rows[0]?.segment;
}

export function summarizeContrast(
  cells: readonly ContrastedCell[],
  paired: PairedRows,
): Table<ContrastSummaryRow> {
  const columns = Map.groupBy(cells, ({ row }) => `${row.table} ${row.quantity}`);
  const summaries = [...columns.values()].map((cells) => summaryOf(cells, paired));
  return fillTable(CONTRAST_SUMMARY, summaries);
}

function summaryOf(cells: readonly ContrastedCell[], paired: PairedRows): ContrastSummaryRow {
  const rows = cells.map(({ row }) => row);
  const isFree = freeCells(rows, placeOf);
  const free = cells.filter(({ row }) => row.difference !== undefined && isFree(row));
  const segment = wholeSegment(free.map(({ row }) => row));
  const map = free.filter(({ row }) => row.segment === segment);
  const valuesOf = (run: "first" | "second") => map.map(({ row }) => row[run]!);
  const { columns, largest } = agreementOf(rows, (row) => {
    const { first, second } = row;
    return first === undefined || second === undefined
      ? undefined
      : { first, second, isFree: isFree(row) };
  });
  const { table, quantity } = rows[0]!;
  return {
    table,
    quantity,
    cells: rows.length,
    ...columns,
    n_map: map.length,
    r_map: pearson(valuesOf("first"), valuesOf("second")),
    ...paired.ceiling(map.map(({ sums }) => sums)),
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

/** Where a cell stands in a trace, whose first other key is the site, or in the shares of effects of the residual stream. */
function placeOf({ table, other, layer = 0, role, first, second }: ContrastRow): PlacedCell {
  const sites = new Map([["trace", other?.split(",")[0]], ["shares_summary", "resid"]]);
  return { site: sites.get(table), layer, role, values: [first, second] };
}

/** Makes contrast.csv; only two runs with controls have the columns of these. */
export function contrastTable(rows: readonly ContrastRow[]): Table<ContrastRow> {
  const isControlled = rows.some(({ first_control }) => first_control !== undefined);
  return fillTable(isControlled ? CONTROLLED : CONTRAST, rows);
}
