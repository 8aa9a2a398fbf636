/** Two runs side by side: every estimate of every table that both have, and how far each differs. */

import { excludesZero } from "../../tables/estimates.ts";
import { pearson } from "../../stats/correlation.ts";
import { differenceInterval } from "../../stats/intervals/difference.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import { type EstimateColumn, estimatesOf, keysOf } from "../../tables/estimates.ts";
import { joinFiles, type KeyCells, keyCells } from "../../tables/join.ts";
import { fillTable } from "../../tables/schema.ts";
import type { Table, TableSchema } from "../../tables/table.ts";
import { agreementOf, freeCells, type PlacedCell } from "../../compare/agreement.ts";
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

/** What two tables are put side by side with. */
export interface ContrastOptions {
  /** The rows of both runs. @default {no difference is paired} */
  readonly paired?: PairedRows;
  /** Whether both files have the same bytes, so that nothing in them differs. @default {false} */
  readonly isSame?: boolean;
}

/** A cell of both runs, and what its rows add to it. */
export interface ContrastedCell {
  readonly row: ContrastRow;
  readonly sums: CellSums;
}

/** Puts a table of two runs side by side: every estimate of every row. */
export function contrastCells(
  schema: TableSchema,
  [first, second]: readonly [readonly CsvRow[], readonly CsvRow[]],
  { paired, isSame = false }: ContrastOptions = {},
): ContrastedCell[] {
  const keys = keysOf(schema);
  const joined = joinFiles(schema, first, second).map((row) => ({
    ...row,
    keys: keyCells((row.first ?? row.second)!, keys),
  }));
  const isThere = (column: string) => [...first, ...second].every((row) => row.has(column));
  return estimatesOf(schema).filter(({ name }) => isThere(name)).flatMap((column) =>
    joined.map((row): ContrastedCell => {
      const [one, other] = [row.first?.number(column.name), row.second?.number(column.name)];
      const isBoth = one !== undefined && other !== undefined;
      const sums = isBoth ? paired?.sums(column, row.keys, [one, other]) ?? [] : [];
      const found = isBoth
        ? differenceOf(column, [row.first!, row.second!], {
          interval: paired?.interval(column, sums),
          isSame,
        })
        : NO_DIFFERENCE;
      const cells = {
        table: schema.name,
        quantity: column.name,
        ...cellOf(row.keys, schema),
        first: one,
        second: other,
        ...found,
        ...controlCells(column, row),
      };
      return { row: cells, sums };
    })
  );
}

const NO_DISCORDANCE = {
  only_first: undefined,
  only_second: undefined,
  p_value: undefined,
  p_clustered: undefined,
} as const;

type Difference = Pick<
  ContrastRow,
  "difference" | "low" | "high" | "interval" | keyof typeof NO_DISCORDANCE
>;

const NO_DIFFERENCE: Difference = {
  difference: undefined,
  low: undefined,
  high: undefined,
  interval: "",
  ...NO_DISCORDANCE,
};

function differenceOf(
  { name, interval: columns, noise = 0 }: EstimateColumn,
  rows: readonly [CsvRow, CsvRow],
  { interval, isSame }: {
    readonly interval: ReturnType<PairedRows["interval"]>;
    readonly isSame: boolean;
  },
): Difference {
  const [one, other] = rows.map((row) => {
    const bound = (side: "low" | "high") =>
      columns !== undefined && row.has(columns[side]) ? row.number(columns[side]) : undefined;
    return { estimate: row.number(name)!, low: bound("low"), high: bound("high") };
  });
  const raw = other!.estimate - one!.estimate;
  const difference = Math.abs(raw) <= noise || interval?.isNone === true ? 0 : raw;
  const discordance = interval?.discordance ?? NO_DISCORDANCE;
  if (interval?.low !== undefined) {
    const { low, high } = interval;
    return { difference, low, high, interval: "paired", ...discordance };
  }
  const independent = isSame && one!.low !== undefined
    ? { low: 0, high: 0 }
    : differenceInterval(one!, other!);
  return {
    difference,
    low: independent?.low,
    high: independent?.high,
    interval: independent === undefined ? "" : "independent",
    ...discordance,
  };
}

/** The cell of a row: the keys that many tables have, and the others in one text. */
export function cellOf(
  { negation, segment, layer, head, role, ...others }: KeyCells,
  { columns }: TableSchema,
): ContrastCell {
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

/** The segment of all rows of a side or, where nothing is of these, of the rows that the model has right; undefined without segments. */
export function wholeSegment(
  rows: readonly Pick<ContrastRow, "segment">[],
): string | undefined {
  const segments = new Set(rows.map(({ segment }) => segment));
  return ["all", "correct"].find((name) => segments.has(name)) ?? rows[0]?.segment;
}

/** Summarises how far two runs differ. */
export function summarizeContrast(
  cells: readonly ContrastedCell[],
  paired?: PairedRows,
): Table<ContrastSummaryRow> {
  const columns = Map.groupBy(cells, ({ row }) => `${row.table} ${row.quantity}`);
  const summaries = [...columns.values()].map((cells) => summaryOf(cells, paired));
  return fillTable(CONTRAST_SUMMARY, summaries);
}

const NO_CEILING = {
  ceiling: undefined,
  first_reliability: undefined,
  second_reliability: undefined,
} as const;

function summaryOf(
  cells: readonly ContrastedCell[],
  paired: PairedRows | undefined,
): ContrastSummaryRow {
  const rows = cells.map(({ row }) => row);
  const isFree = freeCells(rows, placeOf);
  const free = cells.filter(({ row }) => row.difference !== undefined && isFree(row));
  const segment = wholeSegment(free.map(({ row }) => row));
  const map = free.filter(({ row }) => row.segment === segment);
  const [first, second] = (["first", "second"] as const)
    .map((run) => map.map(({ row }) => row[run]!)) as [number[], number[]];
  const ceiling = paired?.ceiling(map.map(({ sums }) => sums)) ?? NO_CEILING;
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
    n_map: map.length,
    r_map: pearson(first, second),
    ...ceiling,
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
function placeOf({ table, other, layer = 0, role, first, second }: ContrastRow): PlacedCell {
  const site = table === "trace" ? other?.split(",")[0] : table === "shares_summary"
    ? "resid" // whose effects it shares out
    : undefined;
  return { site, layer, role, values: [first, second] };
}

/** Makes contrast.csv; only two runs with controls have the columns of these. */
export function contrastTable(rows: readonly ContrastRow[]): Table<ContrastRow> {
  const isControlled = rows.some(({ first_control }) => first_control !== undefined);
  return fillTable(isControlled ? CONTROLLED : CONTRAST, rows);
}
