/** The chart of two runs: the second's values against the first's. */

import type { TopLevelSpec } from "vega-lite";
import type { Reads } from "../../tables/schema.ts";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  groupsOf,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { cellText } from "./findings.ts";
import type { SideBySideRow, SideBySideSummaryRow } from "./tables.ts";

type Cell = SideBySideRow & { readonly first: number; readonly second: number };

/** What the chart is drawn from besides its cells. */
export interface SideBySideChartOptions extends ChartOptions {
  /** The rows of runs_side_by_side_summary.csv. */
  readonly summary: readonly Reads<SideBySideSummaryRow, "table" | "quantity" | "n" | "r">[];
}

const TITLE = "Two runs, cell by cell";

/** The fewest and the most cells of a panel; other columns are left to the tables. */
const [FEWEST_CELLS, MOST_CELLS] = [10, 5000];

/**
 * Draws the second run's value of every cell against the first's, one panel for each column of a table, with the line of equality.
 *
 * @param rows The rows of runs_side_by_side.csv.
 * @param options The summary, and checksums of the files.
 * @returns A Vega-Lite spec without fonts or house style.
 */
export function sideBySideChart(
  rows: readonly SideBySideRow[],
  options: SideBySideChartOptions,
): ChartSpec {
  const cells = rows.filter((row): row is Cell => row.difference !== undefined);
  const columns = groupsOf(cells, ({ table, quantity }) => `${table} ${quantity}`)
    .filter(({ length }) => length >= FEWEST_CELLS && length <= MOST_CELLS);
  if (columns.length === 0) return emptyChart(TITLE, options);
  const names = columns.map((column) => nameOf(column, options));
  const what = "Scatter plots, one point a cell, first run across, second upwards.";
  const spec = {
    ...specHead([`${what} ${TITLE}.`, ...names.map((name) => `${name}.`)].join(" "), options),
    title: { text: TITLE, subtitle: "the dashed line is where both are equal" },
    concat: columns.map((column, i) => panel(column, names[i]!)),
  } satisfies TopLevelSpec;
  return spec;
}

function nameOf(column: readonly Cell[], { summary }: SideBySideChartOptions): string {
  const { table, quantity } = column[0]!;
  const own = summary.find((row) => row.table === table && row.quantity === quantity);
  const r = own?.r === undefined ? "" : `, r = ${shortNumber(own.r)}`;
  return `${table}.csv, ${quantity}: ${column.length} cells${r}`;
}

function panel(column: readonly Cell[], name: string): Panel {
  const type = "quantitative" as const;
  const [from, to] = axisRange(column.flatMap(({ first, second }) => [first, second]));
  const scale = { domain: [from, to], nice: false };
  const axis = { tickCount: 4 };
  const x = { field: "first", type, title: "first run", scale, axis };
  const y = { field: "second", type, title: "second run", scale, axis };
  return {
    title: { text: name.split(": "), style: PANEL_TITLE, frame: "group" },
    width: 180,
    height: 180,
    layer: [
      {
        data: { values: [{ first: from, second: from }, { first: to, second: to }] },
        mark: { type: "line", strokeDash: [4, 3], color: OKABE_ITO.black, strokeWidth: 1 },
        encoding: { x, y },
      },
      {
        data: { values: column.map(drawnCell) },
        mark: { type: "point", filled: true, size: 22, opacity: 0.6, color: OKABE_ITO.blue },
        encoding: { x, y, ...TIP },
      },
    ],
  };
}

function drawnCell(cell: Cell) {
  const [first, second] = [drawn(cell.first), drawn(cell.second)];
  const tip = `${cellText(cell)}: first ${tipEstimate(first)}, second ${tipEstimate(second)}`;
  return { first, second, tip };
}
