/** The chart of two runs: the second's values against the first's. */

import { scatter } from "../../charts/scatter.ts";
import {
  type ChartOptions,
  type ChartSpec,
  groupsOf,
  shortNumber,
  tipEstimate,
} from "../../charts/spec.ts";
import { cellText } from "./findings.ts";
import type { SideBySideRow, SideBySideSummaryRow } from "./tables.ts";

/** What the chart is drawn from besides its cells. */
export interface SideBySideChartOptions extends ChartOptions {
  /** The rows of runs_side_by_side_summary.csv. */
  readonly summary: readonly SideBySideSummaryRow[];
}

/** The fewest and the most cells of a panel; other columns are left to the tables. */
const [FEWEST_CELLS, MOST_CELLS] = [10, 5000];

/** Draws the second run's value of every cell against the first's, one panel for each column of a table, with the line of equality. */
export function sideBySideChart(
  rows: readonly SideBySideRow[],
  { summary, ...options }: SideBySideChartOptions,
): ChartSpec {
  const columnOf = ({ table, quantity }: SideBySideRow) => `${table} ${quantity}`;
  const columns = groupsOf(rows.filter(({ difference }) => difference !== undefined), columnOf)
    .filter(({ length }) => length >= FEWEST_CELLS && length <= MOST_CELLS);
  return scatter(columns.flat(), {
    ...options,
    title: "Two runs, cell by cell",
    subtitle: "the dashed line is where both are equal",
    panels: () =>
      columns.map((rows) => {
        const { table, quantity } = rows[0]!;
        const { r } = summary.find((row) => row.table === table && row.quantity === quantity) ?? {};
        const agreement = r === undefined ? "" : `, r = ${shortNumber(r)}`;
        return { title: [`${table}.csv, ${quantity}`, `${rows.length} cells${agreement}`], rows };
      }),
    x: { field: "first", title: "first run" },
    y: { field: "second", title: "second run" },
    rangeOf: ([row]) => columnOf(row!),
    against: "equality",
    tip: (row) =>
      `${cellText(row)}: first ${tipEstimate(row.first!)}, second ${tipEstimate(row.second!)}`,
    form: "Scatter plots, one point a cell, first run across, second upwards.",
  });
}
